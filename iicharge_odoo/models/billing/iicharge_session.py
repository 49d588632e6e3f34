# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import formatLang

from ...core import jsontext
from ...core.conversion import to_aware, to_decimal
from ...core.metering import meter
from ...core.rating.rate import rate, round_money
from ...core.rating.usage import Sample, StateChange, Usage
from ...core.session import SessionState
from ..tariff.iicharge_tariff_component import TAX_IDS
from ..tariff.iicharge_tariff_ocpi import get_terms
from .charge_states import OUTSTANDING


class Session(models.Model):
    """From the energy of a session to its price, and to its charge."""

    _name = "iicharge.session"
    _inherit = ["iicharge.session", "iicharge.session.charge"]

    operator_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        help="Who sold this charging, if that is not the hotel.",
    )
    destination = fields.Selection(
        "_get_destinations",
        string="Paid By",
        readonly=True,
        default=lambda self: self.env["iicharge.destination"]._get_asked()[-1]._get_value(),
        help="Where its charge goes: decided at the start, by the token.",
    )

    @api.model
    def _get_destinations(self):
        return self.env["iicharge.charge"]._fields["destination"]._description_selection(self.env)

    def _get_destination(self):
        return self.env["iicharge.destination"]._get(self.destination)

    # --- who pays --------------------------------------------------------------------------
    @api.model
    def _prepare_start_values(self, connector, **start):
        operator = connector.charger_id._get_operator()
        return {**super()._prepare_start_values(connector, **start), "operator_id": operator.id}

    @api.model
    def _prepare_payer_values(self, site, token, started_at):
        values = super()._prepare_payer_values(site, token, started_at)
        return values | self.env["iicharge.destination"]._decide(token, site, started_at)[1]

    @api.model
    def _find_tariff(self, connector, token, started_at):
        destinations = self.env["iicharge.destination"]
        destination = destinations._decide(token, connector.site_id, started_at)[0]
        return destination._find_tariff(connector, token, started_at)

    def _set_billed(self, billing):
        """Its charge was posted, paid or written off, or is late."""
        self._set_billing(billing)

    def _get_billed(self):
        """What became of its charge, also while somebody questions it."""
        self.ensure_one()
        return self.billing

    # --- the price -------------------------------------------------------------------------
    def _rate_or_hold(self):
        """Rate and charge a stopped session, unless something about it is for a person to
        decide."""
        self.ensure_one()
        if not self.tariff_snapshot:
            self._add_reasons(["no_tariff"])
        elif self._get_lost_taxes():
            self._add_reasons(["tax_missing"])
        elif not self.review_reason_ids:
            self._add_reasons(self._get_amount_doubts())
        if self.review_reason_ids:
            self._set_billing("review")
        else:
            self._rate_and_charge()

    def _rate_and_charge(self):
        """Give the session its price and charge it to who pays. Nothing to pay ends as free."""
        lines = self._rate()
        self._set_billing("rated")
        if self.amount_total:
            self._charge(lines)
        else:
            self._set_billing("free")

    def _rate(self):
        """Give the stopped session its price: the free energy is taken off the stay's
        allowance, and the sum is kept with how it comes about.

        :return: values of the lines of its charge, see `_prepare_charge_lines`
        """
        self.ensure_one()
        breakdown = self._get_breakdown(self.stopped_at, take_free_energy=True)
        lines = self._prepare_charge_lines(breakdown)
        untaxed = sum(line["amount_untaxed"] for line in lines)
        total = untaxed + sum(line["amount_tax"] for line in lines)
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
        return lines

    def _get_price_by(self, tariff):
        """What the stopped session would cost by another tariff, with tax; for a look."""
        self.ensure_one()
        rules = tariff._read_snapshot(tariff._format_document_for(self.site_id))
        breakdown = rate(rules, self._get_usage(self.stopped_at), get_terms(rules))
        return float(round_money(breakdown.total_cost.incl_vat, self.currency_id.decimal_places))

    def _get_breakdown(self, until, take_free_energy=False):
        """What was used up to `until` (UTC, naive) costs by the frozen tariff.

        :param bool take_free_energy: off the stay's allowance; else it is only looked at
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
        used_wh = allowances._get_used(self.folio_id, period, lock=take_free_energy) - own_wh
        # without a stay there are no nights to count
        left_wh = max(terms.free_energy_wh - used_wh, 0) if self.folio_id else Decimal(0)
        breakdown = rate(
            tariff, self._get_usage(until), replace(terms, free_energy_wh=Decimal(left_wh))
        )
        if take_free_energy and breakdown.free_energy_used_wh != own_wh:
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
        curve = meter.energy_curve(self._get_metering(until), to_decimal(self.energy_wh))
        return Usage(
            started_at=to_aware(self.started_at),
            stopped_at=to_aware(until),
            samples=[Sample(at, energy) for at, energy in curve],
            states=[
                StateChange(to_aware(value.at), SessionState(value.state))
                for value in self.meter_value_ids.filtered("state")
            ],
            reservation=self._get_reserved_time(),
            time_zone=self.site_id.time_zone,
        )

    def _get_reserved_time(self):
        """For how long the charger was kept, a `core.rating.usage.Reservation`; None: not."""
        return None

    @api.depends("energy_wh", "state", "amount_total")
    def _compute_running_amount(self):
        now = fields.Datetime.now()
        for session in self:
            session.running_amount = session.amount_total
            if session.state != "stopped" and session.tariff_snapshot:
                until = max(now, session.last_value_at or session.started_at)
                breakdown = session._get_breakdown(until)
                session.running_amount = session.currency_id.round(
                    float(breakdown.total_cost.incl_vat)
                )

    def _get_lost_taxes(self):
        """Ids of taxes in the frozen tariff that are no more: what is to be paid is unknown."""
        elements = jsontext.loads(self.tariff_snapshot)["elements"]
        components = [c for element in elements for c in element["price_components"]]
        wanted = {tax_id for component in components for tax_id in component.get(TAX_IDS, [])}
        return wanted - set(self.env["account.tax"].browse(wanted).exists().ids)

    # --- the charge ------------------------------------------------------------------------
    def _charge(self, lines):
        """Charge a session that has its price to who pays; a walk-in's waits for a register.

        :param lines: see `_prepare_charge_lines`
        """
        self.ensure_one()
        values = self._get_destination()._prepare_charge_values(self)
        if values is None:
            return self.env["iicharge.charge"]
        charge = self._create_charge(lines, **values)
        if charge.state == "late":
            self._set_billing("late")
        return charge

    def _create_charge(self, lines, **values):
        charged = [line for line in lines if line["amount_untaxed"]]
        revision = self._get_next_revision()
        return self.env["iicharge.charge"]._create_once(self, revision, charged, **values)

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
