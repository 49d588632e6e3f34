# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...core import errors

# Reasons for a review with which the readings do not show what was used.
WITHOUT_ESTIMATE = {
    "amount_below_zero",
    "amount_out_of_proportion",
    "amount_too_large",
    "implausible_energy",
    "meters_disagree",
    "no_tariff",
    "register_went_back",
    "start_missing",
    "stopped_before_start",
    "tax_missing",
    "unit_suspect",
}


class AlertedSession(models.Model):
    _name = "iicharge.session"
    _inherit = ["iicharge.session", "mail.activity.mixin"]

    review_estimate = fields.Monetary(
        compute="_compute_review_advice",
        string="About",
        help="With tax: what the readings suggest, until a manager has decided.",
    )
    review_advice = fields.Char(compute="_compute_review_advice", string="What to Say to the Guest")

    @api.depends("billing", "energy_wh", "review_reason_ids")
    @api.depends_context("lang")
    def _compute_review_advice(self):
        for session in self:
            estimate = session._get_review_estimate()
            session.review_estimate = estimate
            if session.billing != "review":
                session.review_advice = False
            elif estimate:
                session.review_advice = self.env._(
                    "“The charger's readings need a second look, so your charging is not on the "
                    "bill yet. It will be about %(amount)s. You pay only what you have used, and "
                    "get the bill by e-mail.”",
                    amount=session.currency_id.format(estimate),
                )
            else:
                session.review_advice = self.env._(
                    "“The charger's readings need a second look, so your charging is not on the "
                    "bill yet. You pay only what you have used, and get the bill by e-mail.”"
                )

    def _get_review_estimate(self):
        """Get what the session would cost by its readings; 0 where they do not show it."""
        self.ensure_one()
        if self.billing != "review" or not self.stopped_at or not self.tariff_snapshot:
            return 0
        # sudo: who sees the session may see why it is in review, and what it may cost
        session = self.sudo()
        if WITHOUT_ESTIMATE & set(session.review_reason_ids.mapped("code")):
            return 0
        try:
            return session._get_total(session._get_breakdown())
        except errors.IIChargeError:
            return 0
