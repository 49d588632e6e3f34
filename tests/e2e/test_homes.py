# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Gateway and processor in each of their homes: a worker of Odoo, and a process of their own."""

import asyncio
import os
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from devkit.odoo_server import OdooServer
from devkit.processes import spawn
from devkit.testing import Site
from iicharge_odoo.simulator import LineError, SimulatedCharger

from .visit import record_earlier_contact

IDENTITY, SECRET = "GARAGE-1", "demo-garage-1-secret-0001"
UP_WITHIN_S = 60
RUNNING = "SELECT pid, home FROM iicharge_gateway WHERE state = 'running' AND pid <> %s"


@pytest.fixture
def workers_server(request, tmp_path):
    """Run Odoo with two workers."""
    site = Site.from_environment()
    database = f"e2e_{request.node.name[:40].lower()}"
    server = OdooServer(site, database, tmp_path / "odoo.log")
    server.command += ["--workers", "2", "--gevent-port", "0"]
    server.start()
    yield server
    server.stop()
    site.drop_database(database)


def find_running(server, but=0):
    ((pid, home),) = server.wait_for(RUNNING, but, timeout_s=UP_WITHIN_S)
    return pid, home


def read_state(server):
    """Return what the settings page says of the gateway."""
    admin = server.log_in("admin")
    settings = admin.call("res.config.settings", "create", {})
    (found,) = admin.call("res.config.settings", "read", [settings], ["iicharge_gateway_state"])
    return found["iicharge_gateway_state"]


def charge(server, disturb):
    """Charge a car; meanwhile disturb the gateway. A charger sends again what was not answered.

    :return: meter values that were answered
    """

    record_earlier_contact(server, IDENTITY)
    began = datetime.now(UTC) - timedelta(hours=1)

    async def run():
        answered, transaction_id, is_disturbed = 0, None, False
        while True:
            try:
                async with SimulatedCharger(server.ocpp_url, IDENTITY, SECRET) as charger:
                    await charger.boot()
                    if transaction_id is None:
                        started = await charger.start(1, "ROOM101", 1_000, at=began)
                        transaction_id = started.transaction_id
                    while answered < 60:
                        if answered == 20 and not is_disturbed:
                            is_disturbed = True
                            await asyncio.to_thread(disturb)
                        at = began + timedelta(seconds=answered * 50)
                        register = 1_000 + answered * 100
                        await charger.meter(1, register, transaction_id=transaction_id, at=at)
                        answered += 1
                    await charger.stop(transaction_id, 7_000)
                    return answered
            except (LineError, TimeoutError):
                await asyncio.sleep(0.2)

    return asyncio.run(asyncio.wait_for(run(), 120))


def assert_all_is_there(server, answered):
    server.wait_for(
        "SELECT 1 FROM iicharge_ocpp_message WHERE direction = 'in' AND action = 'MeterValues'"
        " HAVING bool_and(state = 'done') AND count(*) >= %s",
        answered,
    )
    server.wait_for("SELECT 1 FROM iicharge_session WHERE billing = 'posted'")
    assert server.rows("SELECT count(*) FROM iicharge_charge") == [(1,)]


def test_worker_that_is_killed_is_replaced_and_nothing_is_lost(workers_server):
    server = workers_server
    pid, home = find_running(server)
    assert home == "worker"
    assert psutil.Process(pid).ppid() == server.pid
    assert f"A worker of Odoo, process {pid} on" in read_state(server)
    answered = charge(server, lambda: os.kill(pid, signal.SIGKILL))
    assert_all_is_there(server, answered)
    after, _home = find_running(server, but=pid)
    assert psutil.pid_exists(after) and not psutil.pid_exists(pid)


def test_reload_of_the_server_hands_the_chargers_on(workers_server):
    server = workers_server
    pid, _home = find_running(server)
    answered = charge(server, lambda: os.kill(server.pid, signal.SIGHUP))
    assert_all_is_there(server, answered)
    after, _home = find_running(server, but=pid)
    assert psutil.Process(after).ppid() == server.pid


def test_worker_ends_with_its_server(workers_server):
    server = workers_server
    pid, _home = find_running(server)
    assert server.stop() == 0
    assert not psutil.pid_exists(pid)
    assert server.rows("SELECT count(*) FROM iicharge_gateway") == [(0,)]
    log = server.read_log()
    assert "Traceback" not in log
    # with its threads it stays below Odoo's limit, above which it would start again
    assert "memory limit" not in log


def test_process_of_its_own_takes_over_when_the_setting_says_so(server, tmp_path):
    pid, home = find_running(server)
    assert home == "threads"
    admin = server.log_in("admin")
    settings = admin.call("res.config.settings", "create", {"iicharge_gateway_home": "apart"})
    admin.call("res.config.settings", "execute", [settings])
    wait_until(lambda: not server.listens())
    assert "Start odoo iicharge_gateway" in read_state(server)
    environment = {**os.environ, "IICHARGE_GATEWAY_PORT": str(server.gateway_port)}
    database = server.database
    command = [*Site.from_environment().odoo, "iicharge_gateway", "-d", database]
    with (tmp_path / "gateway.log").open("ab") as log:
        process = spawn(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    try:
        own, home = find_running(server, but=pid)
        assert (own, home) == (process.pid, "process")
        answered = charge(server, lambda: process.send_signal(signal.SIGHUP))
        assert_all_is_there(server, answered)
        assert "A process of its own" in read_state(server)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
    assert "Traceback" not in (tmp_path / "gateway.log").read_text()
    assert server.rows("SELECT count(*) FROM iicharge_gateway") == [(0,)]


def wait_until(is_so, within_s=UP_WITHIN_S):
    ends_at = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.2)
