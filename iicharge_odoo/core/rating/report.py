# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Convert accumulated usage to a Breakdown: fractions become decimals here."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from ..exact import to_decimal
from .breakdown import Breakdown, Discount, Line, Money, Period, TaxShare
from .dimensions import RESERVATION_KINDS, Dimension, Kind
from .plan import Slot
from .pricing import Amount, PricedTally, cost, price_tally, tax_shares, total_of
from .tally import Slice, Tally
from .tariff import Tariff

_ZERO = Fraction(0)


def build_breakdown(tally: Tally, tariff: Tariff, started_at: datetime) -> Breakdown:
    """Price a tally that has its slices, and convert it to a Breakdown."""
    found = price_tally(tally, tariff)
    durations = tally.durations_s
    lines = {slot: _line(slot, v, found.costs[slot]) for slot, v in found.volumes.items()}
    return Breakdown(
        currency=tariff.currency,
        lines=tuple(lines.values()),
        discounts=_discounts(tally, found),
        limited_by=found.limited_by,
        limit_cost=to_money(found.limit),
        periods=_periods(tally, found, lines, started_at),
        tax_shares=tuple(
            TaxShare(to_decimal(rate), to_money(amount))
            for rate, amount in tax_shares(found, tariff).items()
        ),
        total_cost=to_money(found.total),
        total_energy_cost=_sum_of(found, Dimension.ENERGY),
        total_time_cost=_sum_of(found, Dimension.TIME),
        total_parking_cost=_sum_of(found, Dimension.PARKING_TIME),
        total_fixed_cost=_sum_of(found, Dimension.FLAT),
        total_reservation_cost=to_money(
            total_of(amount for slot, amount in found.costs.items() if slot.reservation)
        ),
        energy_wh=to_decimal(sum((s.energy_wh for s in tally.slices), _ZERO)),
        charging_s=to_decimal(durations.get(Kind.CHARGING, _ZERO)),
        parking_s=to_decimal(durations.get(Kind.PARKING, _ZERO)),
        held_s=to_decimal(durations.get(Kind.HELD, _ZERO)),
        reserved_s=to_decimal(sum((durations.get(k, _ZERO) for k in RESERVATION_KINDS), _ZERO)),
        free_energy_used_wh=to_decimal(sum(tally.free_wh.values(), _ZERO)),
    )


def to_money(amount: Amount) -> Money:
    return Money(to_decimal(amount.excl), to_decimal(amount.incl))


def _sum_of(found: PricedTally, dimension: Dimension) -> Money:
    """Sum a dimension without what belongs to a reservation (CDR object, total_*_cost)."""
    return to_money(
        total_of(
            amount
            for slot, amount in found.costs.items()
            if slot.dimension is dimension and not slot.reservation
        )
    )


def _discounts(tally: Tally, found: PricedTally) -> tuple[Discount, ...]:
    return tuple(
        Discount(to_decimal(tally.free_wh[slot]), slot.price, slot.tax_percent, to_money(amount))
        for slot, amount in found.discount.items()
    )


def _line(slot: Slot, volume: Fraction, amount: Amount) -> Line:
    return Line(
        dimension=slot.dimension,
        element=slot.element,
        reservation=slot.reservation is not None,
        price=slot.price,
        tax_percent=slot.tax_percent,
        volume=to_decimal(volume / slot.unit),
        cost=to_money(amount),
    )


def _periods(
    tally: Tally, found: PricedTally, lines: dict[Slot, Line], started_at: datetime
) -> tuple[Period, ...]:
    """Write the slices; a start fee is in its first one, a step's excess in its last."""
    volumes = [_volumes(s) for s in tally.slices]
    for flat in tally.flats.values():
        for index, s in enumerate(tally.slices):
            if flat in s.choice.flat:
                volumes[index] = {flat: Fraction(1), **volumes[index]}
                break
    for slot, excess in found.excess.items():
        last = max(index for index, v in enumerate(volumes) if slot in v)
        volumes[last][slot] += excess
    return tuple(
        Period(
            started_at=started_at + timedelta(microseconds=round(s.start_us)),
            ended_at=started_at + timedelta(microseconds=round(s.end_us)),
            kind=s.kind,
            energy_wh=to_decimal(s.energy_wh),
            duration_s=to_decimal(s.duration_s),
            note=s.choice.note,
            lines=tuple(
                lines[slot]
                if volume == found.volumes[slot]
                else _line(slot, volume, cost(slot, volume))
                for slot, volume in of_slice.items()
            ),
        )
        for s, of_slice in zip(tally.slices, volumes, strict=True)
    )


def _volumes(s: Slice) -> dict[Slot, Fraction]:
    found = {}
    if s.choice.energy is not None and s.energy_wh:
        found[s.choice.energy] = s.energy_wh
    if s.choice.time is not None and s.duration_s:
        found[s.choice.time] = s.duration_s
    return found
