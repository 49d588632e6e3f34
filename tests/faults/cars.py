# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Cars that charge without an end; each message is sent until it is answered, as chargers do."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

from ocpp.exceptions import OCPPError

from iicharge_odoo.simulator import LineError, SimulatedCharger

CARS, STAYS_OF_A_CAR = 6, 4
IDENTITIES = [f"FAULT-{number}" for number in range(CARS)]
ANSWER_S, AGAIN_S = 10, 0.5
READINGS, BETWEEN_S = 4, 0.5
# What a reading adds; a price of it has whole cents. Faster than a car can charge, so that a
# session of seconds has a price; the connectors are made for it.
STEP_WH, POWER_W = 200, 20_000_000
PRICE_KWH = Decimal("0.45")
MADE = f"""
from datetime import timedelta
from odoo import Command, fields

site = env.ref("iicharge_odoo.demo_site").copy({{"name": "Faults"}})
site.tariff_id = env["iicharge.tariff"].create(
    {{"name": "Faults", "component_ids": [
        Command.create({{"dimension": "ENERGY", "price": {PRICE_KWH}}})]}})
site.property_system = "iicharge.property"
now = fields.Datetime.now()
for car in range({CARS}):
    charger = env["iicharge.charger"].create(
        {{"name": f"Fault {{car}}", "identity": f"FAULT-{{car}}", "site_id": site.id,
          "security_profile": "0", "rated_power_w": {POWER_W}}})
    env["iicharge.connector"].create(
        {{"charger_id": charger.id, "number": 1, "rated_power_w": {POWER_W}}})
    for number in range({STAYS_OF_A_CAR}):
        guest = env["res.partner"].create({{"name": f"Guest {{car}} {{number}}"}})
        order = env["sale.order"].create(
            {{"partner_id": guest.id, "iicharge_room": f"F{{car}}{{number}}",
              "iicharge_checkin": now - timedelta(days=1),
              "iicharge_checkout": now + timedelta(days=2)}})
        order.action_confirm()
        env["iicharge.token"].create({{"uid": f"FAULT-{{car}}-{{number}}", "folio_id": order.id}})
env.cr.commit()
"""


class Car:
    """A car at a charger of its own.

    :ivar done: {transaction: Wh} of each session whose start and stop were acknowledged
    :ivar answers: how many messages were acknowledged
    """

    def __init__(self, ocpp_url, number):
        self.done = {}
        self.answers = 0
        self.over = False
        self._number = number
        self._register_wh = 1_000
        self._is_connected = False
        self._charger = SimulatedCharger(
            ocpp_url, IDENTITIES[number], response_timeout_s=ANSWER_S, validate=False
        )

    async def run(self):
        while not self.over:
            await self._charge()
        await self._charger.close()

    async def _charge(self):
        stay = len(self.done) % STAYS_OF_A_CAR
        tag, began = f"FAULT-{self._number}-{stay}", self._register_wh
        at = datetime.now(UTC)
        started = await self._send("start", 1, tag, began, at=at)
        number = started.transaction_id
        for _ in range(READINGS):
            await asyncio.sleep(BETWEEN_S)
            self._register_wh += STEP_WH
            at = datetime.now(UTC)
            await self._send("meter", 1, self._register_wh, transaction_id=number, at=at)
        await asyncio.sleep(BETWEEN_S)
        at = datetime.now(UTC)
        await self._send("stop", number, self._register_wh, at=at)
        self.done[number] = self._register_wh - began

    async def _send(self, step, *args, **kwargs):
        """Send a message until it is acknowledged."""
        while True:
            try:
                if not self._is_connected:
                    await asyncio.wait_for(self._charger.connect(), ANSWER_S)
                    await self._charger.boot()
                    self._is_connected = True
                answer = await getattr(self._charger, step)(*args, **kwargs)
                self.answers += 1
                return answer
            except OCPPError:
                pass  # it could not be stored; a charger sends it again
            except (LineError, OSError, TimeoutError):
                self._is_connected = False
                with suppress(LineError):
                    self._charger.abort()
            await asyncio.sleep(AGAIN_S)


async def wait_until_answered(cars, within_s):
    """Wait until each car is answered once more.

    :return: seconds that took
    :raise AssertionError: it takes longer
    """
    began, before = time.monotonic(), [car.answers for car in cars]
    while not all(car.answers > count for car, count in zip(cars, before, strict=True)):
        silent = [
            car
            for car, (one, count) in enumerate(zip(cars, before, strict=True))
            if one.answers == count
        ]
        assert time.monotonic() - began < within_s, f"not answered in {within_s} s: cars {silent}"
        await asyncio.sleep(0.05)
    return time.monotonic() - began
