# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Rate a session under a tariff (docs/tariffs.md; OCPI mod_tariffs, mod_cdrs).

`rate` is the one function behind the quote, the running cost, the receipt, the folio line
and the invoice.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from operator import attrgetter

from ..errors import InvalidUsage
from ..exact import round_money
from ..metering.meter import get_zone
from .accumulator import Accumulator
from .breakdown import Breakdown
from .dimensions import Kind
from .report import build_breakdown
from .restrictions import Range
from .running import RunningCost
from .tariff import Tariff
from .terms import NO_TERMS, HotelTerms
from .usage import ChargingPeriod, PeriodUsage, Usage

__all__ = ["Breakdown", "RunningCost", "rate", "round_money"]

_US_PER_S = 1_000_000
_at = attrgetter("at")


def rate(tariff: Tariff, usage: Usage | PeriodUsage, terms: HotelTerms = NO_TERMS) -> Breakdown:
    """Rate a session exactly, without rounding.

    The tariff prices the whole session: it is the one that was valid when the session
    began (docs/tariffs.md rule 7), and its validity is not checked again.

    :raises InvalidUsage: the usage is out of order; says where
    :raises UnknownTimeZone: the usage's zone is not known
    """
    if isinstance(usage, PeriodUsage):
        return _rate_periods(tariff, usage, terms)
    running = RunningCost(tariff, usage.started_at, usage.time_zone, terms, usage.reservation)
    if usage.samples and usage.samples[-1].at > usage.stopped_at:
        raise InvalidUsage("samples", "one comes after the stop; leave it out")
    if usage.states and usage.states[-1].at > usage.stopped_at:
        raise InvalidUsage("states", "one comes after the stop; leave it out")
    done = 0
    for change in usage.states:
        # A change at a sample's own time comes after it: the sample ends what was before.
        first_after = bisect_right(usage.samples, change.at, lo=done, key=_at)
        running.add_samples(usage.samples[done:first_after])
        done = first_after
        running.add_state(change.at, change.state)
    running.add_samples(usage.samples[done:])
    return running.breakdown(usage.stopped_at)


def _rate_periods(tariff: Tariff, usage: PeriodUsage, terms: HotelTerms) -> Breakdown:
    if not usage.periods:
        raise InvalidUsage("charging_periods", "must have at least one entry")
    zone = get_zone(usage.time_zone)
    session = [p.started_at for p in usage.periods if p.energy_wh or p.charging_s or p.parking_s]
    begins_at = usage.started_at
    reserved = [p for p in usage.periods if p.reserved_s]
    started_at = session[0] if reserved and session else begins_at
    accumulator = Accumulator(tariff, started_at, zone, terms, begins_at, Kind.HELD)
    accumulator.switch(Kind.HELD, Fraction(0))
    ends = [period.started_at for period in usage.periods[1:]] + [usage.stopped_at]
    energy_wh = Fraction(0)
    for index, (period, ended_at) in enumerate(zip(usage.periods, ends, strict=True)):
        here_us = Fraction(accumulator.us(period.started_at))
        accumulator.go(here_us, energy_wh, None, Range(Fraction(0), Fraction(0)))
        end_us = Fraction(accumulator.us(ended_at))
        energy_wh = _accumulate_period(
            accumulator,
            period,
            here_us,
            end_us,
            energy_wh,
            usage.is_expired,
            f"charging_periods[{index}]",
        )
    accumulator.finish()
    return build_breakdown(accumulator.tally, tariff, started_at)


def _accumulate_period(
    accumulator: Accumulator,
    period: ChargingPeriod,
    here_us: Fraction,
    end_us: Fraction,
    energy_wh: Fraction,
    is_expired: bool,
    where: str,
) -> Fraction:
    """Accumulate one period: reserved time first, then charging, then parking.

    Each takes its share of the time that passes; the energy flows while charging, or in
    all of the period where no charging time is given.
    """
    parts = [
        (Kind.EXPIRED if is_expired else Kind.RESERVED, period.reserved_s),
        (Kind.CHARGING, period.charging_s),
        (Kind.PARKING, period.parking_s),
    ]
    parts = [(kind, seconds) for kind, seconds in parts if seconds]
    total_s = sum(seconds for _, seconds in parts)
    if total_s and end_us == here_us:
        raise InvalidUsage(where, "has a volume of time but ends when it begins")
    if not parts:
        parts = [(Kind.CHARGING if period.energy_wh else Kind.HELD, Fraction(0))]
    energy_kinds = {kind for kind, _ in parts}
    if Kind.CHARGING in energy_kinds:
        energy_kinds = {Kind.CHARGING}
    passed_us = end_us - here_us
    energy_s = sum(seconds for kind, seconds in parts if kind in energy_kinds)
    power = None if period.power_w is None else Range(*period.power_w)
    for kind, seconds in parts:
        share = seconds / total_s if total_s else Fraction(1)
        part_us = passed_us * share
        accumulator.switch(
            kind, seconds * _US_PER_S / part_us if part_us else Fraction(0), apart=True
        )
        if kind in energy_kinds:
            energy_wh += period.energy_wh * (seconds / energy_s if energy_s else 1)
        here_us += part_us
        accumulator.go(here_us, energy_wh, power, Range(*period.current_a))
    return energy_wh
