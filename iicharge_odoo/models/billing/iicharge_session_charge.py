# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""From a breakdown to the lines of a charge: bills, products, taxes, rounding and words."""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo import Command, models
from odoo.tools import format_date, format_datetime, formatLang

from ...core import jsontext
from ...core.conversion import get_local_day
from ...core.rating.dimensions import Dimension
from ...core.rating.rate import Breakdown, round_money
from ..tariff.iicharge_tariff_component import TAX_IDS
from ..tariff.tariff_text import get_money_text

WH_PER_KWH = 1000


@dataclass
class LineGroup:
    """What one line of a bill sums up: its tax rate, the exact amount, the breakdown's lines,
    and the whole breakdown where its discounts and limits stand in this line."""

    percent: Decimal
    exact: Decimal = Decimal(0)
    lines: list = field(default_factory=list)
    whole: Breakdown | None = None


class SessionCharge(models.AbstractModel):
    _name = "iicharge.session.charge"
    _description = "Lines of the Charge of a Session"

    def _prepare_charge_lines(self, breakdown):
        """What goes on bills: one line for each bill, product and set of taxes, rounded here
        and only here.

        Taxes are those of the frozen tariff, changed by the fiscal position of the bill.
        What another operator sells is passed on with the operator's tax in it, as one sum.
        A least or most price and discounts belong to the whole, not to a component; they go
        to the first line under the same rate, and are named there. A least price for a session
        that used nothing is sold as the tariff's first price.
        """
        self.ensure_one()
        elements = jsontext.loads(self.tariff_snapshot)["elements"]
        groups = {}
        rest = {share.tax_percent: self._get_booked(share.cost) for share in breakdown.tax_shares}
        for line in breakdown.lines:
            cost = self._get_booked(line.cost)
            key = self._get_line_key(line.dimension, line.reservation, elements[line.element])
            group = groups.setdefault(key, LineGroup(line.tax_percent))
            group.exact += cost
            group.lines.append(line)
            rest[line.tax_percent] = rest.get(line.tax_percent, Decimal(0)) - cost
        if not groups and breakdown.total_cost.excl_vat:
            first = elements[0]["price_components"][0]
            (percent,) = rest
            key = self._get_line_key(Dimension(first["type"]), False, elements[0])
            groups[key] = LineGroup(percent)
        for group in groups.values():
            group.whole = breakdown if group.percent in rest else None
            group.exact += rest.pop(group.percent, Decimal(0))
        lines = {key: self._prepare_charge_line(*key, group) for key, group in groups.items()}
        self._round_taxes_by_bill(lines)
        return list(lines.values())

    def _round_taxes_by_bill(self, lines):
        """The lines that go on one bill have the taxes that it will have.

        :param lines: {key, see `_get_line_key`: values}
        """
        charged = self.env["iicharge.charge.line"]
        for bill in dict.fromkeys(bill for bill, _product, _taxes in lines):
            partner = self._get_destination()._get_partner(self, bill)
            own = {key: values for key, values in lines.items() if key[0] == bill}
            on_bill = [
                charged._prepare_tax_line(
                    self.company_id, partner, product, taxes, values["price_unit"]
                )
                for (_bill, product, taxes), values in own.items()
            ]
            more = charged._get_tax_rounding(on_bill, self.company_id)
            for values, amount in zip(own.values(), more, strict=True):
                values["amount_tax"] = self.currency_id.round(values["amount_tax"] + amount)

    def _get_booked(self, cost):
        return cost.incl_vat if self.operator_id else cost.excl_vat

    def _get_line_key(self, dimension, reservation, element):
        """(bill, product, taxes): which bill takes a price, as what and under which taxes."""
        destination = self._get_destination()
        product = self._get_component_product("RESERVATION" if reservation else dimension.value)
        bill = destination._get_bill(self, product)
        taxes = self.env["account.tax"]
        if not self.operator_id:
            position = destination._get_fiscal_position(self, bill)
            for component in element["price_components"]:
                if component["type"] == dimension.value:
                    taxes = position.map_tax(self._get_taxes_of(component))
        return bill, product, taxes

    def _get_component_product(self, component):
        if self.operator_id:
            return self.company_id._iicharge_get_pass_through_product()
        return self.site_id._get_product(component)

    def _get_taxes_of(self, component):
        return self.env["account.tax"].browse(component.get(TAX_IDS, [])).exists()

    def _prepare_charge_line(self, bill, product, taxes, group):
        amount_untaxed = float(round_money(group.exact, self.currency_id.decimal_places))
        payer = self._get_destination()._get_partner(self, bill)
        return {
            "name": self._get_bill_text(payer, group.lines, group.whole),
            "dimension_ids": [Command.set(self._get_dimensions(group.lines).ids)],
            "folio_id": bill.id,
            "product_id": product.id,
            "tax_ids": [(6, 0, taxes.ids)],
            "analytic_distribution": self.charger_id._get_analytic_distribution(),
            **self.env["iicharge.charge.line"]._prepare_amounts(
                self.company_id, payer, product, taxes, amount_untaxed
            ),
        }

    def _get_dimensions(self, lines):
        codes = dict.fromkeys(line.dimension.value for line in lines)
        return self.env["iicharge.dimension"]._get(codes)

    def _get_bill_text(self, payer, lines, whole):
        """What the guest reads on the bill, in the payer's language and the site's time.

        :param whole: the breakdown, where its discounts and limits stand in this line
        """
        session = self.with_context(lang=payer.lang or self.env.lang)
        return session._format_bill_text(lines, whole)

    def _format_bill_text(self, lines, whole):
        prices = [self._get_price_text(line) for line in lines]
        return "\n".join([*self._get_head_texts(lines), *prices, *self._get_whole_texts(whole)])

    def _get_head_texts(self, lines):
        """What is charged for, before the prices."""
        what = self.env._(
            "EV charging, %(connector)s: %(energy)s kWh",
            connector=self.connector_id.display_name or self.charger_id.name,
            energy=formatLang(self.env, self.energy_wh / WH_PER_KWH, digits=3),
        )
        return [what, self._get_when_text(self.started_at, self.stopped_at)]

    def _get_when_text(self, start, stop):
        zone = self.site_id.time_zone

        def show(at, how):
            return format_datetime(self.env, at, tz=zone, dt_format=how)

        minutes = round((stop - start).total_seconds() / 60)
        return self.env._(
            "%(day)s, %(start)s to %(stop)s (%(hours)s h %(minutes)s min)",
            day=format_date(self.env, get_local_day(start, zone)),
            start=show(start, "HH:mm"),
            stop=show(stop, "HH:mm"),
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
