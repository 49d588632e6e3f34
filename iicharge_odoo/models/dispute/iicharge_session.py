# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

DAYS_TO_DECIDE = 7
CAN_BE_DISPUTED = ("rated", "posted", "paid", "late")


class DisputedSession(models.Model):
    _inherit = "iicharge.session"

    dispute_ids = fields.One2many(
        "iicharge.dispute",
        "session_id",
        groups="iicharge_odoo.group_front_desk,iicharge_odoo.group_accountant",
    )

    def action_dispute(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispute %(session)s", session=self.name),
            "res_model": "iicharge.dispute.open",
            "view_mode": "form",
            "target": "new",
            "context": {"default_session_id": self.id},
        }

    def _can_be_disputed(self):
        return self.state == "stopped" and self.billing in CAN_BE_DISPUTED

    def _check_can_be_disputed(self):
        """:raise UserError: nothing has been charged for it, or it is disputed already"""
        if self.billing not in CAN_BE_DISPUTED:
            raise UserError(
                self.env._(
                    "%(session)s cannot be disputed now: nothing has been charged for it, or it "
                    "is disputed already.",
                    session=self.name,
                )
            )

    def _get_dispute_deadline(self):
        """Get the day at the site until which a guest is promised an answer."""
        return self.site_id._get_today() + timedelta(days=DAYS_TO_DECIDE)

    def _open_dispute(self, reason, statement, deadline=None):
        """Open a dispute. :return: `iicharge.dispute`"""
        self.ensure_one()
        dispute = self.env["iicharge.dispute"].create(
            {
                "session_id": self.id,
                "reason": reason,
                "statement": statement,
                "deadline": deadline or self._get_dispute_deadline(),
                "opened_by_id": self.env.uid,
                "opened_at": fields.Datetime.now(),
                "billing_before": self.billing,
                "amount_total": self.amount_total,
            }
        )
        self._set_billing("disputed")
        return dispute

    def _set_billed(self, billing):
        """Set the billing state of a posted, paid, written-off or late charge.

        During a dispute the state is only stored, to be set when the dispute ends.
        """
        disputed = self.filtered(lambda session: session.billing == "disputed")
        disputes = disputed.dispute_ids.filtered(lambda dispute: dispute.state == "open")
        disputes.billing_before = billing
        return super(DisputedSession, self - disputed)._set_billed(billing)

    def _take_back(self, reason):
        """Decide an open dispute for the guest."""
        dispute = self.dispute_ids.filtered(lambda dispute: dispute.state == "open")
        if not dispute:
            return super()._take_back(reason)
        return dispute._credit_in_full(reason)

    def _get_billed(self):
        disputes = self.dispute_ids.filtered(lambda dispute: dispute.state == "open")
        return disputes.billing_before if self.billing == "disputed" else super()._get_billed()
