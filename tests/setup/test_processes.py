# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Nothing that a command has started outlives it."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devkit import processes, project
from devkit.progress import Failure

PARENT = """
import signal, sys, time
from devkit import processes
child = processes.spawn(["sleep", "300"], death_signal=signal.SIGTERM)
print(child.pid, flush=True)
time.sleep(300)
"""
SERVER = """
import os
from pathlib import Path
from types import SimpleNamespace
from devkit.odoo_server import OdooServer

site = SimpleNamespace(
    copy_database=lambda name: "", shell_command=lambda name: [],
    odoo_command=lambda name, port: ["sh", "-c", "echo $$; exec sleep 300"],
)
OdooServer(site, "any", Path(os.environ["LOG"])).start()
"""


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pid):
    until = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < until, f"process {pid} is still there"
        time.sleep(0.02)


def test_parent_killed_ends_its_child():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=project.CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(project.CHECKOUT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    child = int(parent.stdout.readline())
    assert is_running(child)

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    wait_until_gone(child)


def test_server_of_a_killed_test_run_ends(tmp_path):
    log = tmp_path / "odoo.log"
    tests = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        cwd=project.CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(project.CHECKOUT), "LOG": str(log)},
    )
    until = time.monotonic() + 20
    while not (log.exists() and log.read_text().strip()):
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.05)
    server = int(log.read_text())
    assert is_running(server)

    tests.kill()
    tests.wait()

    wait_until_gone(server)


def test_stop_ends_a_group_that_ignores_the_signal():
    process = processes.spawn(
        ["sh", "-c", "trap '' TERM; sleep 300 & echo $!; wait; wait"],
        stdout=subprocess.PIPE,
        text=True,
    )
    grandchild = int(process.stdout.readline())

    processes.stop(process, grace_s=0.3)

    wait_until_gone(grandchild)


def test_failing_tool_is_reported_with_its_last_lines_and_what_to_do():
    with pytest.raises(Failure) as caught:
        processes.call(
            ["sh", "-c", "echo one; echo two >&2; exit 3"], failure="It failed", hint="Mend it."
        )
    assert caught.value.what == "It failed (exit status 3)."
    assert caught.value.hint == "Mend it."
    assert caught.value.details == "one\ntwo"


@pytest.fixture
def said(monkeypatch):
    """What is printed."""
    stream = io.StringIO()
    monkeypatch.setattr(processes.progress, "stream", stream)
    monkeypatch.setattr(processes.time, "sleep", lambda _s: None)
    return stream


def test_service_that_ends_again_and_again_fails_the_run(tmp_path, said):
    services = processes.Services()
    services.start("Odoo", ["sh", "-c", "echo gone; exit 7"], tmp_path / "log", None)
    with pytest.raises(
        Failure, match=r"Odoo ended 4 times within 120 s \(exit status 7\)"
    ) as caught:
        services.keep()
    assert caught.value.details.splitlines() == ["gone"] * 4
    assert said.getvalue().count("Odoo ended unexpectedly (exit status 7)") == 3


def test_service_that_cannot_start_again_fails_the_run(tmp_path, said):
    def start():
        raise Failure("No room on the disk.")

    ended = processes.spawn(["false"])
    ended.wait()
    service = processes.Service("PostgreSQL", ended, tmp_path / "log", start)
    with pytest.raises(Failure, match="PostgreSQL ended 4 times"):
        processes.Services().keep(first=[service])
    assert said.getvalue().count("No room on the disk.") == 3


def test_service_that_ended_once_runs_again(tmp_path, said):
    services = processes.Services()
    mark = tmp_path / "mark"
    script = f"test -e {mark} && exec sleep 60; touch {mark}; exit 1"
    service = services.start("Odoo", ["sh", "-c", script], tmp_path / "log", None)
    checked = []

    def check():
        checked.append(service.process.poll())
        if "is started again" in said.getvalue() and checked[-1] is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.keep(check=check)
    assert said.getvalue().count("is started again") == 1
    services.stop()
