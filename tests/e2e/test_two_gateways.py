# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Two gateways in processes of their own behind HAProxy, with the configuration of deploy/."""

import asyncio
import signal
import time
from contextlib import asynccontextmanager

import pytest

from devkit.odoo_gateways import Gateways
from devkit.testing import Site
from iicharge_odoo.simulator import LineError, SimulatedCharger

CHARGERS = ("GARAGE-1", "GARAGE-2", "GARAGE-3", "GARAGE-4", "COURT-1", "COURT-2")
BACK_WITHIN_S = 30


@pytest.fixture
def gateways(server, tmp_path):
    admin = server.log_in("admin")
    settings = admin.call("res.config.settings", "create", {"iicharge_gateway_home": "apart"})
    admin.call("res.config.settings", "execute", [settings])
    gateways = Gateways(server, Site.from_environment().odoo, tmp_path)
    gateways.start()
    yield gateways
    gateways.kill()


class Charger:
    """A charger that comes back, and counts what was answered and which commands it got."""

    def __init__(self, gateways, identity):
        self._url = f"ws://127.0.0.1:{gateways.port}/ocpp"
        self._identity = identity
        self.answered = 0
        self.commands = []
        self.connected_at = 0.0

    async def run(self):
        secret = f"demo-{self._identity.lower()}-secret-0001"
        while True:
            try:
                async with SimulatedCharger(self._url, self._identity, secret) as charger:
                    await charger.boot()
                    self.connected_at = time.monotonic()
                    await asyncio.gather(self._report(charger), self._obey(charger))
            except (LineError, TimeoutError):
                await asyncio.sleep(0.3)

    async def _report(self, charger):
        while True:
            # one that is not answered is given up soon, as the gateway may be stopped
            await asyncio.wait_for(charger.meter(1, 1_000 + self.answered), 5)
            self.answered += 1
            await asyncio.sleep(0.2)

    async def _obey(self, charger):
        while True:
            self.commands.append(await charger.next_command(3600))


@asynccontextmanager
async def connected(gateways):
    """All chargers of the hotel, connected."""
    chargers = {identity: Charger(gateways, identity) for identity in CHARGERS}
    running = [asyncio.create_task(charger.run()) for charger in chargers.values()]
    try:
        await until(lambda: len(gateways.get_held()) == len(CHARGERS))
        yield chargers
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def until(is_so, within_s=BACK_WITHIN_S):
    ends_at = time.monotonic() + within_s
    while not await asyncio.to_thread(is_so):
        assert time.monotonic() < ends_at
        await asyncio.sleep(0.2)


def ask_all(server):
    """Queue a command for each charger."""
    admin = server.log_in("admin")
    found = admin.call("iicharge.charger", "search", [["identity", "in", CHARGERS]])
    for charger in found:
        admin.call("iicharge.charger", "send_command", [charger], "GetConfiguration", {})


async def assert_obeyed(gateways, chargers, times):
    """Ask once more, and hold that each charger got as many commands as were ever asked for."""

    def count():
        return {
            identity: sum(name == "GetConfiguration" for name, _payload in charger.commands)
            for identity, charger in chargers.items()
        }

    await asyncio.to_thread(ask_all, gateways.server)
    await until(lambda: min(count().values()) >= times)
    # one that is sent twice arrives in this second
    await asyncio.sleep(1)
    assert count() == dict.fromkeys(chargers, times)


def assert_all_is_stored_once(gateways, chargers):
    answered = sum(charger.answered for charger in chargers.values())
    counts = "SELECT count(*), count(DISTINCT (charger_id, message_id)) FROM iicharge_ocpp_message"
    [(stored, distinct)] = gateways.server.rows(f"{counts} WHERE action = 'MeterValues'")
    assert stored == distinct >= answered > 0


def test_gateway_that_is_killed_leaves_its_chargers_to_the_other(gateways):
    async def run():
        async with connected(gateways) as chargers:
            held = gateways.get_held()
            assert len(set(held.values())) == 2, "both serve"
            await assert_obeyed(gateways, chargers, 1)
            killed, other = gateways.processes
            killed.kill()
            began = time.monotonic()
            await until(lambda: set(gateways.get_held().values()) == {other.pid})
            await until(
                lambda: all(
                    charger.connected_at > began or held[identity] == other.pid
                    for identity, charger in chargers.items()
                )
            )
            await assert_obeyed(gateways, chargers, 2)
        assert_all_is_stored_once(gateways, chargers)

    asyncio.run(run())


def test_gateway_that_was_paused_takes_nothing_of_what_has_moved(gateways):
    async def run():
        async with connected(gateways) as chargers:
            paused, other = gateways.processes
            paused.send_signal(signal.SIGSTOP)
            await until(lambda: set(gateways.get_held().values()) == {other.pid})
            await asyncio.to_thread(ask_all, gateways.server)
            paused.send_signal(signal.SIGCONT)
            await assert_obeyed(gateways, chargers, 2)
        assert_all_is_stored_once(gateways, chargers)

    asyncio.run(run())
