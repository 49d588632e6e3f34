# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from dataclasses import replace
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.tools import format_date, format_datetime, formatLang

from ..core import jsontext, meter
from ..core.dimensions import Dimension
from ..core.rating import rate, round_money
from ..core.session import SessionState
from ..core.usage import Sample, StateChange, Usage
from ..service.conversion import get_local_day, to_aware, to_decimal
from .iicharge_tariff import TAX_IDS
from .iicharge_tariff_ocpi import get_terms
from .iicharge_tariff_text import get_money_text

WH_PER_KWH = 1000


class SessionCharge(models.Model):
    """From the energy of a session to its price, and to the lines of a charge."""

    _inherit = "iicharge.session"

    def _bill(self):
        """Rate the session and charge it to its stay. Nothing to pay ends as free."""
        self.ensure_one()
        breakdown = self._rate(self.stopped_at, settle=True)
        groups = self._prepare_charge_lines(breakdown)
        untaxed = sum(group["amount_untaxed"] for group in groups)
        total = untaxed + sum(group["amount_tax"] for group in groups)
        booked = self.env._(
            "Booked, rounded once: %(untaxed)s without tax, %(total)s with tax",
            untaxed=formatLang(self.env, untaxed, currency_obj=self.currency_id),
            total=formatLang(self.env, total, currency_obj=self.currency_id),
        )
        self.write(
            {
                "breakdown_text": f"{breakdown.to_text()}\n{booked}",
                "amount_untaxed": untaxed,
                "amount_total": total,
            }
        )
        self._set_billing("rated")
        if not self.amount_total:
            self._set_billing("free")
        elif self.folio_id:
            self._create_charge(groups)

    def _rate(self, until, settle=False):
        """Rate what was used up to `until` (UTC, naive) by the frozen tariff.

        :param bool settle: take the free energy that is given off the stay's allowance
        :return: `core.breakdown.Breakdown`
        """
        tariff = self.env["iicharge.tariff"]._read_snapshot(self.tariff_snapshot)
        terms = get_terms(tariff)
        if terms.free_energy_per == "session" or not terms.free_energy_wh:
            return rate(tariff, self._get_usage(until), terms)
        allowances = self.env["iicharge.free.energy"]
        period = allowances._get_period(self, terms.free_energy_per)
        # what this session took before is its own to take again
        own_wh = to_decimal(self.free_energy_used_wh)
        used_wh = allowances._get_used(self.folio_id, period, lock=settle) - own_wh
        # without a stay there is nobody whose nights could be counted
        left_wh = max(terms.free_energy_wh - used_wh, 0) if self.folio_id else Decimal(0)
        breakdown = rate(
            tariff, self._get_usage(until), replace(terms, free_energy_wh=Decimal(left_wh))
        )
        if settle and breakdown.free_energy_used_wh != own_wh:
            allowances._use(self.folio_id, period, breakdown.free_energy_used_wh - own_wh)
            self.free_energy_used_wh = breakdown.free_energy_used_wh
        return breakdown

    def _get_usage(self, until):
        started_at, until = to_aware(self.started_at), to_aware(until)
        energy_wh = to_decimal(self.energy_wh)
        curve = meter.energy_curve(
            self._get_meter_start(), self._get_readings(), energy_wh, started_at, until
        )
        return Usage(
            started_at=started_at,
            stopped_at=until,
            samples=[Sample(at, energy) for at, energy in curve],
            states=[
                StateChange(to_aware(value.at), SessionState(value.state))
                for value in self.meter_value_ids.filtered("state")
            ],
            time_zone=self.site_id.time_zone,
        )

    @api.depends("energy_wh", "state", "amount_total")
    def _compute_running_amount(self):
        now = fields.Datetime.now()
        for session in self:
            session.running_amount = session.amount_total
            if session.state != "stopped" and session.tariff_snapshot:
                until = max(now, session.last_value_at or session.started_at)
                breakdown = session._rate(until)
                session.running_amount = session.currency_id.round(
                    float(breakdown.total_cost.incl_vat)
                )

    def _prepare_charge_lines(self, breakdown):
        """What goes on the bill: one line for each set of taxes, rounded here and only here.

        Taxes are those of the frozen tariff, changed by the fiscal position of the stay.
        A least or most price and discounts belong to the whole, not to a component; they go
        to the first line under the same rate, and are told there. A least price for a session
        that used nothing bears the taxes of the tariff's first price.
        """
        self.ensure_one()
        position = self.folio_id.fiscal_position_id
        elements = jsontext.loads(self.tariff_snapshot)["elements"]
        groups = {}
        rest = {share.tax_percent: share.cost.excl_vat for share in breakdown.tax_shares}
        for line in breakdown.lines:
            taxes = position.map_tax(self._get_component_taxes(elements, line))
            group = groups.setdefault(
                taxes, {"exact": Decimal(0), "lines": [], "percent": line.tax_percent}
            )
            group["exact"] += line.cost.excl_vat
            group["lines"].append(line)
            rest[line.tax_percent] = rest.get(line.tax_percent, Decimal(0)) - line.cost.excl_vat
        if not groups and breakdown.total_cost.excl_vat:
            first = position.map_tax(self._get_taxes_of(elements[0]["price_components"][0]))
            (percent,) = rest
            groups[first] = {"exact": Decimal(0), "lines": [], "percent": percent}
        for group in groups.values():
            group["whole"] = breakdown if group["percent"] in rest else None
            group["exact"] += rest.pop(group["percent"], Decimal(0))
        return [
            self._prepare_charge_line(taxes, group["exact"], group["lines"], group["whole"])
            for taxes, group in groups.items()
        ]

    def _get_component_taxes(self, elements, line):
        for component in elements[line.element]["price_components"]:
            if component["type"] == line.dimension.value:
                return self._get_taxes_of(component)
        return self.env["account.tax"]

    def _get_taxes_of(self, component):
        return self.env["account.tax"].browse(component.get(TAX_IDS, [])).exists()

    def _prepare_charge_line(self, taxes, exact, lines, whole):
        product = self.company_id._iicharge_get_product()
        amount_untaxed = float(round_money(exact, self.currency_id.decimal_places))
        totals = taxes.compute_all(
            amount_untaxed,
            currency=self.currency_id,
            product=product,
            partner=self.folio_id.partner_id,
            handle_price_include=False,
        )
        included = [tax["amount"] for tax in totals["taxes"] if tax["price_include"]]
        return {
            "name": self._get_bill_text(lines, whole),
            "product_id": product.id,
            "tax_ids": [(6, 0, taxes.ids)],
            "amount_untaxed": amount_untaxed,
            "amount_tax": totals["total_included"] - totals["total_excluded"],
            "price_unit": amount_untaxed + sum(included),
        }

    def _get_bill_text(self, lines, whole):
        """What the guest reads on the bill, in the guest's language and the site's time.

        :param whole: the breakdown, where its discounts and limits stand in this line
        """
        lang = (self.folio_id.partner_id or self.partner_id).lang
        session = self.with_context(lang=lang or self.env.lang)
        return session._write_bill_text(lines, whole)

    def _write_bill_text(self, lines, whole):
        zone = self.site_id.time_zone

        def show(at, how):
            return format_datetime(self.env, at, tz=zone, dt_format=how)

        minutes = round((self.stopped_at - self.started_at).total_seconds() / 60)
        head = self.env._(
            "EV charging, %(connector)s: %(energy)s kWh",
            connector=self.connector_id.display_name or self.charger_id.name,
            energy=formatLang(self.env, self.energy_wh / WH_PER_KWH, digits=3),
        )
        when = self.env._(
            "%(day)s, %(start)s to %(stop)s (%(hours)s h %(minutes)s min)",
            day=format_date(self.env, get_local_day(self.started_at, zone)),
            start=show(self.started_at, "HH:mm"),
            stop=show(self.stopped_at, "HH:mm"),
            hours=minutes // 60,
            minutes=minutes % 60,
        )
        prices = [self._get_price_text(line) for line in lines]
        return "\n".join([head, when, *prices, *self._get_whole_texts(whole)])

    def _get_whole_texts(self, whole):
        if whole is None:
            return []
        texts = [
            self.env._(
                "%(volume)s kWh of it free",
                volume=formatLang(self.env, float(discount.energy_wh) / WH_PER_KWH, digits=3),
            )
            for discount in whole.discounts
        ]
        if whole.limited_by == "min_price":
            texts.append(self.env._("Least price of a charging"))
        elif whole.limited_by:
            texts.append(self.env._("Most price of a charging"))
        return texts

    def _get_price_text(self, line):
        price = get_money_text(self.env, line.price, self.currency_id, 6)
        # to the watt-hour, so that the guest can work the sum out again
        volume = formatLang(self.env, float(line.volume), digits=3)
        minutes = formatLang(self.env, float(line.volume * 60), digits=1)
        return {
            Dimension.ENERGY: self.env._(
                "%(volume)s kWh at %(price)s per kWh", volume=volume, price=price
            ),
            Dimension.TIME: self.env._(
                "%(minutes)s min of charging at %(price)s per hour", minutes=minutes, price=price
            ),
            Dimension.PARKING_TIME: self.env._(
                "%(minutes)s min of idle time at %(price)s per hour", minutes=minutes, price=price
            ),
            Dimension.FLAT: self.env._("Start fee %(price)s", price=price),
        }[line.dimension]

    def _create_charge(self, groups):
        self.ensure_one()
        return self.env["iicharge.charge"].create(
            {
                "session_id": self.id,
                "revision": len(self.charge_ids) + 1,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "folio_id": self.folio_id.id,
                "line_ids": [Command.create(group) for group in groups if group["amount_untaxed"]],
            }
        )
