# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from dataclasses import dataclass, field, replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, formatLang

from ...core import errors, jsontext
from ...core.conversion import get_local_day, to_aware, to_decimal
from ...core.metering import meter
from ...core.rating.dimensions import Dimension
from ...core.rating.rate import Breakdown, rate, round_money
from ...core.rating.usage import Sample, StateChange, Usage
from ...core.session import SessionState
from ..tariff.iicharge_tariff_component import TAX_IDS
from ..tariff.iicharge_tariff_ocpi import get_terms
from ..tariff.tariff_text import get_money_text
from .charge_states import OUTSTANDING

WH_PER_KWH = 1000


@dataclass
class LineGroup:
    """What one line of a bill sums up: its tax rate, the exact amount, the breakdown's lines,
    and the whole breakdown if its discounts and limits are in this line."""

    percent: Decimal
    exact: Decimal = Decimal(0)
    lines: list = field(default_factory=list)
    whole: Breakdown | None = None


class Session(models.Model):
    """From the energy of a session to its price, and to the lines of a charge."""

    _inherit = "iicharge.session"

    operator_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        help="Who sold this charging, if that is not the hotel.",
    )

    def _bill(self):
        """Rate the session and charge it to who pays. Nothing to pay ends as free."""
        self.ensure_one()
        breakdown = self._rate(self.stopped_at, is_final=True)
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
        else:
            self._charge(groups)

    def _get_price_by(self, tariff):
        """What the stopped session would cost by another tariff, with tax; for a look."""
        self.ensure_one()
        rules = tariff._read_snapshot(tariff._format_document_for(self.site_id))
        breakdown = rate(rules, self._get_usage(self.stopped_at), get_terms(rules))
        return float(round_money(breakdown.total_cost.incl_vat, self.currency_id.decimal_places))

    def _rate(self, until, is_final=False):
        """Rate what was used up to `until` (UTC, naive) by the frozen tariff.

        :param bool is_final: take the free energy that is given off the stay's allowance
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
        used_wh = allowances._get_used(self.folio_id, period, lock=is_final) - own_wh
        # without a stay there are no nights to count
        left_wh = max(terms.free_energy_wh - used_wh, 0) if self.folio_id else Decimal(0)
        breakdown = rate(
            tariff, self._get_usage(until), replace(terms, free_energy_wh=Decimal(left_wh))
        )
        if is_final and breakdown.free_energy_used_wh != own_wh:
            allowances._record_use(self.folio_id, period, breakdown.free_energy_used_wh - own_wh)
            self.free_energy_used_wh = breakdown.free_energy_used_wh
        return breakdown

    def _release_free_energy(self):
        """What this session had free may be used by others, or by its own next rating."""
        self.ensure_one()
        if not self.free_energy_used_wh:
            return
        tariff = self.env["iicharge.tariff"]._read_snapshot(self.tariff_snapshot)
        allowances = self.env["iicharge.free.energy"]
        period = allowances._get_period(self, get_terms(tariff).free_energy_per)
        allowances._get_used(self.folio_id, period, lock=True)
        allowances._record_use(self.folio_id, period, -to_decimal(self.free_energy_used_wh))
        self.free_energy_used_wh = 0

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
            reservation=self._get_reserved_time(),
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
            key = self._get_bill_target(line.dimension, line.reservation, elements[line.element])
            group = groups.setdefault(key, LineGroup(line.tax_percent))
            group.exact += cost
            group.lines.append(line)
            rest[line.tax_percent] = rest.get(line.tax_percent, Decimal(0)) - cost
        if not groups and breakdown.total_cost.excl_vat:
            first = elements[0]["price_components"][0]
            (percent,) = rest
            key = self._get_bill_target(Dimension(first["type"]), False, elements[0])
            groups[key] = LineGroup(percent)
        for group in groups.values():
            group.whole = breakdown if group.percent in rest else None
            group.exact += rest.pop(group.percent, Decimal(0))
        lines = {place: self._prepare_charge_line(*place, group) for place, group in groups.items()}
        self._round_taxes_by_bill(lines)
        return list(lines.values())

    def _round_taxes_by_bill(self, lines):
        """The lines that go on one bill have the taxes that it will have.

        :param lines: {target, as from `_get_bill_target`: values}
        """
        charged = self.env["iicharge.charge.line"]
        for folio in dict.fromkeys(folio for folio, _product, _taxes in lines):
            own = {place: values for place, values in lines.items() if place[0] == folio}
            on_bill = [
                charged._prepare_tax_line(
                    self.company_id, self._get_payer(folio), product, taxes, values["price_unit"]
                )
                for (_folio, product, taxes), values in own.items()
            ]
            more = charged._get_tax_rounding(on_bill, self.company_id)
            for values, amount in zip(own.values(), more, strict=True):
                values["amount_tax"] = self.currency_id.round(values["amount_tax"] + amount)

    def _get_booked(self, cost):
        return cost.incl_vat if self.operator_id else cost.excl_vat

    def _get_bill_target(self, dimension, reservation, element):
        """Which bill takes a price, as what product and under which taxes."""
        product = self._get_component_product("RESERVATION" if reservation else dimension.value)
        folio = self.folio_id if self.checkout_choice != "pos" else self.env["sale.order"]
        if folio:
            folio = folio._iicharge_get_paying_folio(product, self._get_local_day())
        taxes = self.env["account.tax"]
        if not self.operator_id:
            for component in element["price_components"]:
                if component["type"] == dimension.value:
                    taxes = self._get_fiscal_position(folio).map_tax(self._get_taxes_of(component))
        return folio, product, taxes

    def _get_fiscal_position(self, folio):
        """That of the bill; `folio` is empty where it is not a stay's."""
        return folio.fiscal_position_id

    def _get_payer(self, folio):
        """Who pays the bill; `folio` is empty where it is not a stay's."""
        return (folio or self).partner_id

    def _get_component_product(self, component):
        if self.operator_id:
            return self.company_id._iicharge_get_pass_through_product()
        return self.site_id._get_product(component)

    def _get_taxes_of(self, component):
        return self.env["account.tax"].browse(component.get(TAX_IDS, [])).exists()

    def _get_lost_taxes(self):
        """Ids of taxes in the frozen tariff that are no more: what is to be paid is unknown."""
        elements = jsontext.loads(self.tariff_snapshot)["elements"]
        components = [c for element in elements for c in element["price_components"]]
        wanted = {tax_id for component in components for tax_id in component.get(TAX_IDS, [])}
        return wanted - set(self.env["account.tax"].browse(wanted).exists().ids)

    def _prepare_charge_line(self, folio, product, taxes, group):
        amount_untaxed = float(round_money(group.exact, self.currency_id.decimal_places))
        payer = self._get_payer(folio)
        return {
            "name": self._get_bill_text(payer, group.lines, group.whole),
            "dimensions": " ".join(dict.fromkeys(line.dimension.value for line in group.lines)),
            "folio_id": folio.id,
            "product_id": product.id,
            "tax_ids": [(6, 0, taxes.ids)],
            "analytic_distribution": self.charger_id._get_analytic_distribution(),
            **self.env["iicharge.charge.line"]._prepare_amounts(
                self.company_id, payer, product, taxes, amount_untaxed
            ),
        }

    def _get_bill_text(self, payer, lines, whole):
        """What the guest reads on the bill, in the payer's language and the site's time.

        :param whole: the breakdown, if its discounts and limits are in this line
        """
        session = self.with_context(lang=payer.lang or self.env.lang)
        return session._format_bill_text(lines, whole)

    def _format_bill_text(self, lines, whole):
        reserved = self.no_show or (lines and all(line.reservation for line in lines))
        head = self._get_reservation_texts() if reserved else self._get_charging_texts()
        prices = [self._get_price_text(line) for line in lines]
        return "\n".join([*head, *prices, *self._get_whole_texts(whole)])

    def _get_charging_texts(self):
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
        if line.reservation:
            return self._get_reservation_price_text(line.dimension, price, minutes)
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

    def _charge(self, lines):
        """Charge a rated session to where it is paid. A visitor's waits until it is."""
        self.ensure_one()
        values = self._get_destination()
        if values is None:
            return self.env["iicharge.charge"]
        charge = self.env["iicharge.charge"]._record(
            self,
            self._get_next_revision(),
            [line for line in lines if line["amount_untaxed"]],
            **values,
        )
        if charge.state == "late":
            self._set_billing("late")
        return charge

    def _get_destination(self):
        """Values of the charge that say where it goes; None where the guest pays at front desk."""
        self.ensure_one()
        if self.checkout_choice == "pos":
            return {"destination": "pos"}
        if self.checkout_choice == "late":
            return {"state": "late", "refusal_code": errors.CheckedOut.code}
        return {"destination": "folio"} if self.folio_id else None

    # --- credits ------------------------------------------------------------------------
    def _get_next_revision(self):
        self.ensure_one()
        return max(self.charge_ids.mapped("revision"), default=0) + 1

    def _credit_charges(self, reason):
        """Take all that the session was charged back: by credits of what is on bills, the
        rest by writing it off."""
        self.ensure_one()
        self._release_free_energy()
        charges = self.charge_ids.filtered(lambda charge: charge.kind == "charge")
        for charge in charges:
            if charge.state == "posted":
                charge._create_credit(reason)
            elif charge.state in OUTSTANDING:
                charge._set_written_off(reason)
        self._update_amounts()
        if not self.charge_ids:
            self.write({"amount_untaxed": 0, "amount_total": 0})

    def _update_amounts(self):
        """What the session costs after credits and write-offs: the sum of what still counts."""
        for session in self:
            counting = session.charge_ids.filtered(lambda charge: charge.state != "written_off")
            session.amount_untaxed = sum(counting.mapped("amount_untaxed"))
            session.amount_total = sum(counting.mapped("amount_total"))

    def _get_local_day(self):
        """The day at the site on which charging ended."""
        self.ensure_one()
        return get_local_day(self.stopped_at or self.started_at, self.site_id.time_zone)
