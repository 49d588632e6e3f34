# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Writes the result of a walk as a Breakdown: fractions become decimals here."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from .breakdown import Breakdown, Discount, Line, Money, Period, TaxShare
from .dimensions import RESERVATION_KINDS, Dimension, Kind
from .exact import to_decimal
from .plan import Slot
from .settlement import Amount, Settlement, cost, settle, tax_shares, total_cost
from .tally import Slice, Tally
from .tariff import Tariff


def write_breakdown(tally: Tally, tariff: Tariff, started_at: datetime) -> Breakdown:
    """Settle a tally that has its slices, and write it down."""
    found = settle(tally, tariff)
    durations = tally.durations_s
    return Breakdown(
        currency=tariff.currency,
        lines=tuple(_line(slot, volume) for slot, volume in found.volumes.items()),
        discounts=tuple(
            Discount(
                to_decimal(tally.free_wh[slot]), slot.price, slot.tax_percent, to_money(amount)
            )
            for slot, amount in found.discount.items()
        ),
        limited_by=found.limited_by,
        limit_cost=to_money(found.limit),
        periods=_periods(tally, found, started_at),
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
            total_cost({s: v for s, v in found.volumes.items() if s.reservation})
        ),
        energy_wh=to_decimal(sum((s.energy_wh for s in tally.slices), Fraction(0))),
        charging_s=to_decimal(durations.get(Kind.CHARGING, Fraction(0))),
        parking_s=to_decimal(durations.get(Kind.PARKING, Fraction(0))),
        held_s=to_decimal(durations.get(Kind.HELD, Fraction(0))),
        reserved_s=to_decimal(
            sum((durations.get(kind, Fraction(0)) for kind in RESERVATION_KINDS), Fraction(0))
        ),
        free_energy_used_wh=to_decimal(sum(tally.free_wh.values(), Fraction(0))),
    )


def to_money(amount: Amount) -> Money:
    return Money(to_decimal(amount.excl), to_decimal(amount.incl))


def _sum_of(found: Settlement, dimension: Dimension) -> Money:
    """Sum a dimension without what belongs to a reservation (CDR object, total_*_cost)."""
    return to_money(
        total_cost(
            {
                s: v
                for s, v in found.volumes.items()
                if s.dimension is dimension and not s.reservation
            }
        )
    )


def _line(slot: Slot, volume: Fraction) -> Line:
    return Line(
        dimension=slot.dimension,
        element=slot.element,
        reservation=slot.reservation is not None,
        price=slot.price,
        tax_percent=slot.tax_percent,
        volume=to_decimal(volume / slot.unit),
        cost=to_money(cost(slot, volume)),
    )


def _periods(tally: Tally, found: Settlement, started_at: datetime) -> tuple[Period, ...]:
    """Write the slices; a start fee stands in its first one, a step's excess in its last."""
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
            lines=tuple(_line(slot, volume) for slot, volume in of_slice.items()),
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
