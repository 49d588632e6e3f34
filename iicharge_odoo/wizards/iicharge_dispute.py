# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..models.dispute.iicharge_dispute import DISPUTE_REASONS


class OpenDispute(models.TransientModel):
    """Open a dispute for a guest."""

    _name = "iicharge.dispute.open"
    _description = "Dispute a Session"
    _inherit = "iicharge.company.wall"

    session_id = fields.Many2one("iicharge.session", required=True, readonly=True)
    currency_id = fields.Many2one(related="session_id.currency_id")
    amount_total = fields.Monetary(related="session_id.amount_total", related_sudo=False)
    reason = fields.Selection(DISPUTE_REASONS, required=True)
    statement = fields.Text(string="What the Guest Says", required=True)
    deadline = fields.Date(
        required=True,
        compute="_compute_deadline",
        store=True,
        precompute=True,
        readonly=False,
        help="Until when the guest has been promised an answer.",
    )

    @api.depends("session_id")
    def _compute_deadline(self):
        for wizard in self:
            wizard.deadline = wizard.session_id._get_dispute_deadline()

    def action_open(self):
        self.ensure_one()
        session = self.session_id
        session.check_access("read")
        session._check_can_be_disputed()
        # sudo: sessions and disputes are not written by hand; this user sees the session
        dispute = session.sudo()._open_dispute(self.reason, self.statement, self.deadline)
        return {
            "type": "ir.actions.act_window",
            "res_model": "iicharge.dispute",
            "res_id": dispute.id,
            "view_mode": "form",
        }


class DecideDispute(models.TransientModel):
    """Decide a dispute, as a manager."""

    _name = "iicharge.dispute.decide"
    _description = "Decide on a Dispute"
    _inherit = "iicharge.company.wall"

    dispute_id = fields.Many2one("iicharge.dispute", required=True, readonly=True)
    session_id = fields.Many2one(related="dispute_id.session_id")
    company_id = fields.Many2one(related="dispute_id.company_id")
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount_total = fields.Monetary(
        related="session_id.amount_total", related_sudo=False, string="Billed"
    )
    outcome = fields.Selection(
        [
            ("keep", "Keep the bill as it is"),
            ("credit", "Credit all of it"),
            ("part", "Credit a part"),
            ("rate", "Price it again with another tariff"),
        ],
        required=True,
        default="keep",
    )
    credit_total = fields.Monetary(string="Credit (With Tax)")
    tariff_id = fields.Many2one("iicharge.tariff", check_company=True)
    preview = fields.Char(compute="_compute_preview", string="What Will Be Booked")
    reason = fields.Text(
        required=True,
        help="The guest gets it by e-mail. It is kept with your name, and a credit note shows it.",
    )

    @api.depends("outcome", "credit_total", "tariff_id")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard._get_preview()

    def _get_preview(self):
        money = {"currency_obj": self.currency_id}
        if self.outcome == "credit":
            return formatLang(self.env, -self.amount_total, **money)
        if self.outcome == "part" and 0 < self.credit_total < self.amount_total:
            dispute = self.dispute_id
            try:
                charge = dispute._get_counting_charge()
            except UserError as error:
                return str(error)
            if self.credit_total > dispute._get_left_total(charge):
                return False
            return formatLang(
                self.env, -dispute._get_part_total(charge, self.credit_total), **money
            )
        if self.outcome == "rate" and self.tariff_id:
            # sudo: rating reads meter values and taxes; only the sum is shown
            session = self.session_id.sudo()
            total = session._get_price_by(self.tariff_id.sudo())
            return self.env._(
                "%(new)s in place of %(old)s",
                new=formatLang(self.env, total, **money),
                old=formatLang(self.env, self.amount_total, **money),
            )
        return False

    def action_decide(self):
        self.ensure_one()
        self.dispute_id.check_access("read")
        reason = self.reason.strip()
        # sudo: money is not written by hand; only managers may use this dialog, the
        # dispute is one of theirs, and what is decided is logged with its author
        dispute = self.dispute_id.sudo()
        if self.outcome == "keep":
            dispute._uphold(reason)
        elif self.outcome == "credit":
            dispute._credit_in_full(reason)
        elif self.outcome == "part":
            dispute._credit_in_part(self.credit_total, reason)
        else:
            if self.tariff_id.company_id != self.company_id:
                raise UserError(self.env._("Choose a tariff of this hotel to price it with."))
            dispute._rerate(self.tariff_id, reason)
        return {"type": "ir.actions.act_window_close"}
