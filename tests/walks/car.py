# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A simulated charger with the car at its connector 1, while a user is at the screen."""

import asyncio
import threading
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

from iicharge_odoo.simulator import SimulatedCharger
from iicharge_odoo.simulator.line import Refused
from tests.e2e.visit import record_earlier_contact

ANSWER_S = 60
METER_START = 1_000


class Car:
    """A charger on a loop of its own, and its car.

    :param secret: as *Set Password* shows it
    """

    def __init__(self, server, identity, secret):
        self.server = server
        self.identity = identity
        self.charger = SimulatedCharger(server.ocpp_url, identity, secret)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def begin(self, coroutine) -> Future:
        """Let the charger act while the user goes on."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def do(self, coroutine):
        return self.begin(coroutine).result(ANSWER_S)

    # --- connection ------------------------------------------------------------------------
    def connect(self):
        self.do(self._connect())

    async def _connect(self):
        await self.charger.connect()
        await self.charger.boot()
        for connector in (1, 2):
            await self.charger.status(connector, "Available")

    def is_let_in(self):
        """Try to connect, as a stranger does."""
        try:
            self.do(self.charger.connect())
        except Refused:
            return False
        return True

    def leave(self):
        self.do(self.charger.close())

    def know_from_yesterday(self):
        """A charger that was connected before may report what began an hour ago."""
        record_earlier_contact(self.server, self.identity)

    # --- charging --------------------------------------------------------------------------
    async def expect(self, action):
        """Return what a command asks, leaving out all others before it."""
        while True:
            name, payload = await self.charger.next_command(ANSWER_S)
            if name == action:
                return payload

    async def charge(self, energy_wh=10_000):
        """Plug in on a remote start, and stop on a remote stop; an hour by the charger's clock."""
        payload = await self.expect("RemoteStartTransaction")
        transaction = await self.start(payload["id_tag"], energy_wh)
        await self.expect("RemoteStopTransaction")
        await self.stop(transaction, energy_wh)

    async def start(self, id_tag, energy_wh=10_000):
        """Start an hour ago. :return: the transaction's number"""
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        started = await self.charger.start(1, id_tag, METER_START, at=began)
        assert started.id_tag_info["status"] == "Accepted", started.id_tag_info
        await self.charger.status(1, "Charging")
        await self.charger.meter(
            1,
            METER_START + energy_wh // 2,
            transaction_id=started.transaction_id,
            at=began + timedelta(minutes=30),
        )
        return started.transaction_id

    async def stop(self, transaction, energy_wh=10_000, reason="Remote"):
        await self.charger.stop(transaction, METER_START + energy_wh, reason=reason)
        await self.charger.status(1, "Available")

    async def keep(self):
        """Keep connector 2 for whoever it is reserved for."""
        await self.expect("ReserveNow")
        await self.charger.status(2, "Reserved")

    async def release(self):
        await self.expect("CancelReservation")
        await self.charger.status(2, "Available")
