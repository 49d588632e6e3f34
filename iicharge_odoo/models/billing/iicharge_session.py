# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from .charge_states import OUTSTANDING


class Session(models.Model):
    """From the energy of a session to its price, and to its charge."""

    _name = "iicharge.session"
    _inherit = [
        "iicharge.session",
        "iicharge.session.rating",
        "iicharge.session.charge",
        "iicharge.session.transfer",
    ]

    rating_history_ids = fields.One2many(
        "iicharge.rating",
        "session_id",
        string="Earlier Price Calculations",
        groups="iicharge_odoo.group_front_desk,iicharge_odoo.group_accountant",
    )
    rating_id = fields.Many2one(
        "iicharge.rating",
        string="Price Calculation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="By which it is billed; a decision may have made others before.",
    )
    breakdown_text = fields.Text(related="rating_id.breakdown_text")
    price_breakdown = fields.Text(related="rating_id.price_breakdown")

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
        help="Where its charge goes: decided at the start, by the charging card.",
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
        """Set what became of its charge: posted, paid, written off or late."""
        self._set_billing(billing)

    def _get_billed(self):
        """Get what became of its charge, also while it is disputed."""
        self.ensure_one()
        return self.billing

    # --- the charge ------------------------------------------------------------------------
    def _charge(self, lines):
        """Charge sessions that have their price to who pays; a walk-in's waits for a register.

        :param lines: {session: see `_prepare_charge_lines`}
        """
        asked = {}
        for session in self:
            values = session._get_destination()._prepare_charge_values(session)
            if values is not None:
                asked[session] = (lines[session], values)
        for charge in self._create_charges(asked):
            if charge.state == "late":
                charge.session_id._set_billing("late")

    def _create_charge(self, lines, **values):
        self.ensure_one()
        return self._create_charges({self: (lines, values)})

    @api.model
    def _create_charges(self, asked):
        """Charge sessions, each at its next revision; none for lines without a price.

        :param asked: {session: (lines, values of the charge)}, see `_prepare_charge_lines`
        """
        charges, wanted = self.env["iicharge.charge"], []
        for session, (lines, values) in asked.items():
            charged = [line for line in lines if line["price_unit"]]
            if charged:
                revision = session._get_next_revision()
                wanted.append(charges._prepare_charge(session, revision, charged, **values))
        return charges.create(wanted)

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
        """Set what the session costs after credits and write-offs: the sum of what still counts."""
        for session in self:
            counting = session.charge_ids.filtered(lambda charge: charge.state != "written_off")
            session.amount_untaxed = sum(counting.mapped("amount_untaxed"))
            session.amount_total = sum(counting.mapped("amount_total"))
