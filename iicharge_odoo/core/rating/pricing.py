# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Convert volumes to money: step sizes, costs, discounts, least and most prices, taxes."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from .plan import Slot
from .tally import Tally, group_of
from .tariff import PriceLimit, Tariff


class Amount(NamedTuple):
    """Money without and with tax, exact."""

    excl: Fraction
    incl: Fraction

    def plus(self, other: Amount) -> Amount:
        return Amount(self.excl + other.excl, self.incl + other.incl)

    def minus(self, other: Amount) -> Amount:
        return Amount(self.excl - other.excl, self.incl - other.incl)


NOTHING = Amount(Fraction(0), Fraction(0))


class PricedTally(NamedTuple):
    """Cost of a session. ``volumes`` are billed Wh, s or times, ``costs`` their costs;
    ``excess`` is the part of the volumes that step_size added; ``limit`` is what a least or
    most price adds or takes.
    """

    volumes: dict[Slot, Fraction]
    costs: dict[Slot, Amount]
    excess: dict[Slot, Fraction]
    discount: dict[Slot, Amount]
    limit: Amount
    total: Amount
    limited_by: str | None


def cost(slot: Slot, volume: Fraction) -> Amount:
    """Price a volume in Wh, s or times."""
    return Amount(slot.excl_per_unit * volume, slot.incl_per_unit * volume)


def total_of(amounts: Iterable[Amount]) -> Amount:
    """Add amounts up."""
    total = None
    for amount in amounts:
        total = amount if total is None else total.plus(amount)
    return total or NOTHING


def price_tally(tally: Tally, tariff: Tariff) -> PricedTally:
    """Price a tally. The work grows with the tariff, not with the session."""
    excess = _step_excess(tally)
    volumes = {slot: Fraction(1) for slot in tally.flats.values()}
    for slot, volume in tally.volumes.items():
        volumes[slot] = volume + excess.get(slot, 0)
    discount = {slot: cost(slot, -free_wh) for slot, free_wh in tally.free_wh.items()}
    costs = {slot: cost(slot, volume) for slot, volume in volumes.items()}
    before = total_of([*costs.values(), *discount.values()])
    total, limited_by = before, None
    if tariff.max_price is not None:
        total = _capped(total, tariff.max_price)
        limited_by = "max_price" if total != before else None
    # No least price for a session that used free energy only.
    if tariff.min_price is not None and not (tally.gives_energy and before.incl == 0):
        raised = _raised(total, tariff.min_price, tariff.plan.first_slot)
        limited_by = "min_price" if raised != total else limited_by
        total = raised
    limit = NOTHING if total is before else total.minus(before)
    return PricedTally(volumes, costs, excess, discount, limit, total, limited_by)


def _step_excess(tally: Tally) -> dict[Slot, Fraction]:
    """Round each group's total up to the step of its last component (mod_cdrs, step_size).

    TIME that PARKING_TIME follows is not rounded itself, and the other way round: the
    total of the last component's own dimension is.
    """
    excess: dict[Slot, Fraction] = {}
    for group, last in tally.last.items():
        if not last.step:
            continue
        total = sum(
            volume
            for slot, volume in tally.volumes.items()
            if group_of(slot) == group and slot.dimension is last.dimension
        )
        rounded = ceil(Fraction(total) / last.step) * last.step
        if rounded > total:
            excess[last] = rounded - total
    return excess


def _capped(amount: Amount, limit: PriceLimit) -> Amount:
    excl = min(amount.excl, Fraction(limit.before_taxes))
    if limit.after_taxes is not None:
        return Amount(excl, min(amount.incl, Fraction(limit.after_taxes)))
    return Amount(excl, amount.incl * excl / amount.excl if amount.excl else amount.incl)


def _raised(amount: Amount, limit: PriceLimit, first_slot: Slot) -> Amount:
    excl = max(amount.excl, Fraction(limit.before_taxes))
    if limit.after_taxes is not None:
        return Amount(excl, max(amount.incl, Fraction(limit.after_taxes)))
    if amount.excl > 0:
        return Amount(excl, amount.incl * excl / amount.excl)
    return Amount(excl, amount.incl + (excl - amount.excl) * (1 + first_slot.tax_rate / 100))


def tax_shares(priced: PricedTally, tariff: Tariff) -> dict[Fraction, Amount]:
    """Split the total by tax rate (a percentage), for lines that are taxed one by one.

    Each share's tax is exactly its rate's. The shares keep the total with tax; they keep
    the total without tax too wherever rates exist that allow it.
    """
    shares: dict[Fraction, Amount] = {}
    for slot, amount in [*priced.costs.items(), *priced.discount.items()]:
        rate = slot.tax_rate
        shares[rate] = shares[rate].plus(amount) if rate in shares else amount
    if priced.limit == NOTHING:
        return shares
    total = priced.total
    shares = {rate: share for rate, share in shares.items() if share.incl > 0}
    if not shares:
        rate = tariff.plan.first_slot.tax_rate
        return {rate: _of_incl(rate, total.incl)}
    return _shifted(shares, total) or _scaled(shares, total)


def _scaled(shares: dict[Fraction, Amount], total: Amount) -> dict[Fraction, Amount]:
    factor = total.incl / sum(share.incl for share in shares.values())
    return {rate: _of_incl(rate, share.incl * factor) for rate, share in shares.items()}


def _shifted(shares: dict[Fraction, Amount], total: Amount) -> dict[Fraction, Amount] | None:
    """Keep both totals: scale, then move money between the lowest and the highest rate."""
    before = sum(share.excl for share in shares.values())
    excl = {rate: share.excl * total.excl / before for rate, share in shares.items()}
    missing_tax = total.incl - total.excl - sum(rate * e / 100 for rate, e in excl.items())
    low, high = min(excl), max(excl)
    if missing_tax:
        if low == high:
            return None
        moved = missing_tax * 100 / (high - low)
        excl[high] += moved
        excl[low] -= moved
    if min(excl.values()) < 0:
        return None
    return {rate: Amount(e, e * (1 + rate / 100)) for rate, e in excl.items()}


def _of_incl(rate: Fraction, incl: Fraction) -> Amount:
    return Amount(incl / (1 + rate / 100), incl)
