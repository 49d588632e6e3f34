# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""From a breakdown to the lines of a charge: bills, products, taxes, rounding and words."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from odoo import Command, models
from odoo.exceptions import MissingError, UserError
from odoo.tools import format_date, formatLang

from ...core import jsontext
from ...core.conversion import get_local_day
from ...core.rating.breakdown import Money
from ...core.rating.dimensions import Dimension
from ...core.rating.plan import TAX_INCLUDED
from ...core.rating.rate import Breakdown, round_money
from ..clock_text import get_clock_text
from ..tariff.iicharge_tariff_component import TAX_IDS
from ..tariff.price_text import get_line_text

WH_PER_KWH = 1000
NOTHING = Money(Decimal(0), Decimal(0))


class LineKey(NamedTuple):
    """What one line of a bill is for: the order that takes it (maybe none yet), the product, the
    taxes; whether its price has them in it; and the taxes of the tariff."""

    bill: models.Model
    product: models.Model
    taxes: models.Model
    is_gross: bool
    agreed: models.Model

    @property
    def shows_tax(self):
        """Whether the bill shows the price of the line with its tax in it."""
        included = [tax.price_include for tax in self.taxes.flatten_taxes_hierarchy()]
        return self.is_gross or (bool(included) and all(included))


@dataclass
class LineGroup:
    """What one line of a bill sums up: its tax rate, whether prices of the tariff include tax
    (OCPI), the exact amount, the breakdown's lines, and the whole breakdown where its discounts
    and limits stand in this line."""

    percent: Decimal
    tax_included: str | None
    exact: Money = NOTHING
    lines: list = field(default_factory=list)
    whole: Breakdown | None = None


class SessionCharge(models.AbstractModel):
    _name = "iicharge.session.charge"
    _description = "Lines of the Charge of a Session"

    def _prepare_charge_lines(self, breakdown, snapshot):
        """What goes on bills: one line for each bill, product and set of taxes, rounded here
        and only here.

        Taxes are those of the frozen tariff, changed by the fiscal position of the bill. Where
        the price was agreed with tax, the lines together are that price, rounded once.
        What another operator sells is passed on with the operator's tax in it, as one sum.
        A session whose sum is below zero costs nothing, and nothing is paid out.

        :param breakdown: `core.rating.breakdown.Breakdown`
        :param str snapshot: the tariff (OCPI) that it was rated by
        """
        groups, amounts = self._get_line_amounts(breakdown, snapshot)
        lines = {
            key: self._prepare_charge_line(key, group, amounts[key])
            for key, group in groups.items()
        }
        if self._is_agreed_with_tax(breakdown, jsontext.loads(snapshot)):
            self._set_agreed_gross(groups, breakdown.total_cost, lines)
        self._round_taxes_by_bill(lines)
        return list(lines.values())

    def _get_line_amounts(self, breakdown, snapshot):
        """Get what each line of its bills is for, and what it comes to: with tax where that was
        agreed, else without.

        :return: ({`LineKey`: `LineGroup`}, {`LineKey`: Decimal})
        """
        self.ensure_one()
        if breakdown.total_cost.incl_vat < 0:
            return {}, {}
        groups = self._group_lines(breakdown, jsontext.loads(snapshot))
        self._net_groups(groups)
        return groups, self._round_amounts(groups, breakdown.total_cost)

    def _get_total(self, breakdown):
        """Get what a breakdown comes to for who pays, with tax, as it would be booked.

        A fiscal position may take other taxes than the tariff says.
        """
        self.ensure_one()
        # sudo: who sees the session sees what it costs, and need not have rights on taxes
        session = self.sudo()
        if not session._get_positions(breakdown):
            return session._round_total(breakdown)
        groups = session._group_lines(breakdown, jsontext.loads(session.tariff_snapshot))
        amounts = session._round_amounts(groups, breakdown.total_cost)
        lines = {key: session._prepare_charge_amounts(key, amounts[key]) for key in groups}
        session._round_taxes_by_bill(lines)
        return session._get_sums(lines.values())[1]

    def _round_total(self, breakdown):
        digits = self.currency_id.decimal_places
        return float(round_money(breakdown.total_cost.incl_vat, digits))

    def _get_positions(self, breakdown):
        destination = self._get_destination()
        return self.env["account.fiscal.position"].union(
            *(
                destination._get_fiscal_position(self, destination._get_bill(self, product))
                for product in map(self._get_line_product, breakdown.lines)
            )
        )

    def _get_line_product(self, line):
        return self._get_component_product(
            "RESERVATION" if line.reservation else line.dimension.value
        )

    def _group_lines(self, breakdown, document):
        """Sum up what goes on one line of a bill.

        A least or most price and discounts belong to the whole, not to a component; they go
        to the first line under the same rate, and are named there. A least price for a session
        that used nothing is sold as the tariff's first price.

        :return: {`LineKey`: `LineGroup`}
        """
        elements = document["elements"]
        is_gross = self._is_agreed_with_tax(breakdown, document)
        groups = {}
        rest = {share.tax_percent: share.cost for share in breakdown.tax_shares}
        for line in breakdown.lines:
            key = self._get_line_key(
                line.dimension, line.reservation, elements[line.element], is_gross
            )
            group = groups.setdefault(
                key, LineGroup(line.tax_percent, document.get("tax_included"))
            )
            group.exact = group.exact.plus(line.cost)
            group.lines.append(line)
            rest[line.tax_percent] = rest.get(line.tax_percent, NOTHING).minus(line.cost)
        if not groups and breakdown.total_cost.excl_vat:
            first = elements[0]["price_components"][0]
            (percent,) = rest
            key = self._get_line_key(Dimension(first["type"]), False, elements[0], is_gross)
            groups[key] = LineGroup(percent, document.get("tax_included"))
        for group in groups.values():
            group.whole = breakdown if group.percent in rest else None
            group.exact = group.exact.plus(rest.pop(group.percent, NOTHING))
        return groups

    def _net_groups(self, groups):
        """Take what is below zero off the largest line under the same rate: no line of a bill is
        below zero, which only a credit is.

        :param groups: {`LineKey`: `LineGroup`}, changed in place
        :raise UserError: there is no other line under that rate
        """
        while key := next((k for k, group in groups.items() if group.exact.incl_vat < 0), None):
            negative = groups.pop(key)
            same = [other for other in groups if groups[other].percent == negative.percent]
            if not same:
                raise UserError(
                    self.env._(
                        "%(session)s: what costs less than zero is under another rate of tax than "
                        "the rest, and no bill can take it. Do not bill it, or price it by another "
                        "tariff in a dispute.",
                        session=self.name,
                    )
                )
            group = groups[max(same, key=lambda other: groups[other].exact.incl_vat)]
            group.exact = group.exact.plus(negative.exact)
            group.lines += negative.lines
            group.whole = group.whole or negative.whole

    def _is_agreed_with_tax(self, breakdown, document):
        """Whether the sum with tax is what was agreed: by the tariff, by the limit that it has
        reached, or because another operator's tax is none of ours."""
        limit = document.get(breakdown.limited_by) or {}
        return bool(
            self.operator_id
            or document.get("tax_included") == TAX_INCLUDED
            or limit.get("incl_vat")
            or limit.get("after_taxes")
        )

    def _round_amounts(self, groups, total):
        """Round what each line comes to: with tax where that was agreed, else without. What
        rounding leaves of an agreed total goes to the largest line.

        :param total: the exact `Money` of all lines
        :return: {key: Decimal}
        """
        if all(key.is_gross for key in groups):
            return self._round_gross(groups, total)
        digits = self.currency_id.decimal_places
        return {
            key: round_money(group.exact.incl_vat if key.is_gross else group.exact.excl_vat, digits)
            for key, group in groups.items()
        }

    def _round_gross(self, groups, total):
        """Round what each line comes to with tax, so that together they are the agreed total."""
        digits = self.currency_id.decimal_places
        rounded = {key: round_money(group.exact.incl_vat, digits) for key, group in groups.items()}
        if rounded:
            largest = max(rounded, key=rounded.get)
            rounded[largest] += round_money(total.incl_vat, digits) - sum(rounded.values())
        return rounded

    def _set_agreed_gross(self, groups, total, lines):
        """Keep what was agreed with tax, also where the fiscal position takes the tax out: the
        charge may land on another document.

        :param lines: {`LineKey`: values}
        """
        for key, amount in self._round_gross(groups, total).items():
            if not self.operator_id and key.agreed._iicharge_can_be_included():
                lines[key]["agreed_gross"] = float(amount)

    def _round_taxes_by_bill(self, lines):
        """Give the lines that go on one bill the taxes that it will have.

        :param lines: {`LineKey`: values}
        """
        charged = self.env["iicharge.charge.line"]
        for bill in dict.fromkeys(key.bill for key in lines):
            partner = self._get_destination()._get_partner(self, bill)
            own = {key: values for key, values in lines.items() if key.bill == bill}
            on_bill = [
                charged._prepare_tax_line(
                    self.company_id, partner, key.product, key.taxes, values["price_unit"]
                )
                for key, values in own.items()
            ]
            more = charged._get_tax_rounding(on_bill, self.company_id)
            for values, amount in zip(own.values(), more, strict=True):
                values["amount_tax"] = self.currency_id.round(values["amount_tax"] + amount)

    def _get_line_key(self, dimension, reservation, element, is_gross):
        """Get which bill takes a price, as what and under which taxes.

        A price that was agreed with tax is sold with the tax in it. Under a fiscal position that
        changes the tax, or with a tax that no price can hold, it is what it is without tax.
        """
        destination = self._get_destination()
        product = self._get_component_product("RESERVATION" if reservation else dimension.value)
        bill = destination._get_bill(self, product)
        taxes = self.env["account.tax"]
        if self.operator_id:
            return LineKey(bill, product, taxes, is_gross, taxes)
        of_tariff = taxes
        for component in element["price_components"]:
            if component["type"] == dimension.value:
                of_tariff = self._get_taxes_of(component)
        taxes = destination._get_fiscal_position(self, bill).map_tax(of_tariff)
        is_gross = is_gross and taxes == of_tariff and taxes._iicharge_can_be_included()
        if is_gross:
            taxes = taxes._iicharge_get_included()
        return LineKey(bill, product, taxes, is_gross, of_tariff)

    def _get_component_product(self, component):
        if self.operator_id:
            return self.company_id._iicharge_get_pass_through_product()
        return self.site_id._get_product(component)

    def _get_taxes_of(self, component):
        taxes = self.env["account.tax"].browse(component.get(TAX_IDS, []))
        try:
            # sudo: only whether they are there; `exists` would ask the database each time
            taxes.sudo().mapped("amount")
        except MissingError:
            return taxes.exists()
        return taxes

    def _prepare_charge_line(self, key, group, amount):
        """:param amount: Decimal, with tax where that was agreed, else without"""
        payer = self._get_destination()._get_partner(self, key.bill)
        return {
            "name": self._get_bill_text(payer, key, group),
            "dimension_ids": [Command.set(self._get_dimensions(group.lines).ids)],
            "folio_id": key.bill.id,
            "energy_kwh": self._get_priced_energy(group),
            "product_id": key.product.id,
            "tax_ids": [Command.set(key.taxes.ids)],
            "agreed_tax_ids": [Command.set(key.agreed.ids)],
            "agreed_gross": 0.0,
            "analytic_distribution": self.charger_id._get_analytic_distribution(),
            **self._prepare_charge_amounts(key, amount),
        }

    def _get_priced_energy(self, group):
        """Get the kWh that are the price of a line of a bill, without those that are free; 0 where
        something else is in the price: a fee, or a least or most price."""
        if any(line.dimension is not Dimension.ENERGY or line.reservation for line in group.lines):
            return 0.0
        energy_kwh = sum(line.volume for line in group.lines)
        if group.whole:
            if group.whole.limited_by:
                return 0.0
            free = [d.energy_wh for d in group.whole.discounts if d.tax_percent == group.percent]
            energy_kwh -= sum(free, Decimal(0)) / WH_PER_KWH
        return float(max(energy_kwh, 0))

    def _prepare_charge_amounts(self, key, amount):
        payer = self._get_destination()._get_partner(self, key.bill)
        charged = self.env["iicharge.charge.line"]
        sale = self.company_id, payer, key.product, key.taxes
        price_unit = float(amount) if key.is_gross else charged._get_price(*sale, float(amount))
        return charged._prepare_amounts(*sale, price_unit)

    def _get_dimensions(self, lines):
        codes = dict.fromkeys(line.dimension.value for line in lines)
        return self.env["iicharge.dimension"]._get(codes)

    def _get_bill_text(self, payer, key, group):
        """Get what the guest reads on the bill, in the payer's language and the site's time.

        :param key: `LineKey`: prices are with tax where those of the bill are
        :param group: `LineGroup`
        """
        session = self.with_context(lang=payer.lang or self.env.lang)
        prices = [
            get_line_text(
                session.env, line, group.tax_included, self.currency_id, with_tax=key.shows_tax
            )
            for line in group.lines
        ]
        heads = session._get_head_texts(group.lines)
        return "\n".join([*heads, *prices, *session._get_whole_texts(group.whole)])

    def _get_head_texts(self, lines):
        """Get what is charged for, before the prices."""
        what = self.env._(
            "EV charging, %(connector)s: %(energy)s kWh",
            connector=self.connector_id.display_name or self.charger_id.name,
            energy=formatLang(self.env, self.energy_wh / WH_PER_KWH, digits=3),
        )
        when = self._get_when_text(self.started_at, self.stopped_at)
        return [what, when, *self.operator_id._iicharge_get_seller_texts()]

    def _get_when_text(self, start, stop):
        zone = self.site_id.time_zone
        minutes = round((stop - start).total_seconds() / 60)
        return self.env._(
            "%(day)s, %(start)s to %(stop)s (%(hours)s h %(minutes)s min)",
            day=format_date(self.env, get_local_day(start, zone)),
            start=get_clock_text(self.env, start, zone),
            stop=get_clock_text(self.env, stop, zone),
            hours=minutes // 60,
            minutes=minutes % 60,
        )

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
            texts.append(self.env._("Minimum price of a charging"))
        elif whole.limited_by:
            texts.append(self.env._("Maximum price of a charging"))
        return texts
