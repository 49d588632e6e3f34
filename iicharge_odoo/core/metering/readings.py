# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Meter values of OCPP 1.6 as chargers really send them (docs/chargers.md rows 25 to 33)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

EMPTY_VALUE = "empty_value"
UNREADABLE_VALUE = "unreadable_value"
UNKNOWN_CONTEXT = "unknown_context"
UNKNOWN_UNIT = "unknown_unit"

_ENERGY = "Energy.Active.Import.Register"
_VOLTAGE = "Voltage"
_ONE = Decimal(1)
_KILO = Decimal(1000)
# No real register reaches 10^15 Wh; a larger value is noise, and fits no record.
_TOO_LARGE = Decimal(10) ** 15
_LONGEST_NUMBER = 64

_FIELD_OF_MEASURAND = {
    _ENERGY: "energy_wh",
    "Power.Active.Import": "power_w",
    "Current.Import": "current_a",
    _VOLTAGE: "voltage_v",
    "SoC": "soc_percent",
}
# Factor by unit, casefolded; no unit is the first (row 30).
_UNITS = {
    _ENERGY: {"wh": _ONE, "kwh": _KILO},
    "Power.Active.Import": {"w": _ONE, "kw": _KILO},
    "Current.Import": {"a": _ONE},
    _VOLTAGE: {"v": _ONE},
    "SoC": {"percent": _ONE, "%": _ONE},
}
# Row 31: the best context wins, and Begin counts only when there is no other.
_CONTEXT_RANK = {
    "Transaction.End": 0,
    "Sample.Periodic": 1,
    "Sample.Clock": 2,
    "Trigger": 3,
    "Interruption.Begin": 3,
    "Interruption.End": 3,
    "Other": 3,
    "Transaction.Begin": 5,
}
_UNKNOWN_CONTEXT_RANK = 4
_LOCATION_RANK = {"Outlet": 0, "Cable": 1, "EV": 2, "Body": 3, "Inlet": 4}


@dataclass(frozen=True, slots=True)
class Reading:
    """Values measured at one moment; None where the charger reported none.

    ``energy_wh`` is the register, ``current_a`` the sum over the phases, ``voltage_v``
    their mean. ``signed`` keeps the raw values of signed meter data, ``flags`` its
    oddities. ``context`` is that of the register (OCPP 1.6 section 7.32), and
    ``has_transaction_id``: whether the charger sent the transaction's id with it; chargers
    use both to report several registers (docs/chargers.md rows 31, 36 and 43).
    """

    at: datetime
    energy_wh: Decimal | None = None
    power_w: Decimal | None = None
    current_a: Decimal | None = None
    voltage_v: Decimal | None = None
    soc_percent: Decimal | None = None
    signed: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    context: str | None = None
    has_transaction_id: bool = True

    @property
    def kind(self) -> tuple[bool, bool]:
        """Key that makes registers distinct: whether the reading names its transaction, and whether
        it was not made by the clock. The largest is the likeliest to be of the session."""
        return self.has_transaction_id, self.context != "Sample.Clock"


@dataclass(frozen=True, slots=True)
class _Value:
    measurand: str
    rank: tuple[int, int]
    phase: str | None
    amount: Decimal
    context: str


def parse_decimal(value: object) -> Decimal | None:
    """Read a number that may have a fraction (row 25); None where it is not a possible one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value).strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    # by length and exponent first: arithmetic with 1e999999999 fails or takes seconds
    if len(text) > _LONGEST_NUMBER or not number.is_finite() or number.adjusted() > 15:
        return None
    if number.adjusted() < -15:
        return Decimal(0)
    return number if abs(number) < _TOO_LARGE else None


def read_sampled_values(
    at: datetime,
    sampled_values: Iterable[Mapping[str, object]],
    energy_multiplier: Decimal = _ONE,
    has_transaction_id: bool = True,
) -> Reading:
    """Read one ``sampledValue`` list of OCPP 1.6 (section 7.43); never fails on its content.

    :param at: UTC time of the list
    :param sampled_values: objects with value, context, format, measurand, phase,
        location and unit; all but value optional
    :param energy_multiplier: the charger's own factor for its energy register, for one
        that labels kWh as Wh (row 29)
    :param has_transaction_id: whether the message named the transaction
    """
    flags: dict[str, None] = {}
    signed: list[str] = []
    values: list[_Value] = []
    for sampled in sampled_values:
        if sampled.get("format") == "SignedData":
            signed.append(str(sampled.get("value", "")))
            continue
        value = _read_value(sampled, flags)
        if value is not None:
            values.append(value)
    amounts = {
        field: _combine(measurand, [v for v in values if v.measurand == measurand])
        for measurand, field in _FIELD_OF_MEASURAND.items()
    }
    if amounts["energy_wh"] is not None:
        amounts["energy_wh"] *= energy_multiplier
    registers = [v for v in values if v.measurand == _ENERGY]
    return Reading(
        at=at,
        signed=tuple(signed),
        flags=tuple(flags),
        context=min(registers, key=lambda v: v.rank).context if registers else None,
        has_transaction_id=has_transaction_id,
        **amounts,
    )


def _read_value(sampled: Mapping[str, object], flags: dict[str, None]) -> _Value | None:
    measurand = str(sampled.get("measurand") or _ENERGY)
    units = _UNITS.get(measurand)
    if units is None:
        return None
    raw = sampled.get("value")
    if raw is None or raw == "":
        flags[EMPTY_VALUE] = None
        return None
    number = parse_decimal(raw)
    if number is None:
        flags[UNREADABLE_VALUE] = None
        return None
    unit = str(sampled.get("unit") or next(iter(units))).casefold()
    if unit not in units:
        flags[UNKNOWN_UNIT] = None
        return None
    context = str(sampled.get("context") or "Sample.Periodic")
    if context not in _CONTEXT_RANK:
        flags[UNKNOWN_CONTEXT] = None
    location = str(sampled.get("location") or "Outlet")
    rank = (
        _CONTEXT_RANK.get(context, _UNKNOWN_CONTEXT_RANK),
        _LOCATION_RANK.get(location, len(_LOCATION_RANK)),
    )
    phase = sampled.get("phase")
    return _Value(measurand, rank, str(phase) if phase else None, number * units[unit], context)


def _combine(measurand: str, values: list[_Value]) -> Decimal | None:
    """Make one number of the best values: the total, else over the phases (row 32)."""
    if not values:
        return None
    best = min(v.rank for v in values)
    values = [v for v in values if v.rank == best]
    totals = [v.amount for v in values if v.phase is None]
    if totals:
        return totals[-1]
    # "L1" and "L1-N" name the same conductor; "L1-L2" is a voltage between two of them.
    phases = {v.phase.removesuffix("-N"): v.amount for v in values if v.phase != "N"}
    single = {p: a for p, a in phases.items() if "-" not in p} or phases
    if not single:
        return None
    total = sum(single.values(), Decimal(0))
    return total / len(single) if measurand == _VOLTAGE else total
