# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Visitors of the chargers: they plug in, show a card, stay a while and leave.

`speed` makes a day pass quicker without bending time: cars need 1/speed of the energy and people
stay 1/speed as long, while power, clock and timestamps stay real. So power times time is the
energy at any speed, and no reading is ever more than the charger can deliver.
"""

import asyncio
import logging
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .charger import Charger
from .clock import Clock
from .connector import Connector
from .vehicle import Vehicle

LOGGER = logging.getLogger(__name__)

Opening = Literal["charging", "full", "free", "faulted", "later"]
OPENINGS = ("charging", "full", "free", "faulted", "later")
BATTERIES_WH = (38_000, 52_000, 64_000, 77_000, 95_000)
ON_BOARD_CHARGERS = ((7_400, 1), (11_000, 3), (11_000, 3), (22_000, 3))  # (W, phases)
DC_LIMITS_W = (50_000, 100_000, 150_000)
ALMOST_NOTHING_WH = 100.0
MOMENTS_SPEED = 60.0
FAULTS = ("GroundFailure", "HighTemperature", "ConnectorLockFailure", "OverCurrentFailure")


@dataclass
class Visit:
    """One stay of one car; times in seconds of the clock."""

    id_tag: str
    vehicle: Vehicle
    linger_s: float  # after the car is full
    at_most_s: float | None  # then they leave, full or not; None: they wait


class TagPool:
    """The cards of a fleet. One card is at one connector at a time."""

    def __init__(self, id_tags: Iterable[str], rng: random.Random) -> None:
        self._free = list(dict.fromkeys(id_tags))
        self._rng = rng
        self._returned = asyncio.Condition()

    def take_now(self, wanted: str | None = None) -> str | None:
        """Take `wanted`, or any card; None if it is in use."""
        choice = [tag for tag in self._free if wanted in (None, tag)]
        if not choice:
            return None
        id_tag = self._rng.choice(choice)
        self._free.remove(id_tag)
        return id_tag

    async def take(self, wanted: str | None = None) -> str:
        """Wait for `wanted`, or for any card, and take it."""
        async with self._returned:
            while (id_tag := self.take_now(wanted)) is None:
                await self._returned.wait()
            return id_tag

    async def give_back(self, id_tag: str) -> None:
        async with self._returned:
            self._free.append(id_tag)
            self._returned.notify_all()


class Guests:
    """Visitors of a fleet of chargers."""

    def __init__(self, tags: TagPool, clock: Clock, rng: random.Random, speed: float = 1.0) -> None:
        self._tags = tags
        self._clock = clock
        self._rng = rng
        self._speed = speed

    async def _pause(self, least_s: float, most_s: float) -> None:
        """Wait for the seconds that people spend at the charger.

        They stay what they are, to be seen on a screen, until the speed makes sessions as short.
        """
        shortened = max(1.0, self._speed / MOMENTS_SPEED)
        await self._clock.sleep(self._rng.uniform(least_s, most_s) / shortened)

    def _minutes(self, least: float, most: float) -> float:
        """Return a random time in seconds, shortened by the speed."""
        return self._rng.uniform(least, most) * 60 / self._speed

    def make_vehicle(self, missing_wh: float | None = None) -> Vehicle:
        """Return a car with a battery of 1/speed of a real one; `missing_wh` sets its demand."""
        rng = self._rng
        capacity_wh = rng.choice(BATTERIES_WH) / self._speed
        target_soc = rng.choice((0.8, 0.9, 1.0))
        soc = rng.uniform(0.15, 0.5)
        if missing_wh is not None:
            soc = max(0.0, target_soc - missing_wh / capacity_wh)
        ac_power_w, ac_phases = rng.choice(ON_BOARD_CHARGERS)
        return Vehicle(capacity_wh, soc, target_soc, ac_power_w, ac_phases, rng.choice(DC_LIMITS_W))

    # -- one visit ---------------------------------------------------------------------------

    async def visit(self, connector: Connector, visit: Visit) -> bool:
        """Play a visit to its end; return whether the car was allowed to charge."""
        if not await connector.plug(visit.vehicle):
            return False
        # A remote start may have been waiting for the plug.
        if connector.transaction is None:
            await self._pause(1, 4)
            await connector.present(visit.id_tag)
        charged = await self._stay(connector, visit)
        connector.unplug()
        return charged

    async def _stay(self, connector: Connector, visit: Visit) -> bool:
        transaction = connector.transaction
        if transaction is None:
            await self._pause(3, 8)  # unplugs after a while
            return False

        def over() -> bool:
            return connector.transaction is not transaction

        await connector.wait_for(lambda: over() or visit.vehicle.full, visit.at_most_s)
        if visit.vehicle.full:
            await connector.wait_for(over, visit.linger_s)
        if not over():
            connector.stop("Local", transaction.id_tag)
        await self._pause(3, 8)
        return not transaction.deauthorized

    # -- a connector over the days -----------------------------------------------------------

    async def attend(
        self,
        charger: Charger,
        connector: Connector,
        opening: Opening = "later",
        first_tag: str | None = None,
    ) -> None:
        """Keep a connector busy without end, beginning as `opening` says.

        charging: a car comes within seconds; full: one that soon needs nothing but stays;
        later: after a while; free: only when a remote start calls for a car;
        faulted: broken until a reset, then as later.
        """
        await charger.ready.wait()
        first = opening in ("charging", "full")
        if opening == "faulted":
            connector.fault("GroundFailure")
            await connector.wait_for(lambda: connector.status != "Faulted")
        if first:
            await self._pause(1, 5)
        while True:
            if not first:
                called = await connector.wait_for(
                    lambda: connector.remote_tag is not None,
                    None if opening == "free" else self._minutes(10, 60),
                )
                if called:
                    await self._answer_remote_start(connector)
                    continue
            if not connector.idle:
                await connector.wait_for(lambda: connector.idle)
            if connector.reservation is None:
                await self._drive_up(connector, first and opening == "full", first_tag)
            first, first_tag = False, None

    async def _drive_up(self, connector: Connector, full: bool, wanted: str | None) -> None:
        id_tag = self._tags.take_now(wanted)
        if id_tag is None:
            return  # all cards are in use
        try:
            visit = Visit(
                id_tag,
                self.make_vehicle(ALMOST_NOTHING_WH if full else None),
                linger_s=self._minutes(240, 360) if full else self._minutes(5, 60),
                at_most_s=self._minutes(90, 600),
            )
            await self.visit(connector, visit)
        finally:
            await self._tags.give_back(id_tag)

    async def _answer_remote_start(self, connector: Connector) -> None:
        """Plug in the car of a remote start."""
        id_tag = connector.remote_tag
        await self._pause(2, 5)
        if connector.remote_tag != id_tag or connector.vehicle:
            return
        visit = Visit(id_tag, self.make_vehicle(), self._minutes(5, 30), self._minutes(90, 300))
        await self.visit(connector, visit)

    # -- what goes wrong ---------------------------------------------------------------------

    async def break_things(self, chargers: list[Charger]) -> None:
        """Set and clear faults of connectors, and cut connections, at random."""
        while True:
            await self._clock.sleep(max(20.0, self._minutes(30, 120)))
            charger = self._rng.choice(chargers)
            if self._rng.random() < 0.5:
                LOGGER.info("%s loses its connection", charger.spec.identity)
                charger.lose_line(max(10.0, self._minutes(1, 10)))
                continue
            connector = self._rng.choice(charger.all_connectors())
            if connector.status == "Faulted":
                continue
            connector.fault(self._rng.choice(FAULTS))
            await self._clock.sleep(max(15.0, self._minutes(5, 20)))
            connector.repair()
