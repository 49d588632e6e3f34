# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Cost of a session, with its parts: the result of rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..exact import plain
from .dimensions import Dimension, Kind


@dataclass(frozen=True, slots=True)
class Money:
    """An amount without and with tax, unrounded: exact wherever 28 digits hold it."""

    excl_vat: Decimal
    incl_vat: Decimal

    def plus(self, other: Money) -> Money:
        return Money(self.excl_vat + other.excl_vat, self.incl_vat + other.incl_vat)

    def minus(self, other: Money) -> Money:
        return Money(self.excl_vat - other.excl_vat, self.incl_vat - other.incl_vat)

    def to_json(self) -> dict[str, str]:
        return {"excl_vat": plain(self.excl_vat), "incl_vat": plain(self.incl_vat)}


@dataclass(frozen=True, slots=True)
class Line:
    """Cost of one price component over all periods.

    ``volume`` is what is billed, step_size included: kWh for ENERGY, h for TIME and
    PARKING_TIME, 1 for FLAT. ``element`` is the index in the tariff's elements.
    """

    dimension: Dimension
    element: int
    reservation: bool
    price: Decimal
    tax_percent: Decimal
    volume: Decimal
    cost: Money


@dataclass(frozen=True, slots=True)
class Discount:
    """Free energy of the hotel, as a negative cost."""

    energy_wh: Decimal
    price: Decimal
    tax_percent: Decimal
    cost: Money


@dataclass(frozen=True, slots=True)
class TaxShare:
    """The part of the total under one tax rate; all shares together are the total."""

    tax_percent: Decimal
    cost: Money


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time with the same components. ``lines`` are its part of the costs.

    ``note`` is ``grace`` or ``quiet`` where parking was free for that reason.
    """

    started_at: datetime
    ended_at: datetime
    kind: Kind
    energy_wh: Decimal
    duration_s: Decimal
    note: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The cost of a session, unrounded.

    The costs by dimension are those of the tariff's components; ``total_cost`` has the
    discount and the least or most price in it (``limit_cost``, ``limited_by``).
    """

    currency: str
    lines: tuple[Line, ...]
    discounts: tuple[Discount, ...]
    limited_by: str | None
    limit_cost: Money
    periods: tuple[Period, ...]
    tax_shares: tuple[TaxShare, ...]
    total_cost: Money
    total_energy_cost: Money
    total_time_cost: Money
    total_parking_cost: Money
    total_fixed_cost: Money
    total_reservation_cost: Money
    energy_wh: Decimal
    charging_s: Decimal
    parking_s: Decimal
    held_s: Decimal
    reserved_s: Decimal
    free_energy_used_wh: Decimal

    def to_json(self) -> dict[str, Any]:
        """Return the breakdown as JSON-able data with amounts as decimal strings."""
        totals = {
            name: getattr(self, name).to_json()
            for name in (
                "total_cost",
                "total_energy_cost",
                "total_time_cost",
                "total_parking_cost",
                "total_fixed_cost",
                "total_reservation_cost",
            )
        }
        return {
            "currency": self.currency,
            **totals,
            "total_energy": plain(self.energy_wh.scaleb(-3)),
            "limited_by": self.limited_by,
            "discounts": [
                {"energy_kwh": plain(d.energy_wh.scaleb(-3)), "cost": d.cost.to_json()}
                for d in self.discounts
            ],
            "taxes": [
                {"percentage": plain(s.tax_percent), **s.cost.to_json()} for s in self.tax_shares
            ],
            "lines": [_line_json(line) for line in self.lines],
            "periods": [_period_json(period) for period in self.periods],
        }

    def to_text(self) -> str:
        """Explain the total in plain English, one step a line."""
        rows = [_line_text(line) for line in self.lines]
        for d in self.discounts:
            volume = f"{_short(d.energy_wh.scaleb(-3))} kWh free"
            rows.append(_row(volume, d.price, " per kWh", d.tax_percent, d.cost))
        if self.limited_by:
            name = "Minimum price" if self.limited_by == "min_price" else "Maximum price"
            rows.append(
                f"{name}: {_short(self.limit_cost.excl_vat)} without tax, "
                f"{_short(self.limit_cost.incl_vat)} with tax"
            )
        rows.append(
            f"Total: {_short(self.total_cost.excl_vat)} {self.currency} without tax, "
            f"{_short(self.total_cost.incl_vat)} {self.currency} with tax"
        )
        return "\n".join(rows)


_NAMES = {
    Dimension.FLAT: "Start fee",
    Dimension.ENERGY: "Energy",
    Dimension.TIME: "Charging time",
    Dimension.PARKING_TIME: "Parking time",
}
_UNIT_NAMES = {
    Dimension.FLAT: ("", ""),
    Dimension.ENERGY: (" kWh", " per kWh"),
    Dimension.TIME: (" min", " per hour"),
    Dimension.PARKING_TIME: (" min", " per hour"),
}
_SHOWN_DIGITS = Decimal("0.000001")


def _short(value: Decimal) -> str:
    return plain(value if value == value.quantize(_SHOWN_DIGITS) else value.quantize(_SHOWN_DIGITS))


def _line_text(line: Line) -> str:
    name = _NAMES[line.dimension]
    if line.reservation:
        name = "Reservation fee" if line.dimension is Dimension.FLAT else "Reservation"
    unit, per_unit = _UNIT_NAMES[line.dimension]
    volume = line.volume * 60 if unit == " min" else line.volume
    label = name if line.dimension is Dimension.FLAT else f"{name} {_short(volume)}{unit}"
    return _row(label, line.price, per_unit, line.tax_percent, line.cost)


def _row(label: str, price: Decimal, per_unit: str, tax_percent: Decimal, cost: Money) -> str:
    return (
        f"{label} at {plain(price)}{per_unit}: {_short(cost.excl_vat)} without tax, "
        f"{_short(cost.incl_vat)} with {plain(tax_percent)} % tax"
    )


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "type": line.dimension.value,
        "reservation": line.reservation,
        "element": line.element,
        "price": plain(line.price),
        "vat": plain(line.tax_percent),
        "volume": plain(line.volume),
        "cost": line.cost.to_json(),
    }


def _period_json(period: Period) -> dict[str, Any]:
    return {
        "start_date_time": _time_json(period.started_at),
        "end_date_time": _time_json(period.ended_at),
        "kind": period.kind.value,
        "note": period.note,
        "energy_kwh": plain(period.energy_wh.scaleb(-3)),
        "duration_s": plain(period.duration_s),
        "dimensions": [_line_json(line) for line in period.lines],
    }


def _time_json(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
