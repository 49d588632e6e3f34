# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Read CDRs of OCPI 2.1.1, 2.2.1 and 2.3.0 as usage to be rated."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from .. import fields as f
from ..errors import InvalidUsage
from ..fields import Fields
from ..rating.usage import ChargingPeriod, PeriodUsage

# CdrDimensionType of all three versions; FLAT is 2.1.1's.
_DIMENSIONS = frozenset(
    "CURRENT ENERGY ENERGY_EXPORT ENERGY_IMPORT FLAT MAX_CURRENT MIN_CURRENT MAX_POWER MIN_POWER "
    "PARKING_TIME POWER RESERVATION_TIME STATE_OF_CHARGE TIME".split()
)
_MAY_BE_NEGATIVE = frozenset(
    {"CURRENT", "MAX_CURRENT", "MIN_CURRENT", "MAX_POWER", "MIN_POWER", "POWER"}
)
_SECONDS_PER_HOUR = 3600
_US_PER_S = 1_000_000
# No meter measures finer than a millionth of a Wh or s; a smaller difference is noise.
_PARTS = 1_000_000
_NOISE = Fraction(1, 10**9)


def usage_from_cdr(source: object, currency: str, time_zone: str | None = None) -> PeriodUsage:
    """Read the usage of a CDR; its costs are ignored.

    :param source: a CDR object; needs start and end, currency and charging_periods
    :param currency: of the tariff it is rated with
    :param time_zone: IANA zone of the site; None: the CDR's own location's (2.1.1), else UTC
    :raises InvalidUsage: saying where and why
    """
    fields = Fields(source, "", InvalidUsage)
    found = fields.required("currency", f.currency)
    if found != currency:
        raise fields.fail("currency", f"is {found}, but the tariff's is {currency}")
    started_at = fields.required("start_date_time", f.timestamp)
    end_name = "end_date_time" if fields.has("end_date_time") else "stop_date_time"
    if not fields.has(end_name):
        raise fields.fail("end_date_time", "is missing")
    stopped_at = fields.required(end_name, f.timestamp)
    if stopped_at < started_at:
        raise fields.fail(end_name, "is before start_date_time")
    entries = fields.objects("charging_periods")
    starts = [entry.required("start_date_time", f.timestamp) for entry in entries]
    _check_order(fields, started_at, starts, stopped_at)
    periods = tuple(
        _read_period(entry, start, end)
        for entry, start, end in zip(entries, starts, [*starts[1:], stopped_at], strict=True)
    )
    return PeriodUsage(
        started_at=started_at,
        stopped_at=stopped_at,
        periods=periods,
        is_expired=not any(p.energy_wh or p.charging_s or p.parking_s for p in periods),
        time_zone=time_zone or find_zone(source) or "UTC",
    )


def find_zone(source: object) -> str | None:
    """Return the time zone that a CDR names (2.1.1); None where it names none."""
    location = Fields(source, "", InvalidUsage).object("location")
    return None if location is None else location.optional("time_zone", f.text)


def _check_order(
    fields: Fields, started_at: datetime, starts: list[datetime], stopped_at: datetime
) -> None:
    before = started_at
    for index, start in enumerate(starts):
        name = f"charging_periods[{index}].start_date_time"
        if start < before:
            what = "the CDR's start" if index == 0 else "the period before it"
            raise fields.fail(
                name, f"{start} is before {what}, {before}: periods overlap or are out of order"
            )
        if index and start == before:
            raise fields.fail(
                name, f"{start} is also the start of the period before it: periods overlap"
            )
        if start > stopped_at:
            raise fields.fail(name, f"{start} is after the CDR's end, {stopped_at}")
        before = start


def _read_period(entry: Fields, start: datetime, end: datetime) -> ChargingPeriod:
    volumes: dict[str, Decimal] = {}
    for dimension in entry.objects("dimensions", may_be_empty=True):
        kind = dimension.required("type", f.one_of(_DIMENSIONS))
        read = f.number if kind in _MAY_BE_NEGATIVE else f.not_negative
        if kind in volumes:
            raise dimension.fail("type", f"{kind} is there twice in one period")
        volumes[kind] = dimension.required("volume", read)
    wall_s = Fraction((end - start) // timedelta(microseconds=1), _US_PER_S)
    time_names = ("TIME", "PARKING_TIME", "RESERVATION_TIME")
    alone = sum(1 for name in time_names if volumes.get(name)) == 1
    times = {
        name: _exact_seconds(volumes.get(name, Decimal(0)), wall_s if alone else None)
        for name in time_names
    }
    energy_kwh = volumes.get("ENERGY", volumes.get("ENERGY_IMPORT", 0))
    return ChargingPeriod(
        started_at=start,
        energy_wh=_without_noise(Fraction(energy_kwh) * 1000),
        charging_s=times["TIME"],
        parking_s=times["PARKING_TIME"],
        reserved_s=times["RESERVATION_TIME"],
        power_w=_bounds(volumes, "POWER", 1000),
        current_a=_bounds(volumes, "CURRENT", 1) or (Fraction(0), Fraction(0)),
    )


def _exact_seconds(hours: Decimal, wall_s: Fraction | None) -> Fraction:
    """Undo the rounding of hours: 0.6667 h are 40 minutes, not 2,400.12 seconds.

    Hours that are whole seconds are taken as given. Else they were cut or rounded at
    their last digit, and mean the period's own duration if that is within a digit, or
    for the one whole second that is. If several are, they are taken as given.
    """
    seconds = _without_noise(Fraction(hours) * _SECONDS_PER_HOUR)
    if seconds.denominator == 1:
        return seconds
    digit = Fraction(_SECONDS_PER_HOUR, 10 ** -hours.as_tuple().exponent)
    if wall_s is not None and abs(wall_s - seconds) <= digit:
        return wall_s
    lowest, highest = ceil(seconds - digit), floor(seconds + digit)
    return Fraction(lowest) if lowest == highest else seconds


def _without_noise(value: Fraction) -> Fraction:
    """Remove noise of the sender's binary arithmetic: 300.00000000000004 Wh are 300 Wh."""
    near = Fraction(round(value * _PARTS), _PARTS)
    return near if abs(value - near) <= _NOISE else value


def _bounds(volumes: dict[str, Decimal], name: str, unit: int) -> tuple[Fraction, Fraction] | None:
    ends = [volumes.get(f"MIN_{name}"), volumes.get(f"MAX_{name}")]
    known = [end for end in ends if end is not None] or [
        volumes[key] for key in (name,) if key in volumes
    ]
    if not known:
        return None
    return Fraction(known[0]) * unit, Fraction(known[-1]) * unit
