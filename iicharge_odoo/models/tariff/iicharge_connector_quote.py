# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError

from ...core import errors
from ...core.conversion import to_aware, to_naive
from ...core.exact import plain, round_money
from ...core.rating import quote
from ...core.timestamps import parse_utc
from .iicharge_tariff_ocpi import get_terms
from .price_text import get_price_parts, get_terms_texts
from .tariff_text import get_duration_text, get_money_text, get_number_text, get_range_text

TYPICAL_ENERGY_KWH = 20

# Default battery levels before and after charging.
TYPICAL_PERCENTS = (20, 80)

UNITS = {"ENERGY": "kWh", "TIME": "min", "PARKING_TIME": "min", "FLAT": "session"}
# For a quote where the power of a connector is not known.
TYPICAL_POWER_W = {"ac": 11_000, "dc": 50_000}


class Estimate(NamedTuple):
    """An upper estimate of a charging: the longest and most expensive of the quote's range."""

    energy_kwh: Decimal
    duration_s: int
    amount_total: Decimal


class ConnectorQuote(models.AbstractModel):
    _name = "iicharge.connector.quote"
    _description = "Quote of a Connector"

    def quote(
        self,
        group="guest",
        energy_kwh=None,
        battery_kwh=None,
        from_percent=None,
        to_percent=None,
        depart_at=None,
        start_at=None,
        car_power_kw=None,
    ):
        """Quote price and duration of charging here, as a range over usual cars.

        The target is an energy, or a battery with its levels before and after (default: 20 and
        80 %), or a departure, which also bounds the other two; default: a typical 20 kWh.
        Numbers may be texts; times are ISO 8601 in UTC.

        :param group: of the guest, as on tokens: guest, visitor or staff
        :param car_power_kw: maximum power of the car, if known
        :return: {"currency", "tariff", "reason", "price": {"from": {"excl_vat", "incl_vat"},
            "to"}, "energy_kwh", "duration_s", "idle_s", "average_power_kw": {"from", "to"} each,
            "components": [{"type", "unit", "price", "vat", "condition", "amount_text",
            "unit_text", "text"}] in the order of AFIR art. 5(4), "terms": [text], "summary",
            "text"}; amounts are decimal texts, rounded as they would be posted, prices per unit
            are not rounded
        :raise UserError: no tariff applies here, or a parameter cannot be used
        """
        self.ensure_one()
        self.check_access("read")
        if group not in dict(self.env["iicharge.tariff.rule"]._get_groups()):
            raise UserError(self.env._("“%(group)s” is not a group of guests.", group=group))
        started_at = self._read_time("start_at", start_at) or to_aware(fields.Datetime.now())
        # sudo: prices need the taxes of the charging product, which not everyone may read
        tariff, reason = self.sudo()._find_tariff(group, to_naive(started_at))
        if not tariff:
            raise UserError(
                self.env._("%(connector)s: no tariff is set here.", connector=self.display_name)
            )
        target = self._read_target(energy_kwh, battery_kwh, from_percent, to_percent, depart_at)
        power_kw = self._read_number("car_power_kw", car_power_kw)
        found = self._quote_by(tariff, started_at, target, power_kw)
        return {"tariff": tariff.name, "reason": reason, **found}

    def _quote_by(self, tariff, started_at=None, target=None, power_kw=None):
        """Quote charging here by a tariff.

        :param target: as from `_read_target`; default: a typical one
        :return: as `quote`, without "tariff" and "reason"
        """
        # sudo: as in `quote`
        rules = tariff.sudo()._read_snapshot(
            tariff.sudo()._format_document_for(self.sudo().site_id)
        )
        target = target or self._read_target()
        try:
            request = quote.QuoteRequest(
                started_at=started_at or to_aware(fields.Datetime.now()),
                current_type=self.charger_id.current_type,
                rated_power_w=Decimal(
                    self._get_power_w() or TYPICAL_POWER_W[self.charger_id.current_type]
                ),
                car_power_w=power_kw and power_kw * 1000,
                time_zone=self.site_id.time_zone,
                **target,
            )
            found = quote.quote(rules, request, get_terms(rules))
        except errors.InvalidUsage as error:
            raise UserError(str(error)) from error
        return self._prepare_quote(rules, found)

    def _get_estimate(self, group="guest", energy_kwh=None):
        """Get the `Estimate` for an energy (default: typical); None if there is no quote."""
        try:
            found = self.quote(group=group, energy_kwh=energy_kwh)
        except UserError:
            return None
        return Estimate(
            Decimal(found["energy_kwh"]["to"]),
            found["duration_s"]["to"],
            Decimal(found["price"]["to"]["incl_vat"]),
        )

    # --- parameters ----------------------------------------------------------------
    def _read_target(
        self,
        energy_kwh=None,
        battery_kwh=None,
        from_percent=None,
        to_percent=None,
        depart_at=None,
    ):
        energy_kwh = self._read_number("energy_kwh", energy_kwh)
        battery_kwh = self._read_number("battery_kwh", battery_kwh)
        departs_at = self._read_time("depart_at", depart_at)
        battery = None
        if battery_kwh is not None:
            low, high = (
                typical if given is None else self._read_number(name, given)
                for name, given, typical in (
                    ("from_percent", from_percent, TYPICAL_PERCENTS[0]),
                    ("to_percent", to_percent, TYPICAL_PERCENTS[1]),
                )
            )
            try:
                battery = quote.Battery(battery_kwh * 1000, Decimal(low), Decimal(high))
            except errors.InvalidUsage as error:
                raise UserError(str(error)) from error
        elif energy_kwh is None and departs_at is None:
            energy_kwh = Decimal(TYPICAL_ENERGY_KWH)
        return {
            "energy_wh": None if energy_kwh is None else energy_kwh * 1000,
            "battery": battery,
            "departs_at": departs_at,
        }

    def _read_number(self, name, value):
        if value is None or value is False:
            return None
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise UserError(
                self.env._("%(name)s: “%(value)s” is not a number.", name=name, value=value)
            )
        return found

    def _read_time(self, name, value):
        if not value:
            return None
        if isinstance(value, datetime):
            return value if value.tzinfo else to_aware(value)
        try:
            return parse_utc(str(value).replace(" ", "T"))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(name)s: “%(value)s” is not a time such as 2026-01-31T12:00:00Z.",
                    name=name,
                    value=value,
                )
            ) from error

    # --- result -------------------------------------------------------------
    def _prepare_quote(self, rules, found):
        digits = self.currency_id.decimal_places
        ends = (found.fast, found.slow)
        costs = sorted((end.breakdown.total_cost for end in ends), key=lambda cost: cost.incl_vat)
        price = {
            name: {
                "excl_vat": format(round_money(cost.excl_vat, digits), "f"),
                "incl_vat": format(round_money(cost.incl_vat, digits), "f"),
            }
            for name, cost in zip(("from", "to"), costs, strict=True)
        }
        data = {
            "currency": rules.currency,
            "price": price,
            "energy_kwh": _range(plain(round(end.energy_wh / 1000, 3)) for end in ends),
            "duration_s": _range(end.charging_s for end in ends),
            "idle_s": _range(end.idle_s for end in ends),
            "average_power_kw": _range(plain(round(end.average_power_w / 1000, 2)) for end in ends),
            "components": [self._prepare_price_component(price) for price in found.prices],
        }
        data["summary"] = self._format_summary(data)
        data["terms"] = get_terms_texts(self.env, rules, get_terms(rules), self.currency_id)
        parts = [part["text"] for part in data["components"]]
        return {**data, "text": "\n".join([data["summary"], *parts, *data["terms"]])}

    def _prepare_price_component(self, price):
        dimension = price.dimension.value
        units = 60 if UNITS[dimension] == "min" else 1
        excl, incl = (round(amount / units, 10) for amount in (price.excl_vat, price.incl_vat))
        amount, unit_text, condition = get_price_parts(self.env, price, self.currency_id)
        text = f"{amount} {unit_text}"
        return {
            "type": dimension,
            "unit": UNITS[dimension],
            "price": {"excl_vat": plain(excl), "incl_vat": plain(incl)},
            "vat": plain(price.tax_percent),
            "condition": condition,
            "amount_text": amount,
            "unit_text": unit_text,
            "text": f"{text}, {condition}" if condition else text,
        }

    def _format_ranges(self, data):
        """Format energy, price, duration and power of a quote as ranges from least to most."""
        env, currency = self.env, self.currency_id
        ends = ("from", "to")
        power = [round(Decimal(data["average_power_kw"][end]), 1) for end in ends]
        return {
            "energy": [get_number_text(env, data["energy_kwh"][end]) for end in ends],
            "money": [
                get_money_text(env, data["price"][end]["incl_vat"], currency) for end in ends
            ],
            "duration": [get_duration_text(env, data["duration_s"][end]) for end in ends],
            "power": [get_number_text(env, value) for value in power],
        }

    def _format_summary(self, data):
        ranges = self._format_ranges(data)
        return self.env._(
            "%(energy)s kWh: %(money)s with tax, %(duration)s at %(power)s kW on average",
            **{name: get_range_text(self.env, *ends) for name, ends in ranges.items()},
        )


def _range(values):
    low, high = sorted(values, key=Decimal)
    return {"from": low, "to": high}
