# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""More sockets than a process may have files: pages are served, chargers answered, logs short."""

import asyncio
import json
import resource
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.gateway.harness import METER_VALUES, Client

DESCRIPTORS, SOCKETS = 1024, 1200
MOST_LOG_BYTES = 100_000
ANSWER_WITHIN_S = 2


@pytest.fixture
def crowded(tmp_path):
    """Start the process; give its ports and its log."""
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.attack.crowded", str(DESCRIPTORS)],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
        )
    try:
        gateway, web = json.loads(process.stdout.readline())
        yield gateway, web, log
        assert process.poll() is None
    finally:
        process.stdin.close()
        process.wait(20)


@pytest.fixture
def many_files():
    """Let this process open as many files as the test needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = SOCKETS + 500
    if hard != resource.RLIM_INFINITY and hard < needed:
        pytest.skip(f"needs {needed} open files, this system allows {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def hold_sockets(port, first_bytes):
    sockets = []
    for _ in range(SOCKETS):
        one = socket.create_connection(("127.0.0.1", port), timeout=5)
        try:
            one.sendall(first_bytes)
        except OSError:
            pass  # closed already
        sockets.append(one)
    return sockets


async def charge(port, charger):
    """Connect as a charger; return the seconds until it is answered."""
    began = time.monotonic()
    url = f"ws://127.0.0.1:{port}/ocpp/{charger}"
    async with connect(url, subprotocols=["ocpp1.6"], compression=None) as one:
        assert await Client(one).call("MeterValues", METER_VALUES) == {}
    return time.monotonic() - began


def read_page(port):
    began = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        assert answer.status == 200
    return time.monotonic() - began


@pytest.mark.usefixtures("many_files")
@pytest.mark.parametrize("first_bytes", [b"", b"GET /ocpp/cp-1 HTTP/1.1\r\nHost: x\r\n"])
def test_idle_sockets_leave_pages_and_chargers_served_and_the_log_short(crowded, first_bytes):
    gateway, web, log = crowded

    async def attack():
        url = f"ws://127.0.0.1:{gateway}/ocpp/cp-1"
        async with connect(url, subprotocols=["ocpp1.6"], compression=None) as one:
            neighbour = Client(one)
            sockets = await asyncio.to_thread(hold_sockets, gateway, first_bytes)
            try:
                waits = [await asyncio.to_thread(read_page, web) for _ in range(5)]
                waits += [await charge(gateway, "cp-2") for _ in range(5)]
                began = time.monotonic()
                assert await neighbour.call("MeterValues", METER_VALUES) == {}
                return [*waits, time.monotonic() - began]
            finally:
                for each in sockets:
                    each.close()

    waits = asyncio.run(asyncio.wait_for(attack(), 60))
    assert max(waits) < ANSWER_WITHIN_S, waits
    assert log.stat().st_size < MOST_LOG_BYTES
    assert "send nothing are closed" in log.read_text()
