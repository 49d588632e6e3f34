# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Read a fleet of chargers from a JSON file, and run it.

A fleet file is an object with

    reconnect_most_s   longest wait in seconds between attempts to connect (60)
    speed              factor by which cars get full and people leave sooner (1)
    id_tags            cards of the people who come
    chargers           list of objects: identity, secret, current ("AC" or "DC"), connectors,
                       rated_power_w, vendor, model, firmware, register_wh (list),
                       display (true: it shows prices and costs), configuration (OCPP
                       keys), and openings: per connector an object
                       {"does": one of guests.OPENINGS, "id_tag": optional}

`demo_fleet.json` in this folder is the demo hotel's.
"""

import asyncio
import json
import logging
import random
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from .charger import Charger, ChargerSpec
from .clock import Clock, SystemClock
from .guests import OPENINGS, Guests, TagPool, Visit

LOGGER = logging.getLogger(__name__)
DEMO_FLEET = Path(__file__).with_name("demo_fleet.json")
SPEC_FIELDS = {each.name for each in fields(ChargerSpec)}


class FleetError(ValueError):
    """The fleet file cannot be used; the text says what to change."""


@dataclass(frozen=True)
class Opening:
    """Initial state of a connector."""

    does: str = "later"
    id_tag: str | None = None


@dataclass(frozen=True)
class Fleet:
    """Chargers, initial states of their connectors, and cards of the visitors."""

    chargers: tuple[ChargerSpec, ...]
    openings: dict[str, tuple[Opening, ...]] = field(default_factory=dict)
    id_tags: tuple[str, ...] = ()
    reconnect_most_s: float = 60.0
    speed: float = 1.0

    def __post_init__(self) -> None:
        identities = [spec.identity for spec in self.chargers]
        if not identities:
            raise FleetError("a fleet needs at least one charger")
        if len(set(identities)) < len(identities):
            raise FleetError("two chargers of the fleet have the same identity")
        if not self.id_tags:
            raise FleetError("a fleet needs at least one id tag")
        if self.speed <= 0:
            raise FleetError(f"speed {self.speed} must be above 0")
        for identity, given in self.openings.items():
            for opening in given:
                if opening.id_tag not in (None, *self.id_tags):
                    raise FleetError(
                        f"charger {identity}: id tag {opening.id_tag} is not in id_tags"
                    )

    def opening(self, identity: str, connector: int) -> Opening:
        given = self.openings.get(identity, ())
        return given[connector - 1] if connector <= len(given) else Opening()

    def with_id_tags(self, id_tags: tuple[str, ...]) -> "Fleet":
        """Return the same fleet with other cards; openings with a card of their own take any."""
        openings = {
            identity: tuple(Opening(each.does) for each in given)
            for identity, given in self.openings.items()
        }
        return replace(self, openings=openings, id_tags=id_tags)


def load_fleet(path: Path) -> Fleet:
    """Read a fleet file. Raises FleetError with the file and the reason."""
    try:
        return parse_fleet(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise FleetError(f"fleet file {path}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FleetError(f"fleet file {path}: {error}") from error


def parse_fleet(data: dict) -> Fleet:
    """Build a fleet from the decoded JSON. Raises ValueError, TypeError or KeyError."""
    specs, openings = [], {}
    for entry in data["chargers"]:
        entry = dict(entry)
        given = tuple(Opening(**each) for each in entry.pop("openings", ()))
        if unknown := set(entry) - SPEC_FIELDS:
            raise FleetError(f"charger {entry.get('identity')}: unknown {', '.join(unknown)}")
        for opening in given:
            if opening.does not in OPENINGS:
                raise FleetError(f"opening {opening.does!r} is none of {', '.join(OPENINGS)}")
        spec = ChargerSpec(**{**entry, "register_wh": tuple(entry.get("register_wh", ()))})
        specs.append(spec)
        openings[spec.identity] = given
    return Fleet(
        tuple(specs),
        openings,
        tuple(data.get("id_tags", ())),
        float(data.get("reconnect_most_s", 60)),
        float(data.get("speed", 1)),
    )


class Simulation:
    """A fleet that runs against the central system at `url`."""

    def __init__(
        self,
        fleet: Fleet,
        url: str,
        *,
        faults: bool = False,
        seed: int | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._fleet = fleet
        self._faults = faults
        clock = clock or SystemClock()
        rng = random.Random(seed)
        # Each charger has its own stream, so that one charger does not change another's choices.
        self.chargers = [
            Charger(
                spec,
                url,
                clock=clock,
                rng=random.Random(rng.random()),
                reconnect_most_s=fleet.reconnect_most_s,
            )
            for spec in fleet.chargers
        ]
        self._tags = TagPool(fleet.id_tags, rng)
        self._guests = Guests(self._tags, clock, rng, fleet.speed)

    async def run(self) -> None:
        """Run without end."""
        async with asyncio.TaskGroup() as group:
            for charger in self.chargers:
                group.create_task(charger.run())
                for connector in charger.all_connectors():
                    opening = self._fleet.opening(charger.spec.identity, connector.number)
                    group.create_task(
                        self._guests.attend(
                            charger,
                            connector,
                            opening.does,
                            opening.id_tag,
                        )
                    )
            if self._faults:
                group.create_task(self._guests.break_things(self.chargers))

    async def run_once(self) -> bool:
        """Let each charger make one session; return whether every one was allowed to charge."""
        living = [asyncio.ensure_future(charger.run()) for charger in self.chargers]
        try:
            return all(await asyncio.gather(*map(self._one_session, self.chargers)))
        finally:
            for task in living:
                task.cancel()
            await asyncio.gather(*living, return_exceptions=True)

    async def _one_session(self, charger: Charger) -> bool:
        await charger.ready.wait()
        connector = charger.connectors[1]
        wanted = self._fleet.opening(charger.spec.identity, 1).id_tag
        id_tag = await self._tags.take(wanted)
        try:
            visit = Visit(id_tag, self._guests.make_vehicle(), linger_s=0, at_most_s=None)
            charged = await self._guests.visit(connector, visit)
            await charger.outbox.wait_empty()
        finally:
            await self._tags.give_back(id_tag)
        if not charged:
            LOGGER.warning("%s: %s was not allowed to charge", connector.name, id_tag)
        return charged

    async def switch_off(self, patience_s: float) -> None:
        """Stop what runs; wait at most `patience_s` for the stops to be reported."""
        stops = [asyncio.ensure_future(charger.switch_off()) for charger in self.chargers]
        await asyncio.wait(stops, timeout=patience_s)
        for stop in stops:
            stop.cancel()
        await asyncio.gather(*stops, return_exceptions=True)
