# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Write a rated session as an OCPI 2.2.1 CDR (mod_cdrs, CDR object).

Times are cut to milliseconds, the finest that a DateTime may have, and energy to
milliwatt-hours; the periods still add up to the session exactly. Rating the CDR with its
tariff (`cdr_reader.usage_from_cdr`, `rating.rate`) gives the session's cost again, except
where the cost depends on data that OCPI's CDR lacks:

- free energy of the hotel is in ``total_cost`` only;
- prices by power or current: a period has its mean power, and no current.

A price change that fell between two whole milliseconds moves the cost by less than a
millionth of the hourly price.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from ..errors import InvalidInput
from ..exact import round_money, to_decimal
from ..rating.breakdown import Breakdown, Money, Period
from ..rating.dimensions import Kind
from .cdr import AUTH_METHODS, CdrFacts, choice_text, id_text, limited_text

_TIME_DIMENSIONS = {
    Kind.CHARGING: "TIME",
    Kind.PARKING: "PARKING_TIME",
    Kind.RESERVED: "RESERVATION_TIME",
    Kind.EXPIRED: "RESERVATION_TIME",
}
_MILLISECOND = timedelta(milliseconds=1)
_MS_PER_HOUR = 3_600_000
_S_PER_HOUR = 3600
# Eight digits of an hour are enough for a reader to restore the millisecond (`cdr_reader`).
_HOUR_DIGITS = 8
_KWH_DIGITS = 6
_MONEY_DIGITS = 10
_ID_LENGTH = 36
_CREDIT_ID_LENGTH = 39


class _Entry(NamedTuple):
    """A period that lasts at least a millisecond."""

    started_at: datetime
    duration_ms: int
    energy_wh: Decimal
    time_dimension: str | None
    is_priced: bool


def prepare_cdr(facts: CdrFacts, breakdown: Breakdown) -> dict[str, Any]:
    """Write a CDR as JSON-able data with exact decimals, for `jsontext.dumps`.

    :raises InvalidInput: a field that OCPI requires is missing or too long; names it
    """
    if facts.stopped_at < facts.started_at:
        raise InvalidInput("end_date_time", "is before start_date_time")
    tariff_id = id_text("tariffs[0].id", facts.tariff.get("id"), _ID_LENGTH)
    periods = breakdown.periods
    started_at = periods[0].started_at if periods else facts.started_at
    return {
        **facts.party.to_ocpi(),
        "id": id_text(
            "id", facts.id, _CREDIT_ID_LENGTH if facts.credit_reference_id else _ID_LENGTH
        ),
        "start_date_time": _time_text(started_at),
        "end_date_time": _time_text(facts.stopped_at),
        "session_id": id_text("session_id", facts.session_id, _ID_LENGTH),
        "cdr_token": facts.token.to_ocpi(),
        "auth_method": choice_text("auth_method", facts.auth_method, AUTH_METHODS),
        "cdr_location": facts.location.to_ocpi(),
        "currency": breakdown.currency,
        "tariffs": [dict(facts.tariff)],
        "charging_periods": _periods(periods, started_at, tariff_id),
        **({"signed_data": facts.signed_data.to_ocpi()} if facts.signed_data else {}),
        **_totals(facts, breakdown),
        **_remarks(facts),
        "last_updated": _time_text(facts.last_updated),
    }


def _totals(facts: CdrFacts, breakdown: Breakdown) -> dict[str, Any]:
    total = facts.booked or _negated_if(facts.credit_reference_id, breakdown.total_cost)
    time_s = breakdown.charging_s + breakdown.parking_s + breakdown.held_s
    return {
        "total_cost": _price(total),
        "total_fixed_cost": _price(breakdown.total_fixed_cost),
        "total_energy": _rounded(breakdown.energy_wh.scaleb(-3), _KWH_DIGITS),
        "total_energy_cost": _price(breakdown.total_energy_cost),
        "total_time": _hours(time_s),
        "total_time_cost": _price(breakdown.total_time_cost),
        "total_parking_time": _hours(breakdown.parking_s),
        "total_parking_cost": _price(breakdown.total_parking_cost),
        "total_reservation_cost": _price(breakdown.total_reservation_cost),
    }


def _negated_if(is_credit: object, amount: Money) -> Money:
    return Money(-amount.excl_vat, -amount.incl_vat) if is_credit else amount


def _remarks(facts: CdrFacts) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if facts.remark:
        found["remark"] = limited_text("remark", facts.remark, 255)
    if facts.credit_reference_id:
        found["credit"] = True
        found["credit_reference_id"] = id_text(
            "credit_reference_id", facts.credit_reference_id, _CREDIT_ID_LENGTH
        )
    return found


def _periods(
    periods: tuple[Period, ...], started_at: datetime, tariff_id: str
) -> list[dict[str, Any]]:
    entries = _entries(periods) or [
        _Entry(_cut(started_at), 0, sum((p.energy_wh for p in periods), Decimal(0)), None, True)
    ]
    written, energy_wh, reported_kwh = [], Decimal(0), Decimal(0)
    for entry in entries:
        energy_wh += entry.energy_wh
        # Each is the remainder of the running sum, so that all together are the total.
        kwh = _rounded(energy_wh.scaleb(-3), _KWH_DIGITS) - reported_kwh
        reported_kwh += kwh
        written.append(_period_json(entry, _plain(kwh), tariff_id))
    return written


def _entries(periods: tuple[Period, ...]) -> list[_Entry]:
    """Merge a period shorter than 1 ms into the next one, or at the end into the one before."""
    entries: list[_Entry] = []
    carried_wh = Decimal(0)
    for period in periods:
        start = _cut(period.started_at)
        duration_ms = (_cut(period.ended_at) - start) // _MILLISECOND
        carried_wh += period.energy_wh
        if duration_ms:
            entries.append(
                _Entry(start, duration_ms, carried_wh, _time_dimension(period), _is_priced(period))
            )
            carried_wh = Decimal(0)
    if entries and carried_wh:
        entries[-1] = entries[-1]._replace(energy_wh=entries[-1].energy_wh + carried_wh)
    return entries


def _time_dimension(period: Period) -> str | None:
    """Return the dimension of a period's time; None for free parking.

    Parking in a grace time or in quiet hours is free by a term that OCPI does not know, so
    its volume is in ``total_parking_time`` only.
    """
    return None if period.note else _TIME_DIMENSIONS.get(period.kind)


def _is_priced(period: Period) -> bool:
    return bool(period.lines or not period.note)


def _period_json(entry: _Entry, kwh: Decimal, tariff_id: str) -> dict[str, Any]:
    dimensions = []
    if entry.time_dimension:
        hours = to_decimal(Fraction(entry.duration_ms, _MS_PER_HOUR))
        volume = _rounded(hours, _HOUR_DIGITS)
        dimensions.append({"type": entry.time_dimension, "volume": volume})
    if kwh or not dimensions:
        dimensions.append({"type": "ENERGY", "volume": kwh})
    found = {"start_date_time": _time_text(entry.started_at), "dimensions": dimensions}
    return {**found, "tariff_id": tariff_id} if entry.is_priced else found


def _price(amount: Money) -> dict[str, Decimal]:
    return {
        "excl_vat": _rounded(amount.excl_vat, _MONEY_DIGITS),
        "incl_vat": _rounded(amount.incl_vat, _MONEY_DIGITS),
    }


def _hours(seconds: Decimal) -> Decimal:
    return _rounded(to_decimal(Fraction(seconds) / _S_PER_HOUR), _HOUR_DIGITS)


def _rounded(value: Decimal, digits: int) -> Decimal:
    return _plain(round_money(value, digits))


def _plain(value: Decimal) -> Decimal:
    """Drop zeros at the end; write a whole number without an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _cut(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _time_text(at: datetime) -> str:
    cut = _cut(at)
    text = cut.isoformat(timespec="milliseconds" if cut.microsecond else "seconds")
    return text.replace("+00:00", "Z")
