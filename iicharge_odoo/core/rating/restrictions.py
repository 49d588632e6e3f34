# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Restrictions of a tariff element (OCPI 2.2.1 and 2.3.0, TariffRestrictions class)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from .. import fields as f
from ..fields import Fields

RESERVATION = "RESERVATION"
RESERVATION_EXPIRES = "RESERVATION_EXPIRES"
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MINUTES_PER_DAY = 24 * 60

_READERS = {
    "start_time": f.clock_text,
    "end_time": f.clock_text,
    "start_date": f.date_text,
    "end_date": f.date_text,
    "min_kwh": f.not_negative,
    "max_kwh": f.not_negative,
    "min_current": f.number,
    "max_current": f.number,
    "min_power": f.number,
    "max_power": f.number,
    "min_duration": f.count,
    "max_duration": f.count,
    "day_of_week": f.texts,
    "reservation": f.one_of(frozenset({RESERVATION, RESERVATION_EXPIRES})),
}


@dataclass(frozen=True)
class Restrictions:
    """Restrictions of an element, which applies where every field that is set holds.

    Times and dates are local to the site, as ``09:30`` and ``2026-01-31``; energy in kWh,
    current in A over all phases, power in kW, duration in s. Lower bounds are inclusive,
    upper bounds exclusive.
    """

    start_time: str | None = None
    end_time: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    min_kwh: Decimal | None = None
    max_kwh: Decimal | None = None
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None
    min_duration: int | None = None
    max_duration: int | None = None
    day_of_week: tuple[str, ...] | None = None
    reservation: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, fields: Fields) -> "Restrictions":
        values = {name: fields.optional(name, reader) for name, reader in _READERS.items()}
        for day in values["day_of_week"] or ():
            if day not in WEEKDAYS:
                raise fields.fail("day_of_week", f"{day!r} is not a day as 'MONDAY'")
        return cls(**values, extra=fields.own_rest())

    def to_ocpi(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in _READERS}
        found = {name: value for name, value in values.items() if value is not None}
        if self.day_of_week is not None:
            found["day_of_week"] = list(self.day_of_week)
        return {**found, **self.extra}


class Range(NamedTuple):
    """From the lowest to the highest value in a stretch of time."""

    lowest: Decimal | Fraction
    highest: Decimal | Fraction


class Moment(NamedTuple):
    """Values that the restrictions are compared with.

    ``wall`` is the site's local time, ``energy_wh`` and ``elapsed_us`` count from the
    start of the session (or of the reservation), power and current hold from now on.
    """

    wall: datetime
    energy_wh: Fraction
    elapsed_us: Fraction
    power_w: Range
    current_a: Range


def minutes_of_day(clock: str) -> int:
    """Return minutes since midnight of ``09:30``."""
    return int(clock[:2]) * 60 + int(clock[3:])


class Window:
    """A part of every day between two times of day; 00:00 as end is the day's end."""

    def __init__(self, start_time: str | None, end_time: str | None):
        self.start = minutes_of_day(start_time) if start_time else 0
        self.end = (minutes_of_day(end_time) if end_time else 0) or MINUTES_PER_DAY

    @property
    def bounds(self) -> tuple[int, int]:
        """The minutes of the day at which it begins and ends."""
        return self.start, self.end % MINUTES_PER_DAY

    def matches(self, wall: datetime) -> bool:
        minute = wall.hour * 60 + wall.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        # Wraps over midnight; equal times are the whole day.
        return minute >= self.start or minute < self.end


class Matcher:
    """Restrictions compiled for many checks."""

    def __init__(self, restrictions: Restrictions):
        r = restrictions
        self.reservation = r.reservation
        timed = r.start_time is not None or r.end_time is not None
        self.window = Window(r.start_time, r.end_time) if timed else None
        self.start_date = date.fromisoformat(r.start_date) if r.start_date else None
        self.end_date = date.fromisoformat(r.end_date) if r.end_date else None
        self.days = frozenset(WEEKDAYS.index(d) for d in r.day_of_week or ())
        self.energy_wh = _bounds(r.min_kwh, r.max_kwh, 1000)
        self.duration_us = _bounds(r.min_duration, r.max_duration, 1_000_000)
        self.power_w = _bounds(r.min_power, r.max_power, 1000)
        self.current_a = _bounds(r.min_current, r.max_current, 1)

    @property
    def clocks(self) -> set[int]:
        """Minutes of the day at which the answer may change."""
        found = set(self.window.bounds) if self.window else set()
        return found | ({0} if self.days or self.start_date or self.end_date else set())

    def matches(self, moment: Moment) -> bool:
        return (
            _inside(self.energy_wh, moment.energy_wh, moment.energy_wh)
            and _inside(self.duration_us, moment.elapsed_us, moment.elapsed_us)
            and _inside(self.power_w, *moment.power_w)
            and _inside(self.current_a, *moment.current_a)
            and self.matches_at(moment.wall)
        )

    def matches_at(self, wall: datetime) -> bool:
        """Check whether days and times match a site's local time, whatever is charged."""
        today = wall.date()
        return (
            (self.window is None or self.window.matches(wall))
            and (self.start_date is None or today >= self.start_date)
            and (self.end_date is None or today < self.end_date)
            and (not self.days or today.weekday() in self.days)
        )


_Bounds = tuple[Fraction | None, Fraction | None]


def _bounds(low: Decimal | int | None, high: Decimal | int | None, unit: int) -> _Bounds:
    return (
        None if low is None else Fraction(low) * unit,
        None if high is None else Fraction(high) * unit,
    )


def _inside(bounds: _Bounds, lowest: Fraction, highest: Fraction) -> bool:
    low, high = bounds
    return (low is None or lowest >= low) and (high is None or highest < high)
