# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The addon is updated while chargers are connected; where no gateway can run, the log says so."""

import asyncio
import os
import subprocess
import threading
import time

import requests

from devkit.odoo_server import free_port
from devkit.processes import spawn
from devkit.testing import Site
from iicharge_odoo.simulator import SimulatedCharger

IDENTITY, SECRET = "GARAGE-1", "demo-garage-1-secret-0001"
ANSWER_WITHIN_S = 10


def update(server):
    """Update the addon by a second process, as is usual; the server goes on."""
    command = [*server.command, "-u", "iicharge_odoo", "--stop-after-init", "--no-http"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]


def test_update_of_the_addon_leaves_connected_chargers_answered(server):
    updating = threading.Thread(target=update, args=[server])

    async def charge():
        sent, longest_s = 0, 0.0
        async with SimulatedCharger(server.ocpp_url, IDENTITY, SECRET) as charger:
            await charger.boot()
            started = await charger.start(1, "ROOM101", 1_000)
            updating.start()
            while updating.is_alive() or sent < 10:
                began = time.monotonic()
                await charger.meter(1, 1_000 + sent, transaction_id=started.transaction_id)
                longest_s = max(longest_s, time.monotonic() - began)
                sent += 1
                await asyncio.sleep(0.1)
            await charger.stop(started.transaction_id, 1_000 + sent)
        return sent, longest_s

    sent, longest_s = asyncio.run(charge())
    assert longest_s < ANSWER_WITHIN_S
    server.wait_for(
        "SELECT 1 FROM iicharge_ocpp_message WHERE direction = 'in' HAVING bool_and(state = 'done')"
        " AND count(*) FILTER (WHERE action = 'MeterValues') = %s",
        sent,
    )

    # a new connection, also for a charger that came before the update
    async def again():
        async with SimulatedCharger(server.ocpp_url, IDENTITY, SECRET) as charger:
            assert (await charger.boot()).status == "Accepted"

    asyncio.run(again())


def wait_for_log(log, text, process, within_s=120):
    ends_at = time.monotonic() + within_s
    while text not in (found := log.read_text(errors="replace")):
        assert process.poll() is None and time.monotonic() < ends_at, found[-3000:]
        time.sleep(0.2)
    return found


def run(site, log, gateway_port, *arguments, http_port=None):
    """Start Odoo; without waiting for its gateway, which may not run."""
    command = [*site.odoo, "--http-port", str(http_port or free_port()), *arguments]
    environment = {
        **os.environ,
        "IICHARGE_GATEWAY_HOST": "127.0.0.1",
        "IICHARGE_GATEWAY_PORT": str(gateway_port),
    }
    with log.open("ab") as file:
        return spawn(
            command,
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
        )


def end(process):
    process.terminate()
    process.wait(60)


def test_two_databases_with_one_port_are_named(tmp_path):
    site, log = Site.from_environment(), tmp_path / "odoo.log"
    databases = ["e2e_port_one", "e2e_port_two"]
    for name in databases:
        site.copy_database(name)
    port = free_port()
    process = run(site, log, port, "-d", ",".join(databases))
    try:
        text = wait_for_log(log, "cannot connect: the gateway of database", process)
        assert f"listens on 127.0.0.1:{port}" in text
        pairs = [(one, two) for one in databases for two in databases if one != two]
        assert any(
            f"Chargers of database {one} cannot connect: the gateway of database {two} of" in text
            for one, two in pairs
        )
    finally:
        end(process)
        for name in databases:
            site.drop_database(name)


def test_workers_without_the_addon_are_named_as_the_reason_that_no_charger_can_connect(tmp_path):
    site, log, database = Site.from_environment(), tmp_path / "odoo.log", "e2e_workers"
    site.copy_database(database)
    # the server's own process knows no database, so that it imports no addon of one
    arguments = ["-d", "", f"--db-filter=^{database}$", "--workers", "1", "--max-cron-threads", "0"]
    port = free_port()
    process = run(site, log, free_port(), *arguments, http_port=port)
    try:
        wait_for_log(log, "HTTP service", process)
        requests.get(f"http://127.0.0.1:{port}/web/login", timeout=60)
        wait_for_log(log, "Add iicharge_odoo to server_wide_modules", process)
    finally:
        end(process)
        site.drop_database(database)
