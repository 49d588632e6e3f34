# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.fields import Domain


class CardPaymentSession(models.Model):
    _inherit = "iicharge.session"

    card_payment_id = fields.Many2one(
        "iicharge.card.payment",
        string="Card Payment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The payment online that pays for it.",
    )

    def _set_started(self):
        result = super()._set_started()
        for session in self.filtered("card_payment_id"):
            session.card_payment_id._take_session(session)
        return result

    @api.model
    def _get_limited_domain(self):
        return super()._get_limited_domain() | Domain("card_payment_id", "!=", False)

    def _get_limit_reason(self):
        """Stop before the hold expires, too; its sum is the token's limit."""
        reason = super()._get_limit_reason()
        payment = self.card_payment_id
        if not reason and payment and payment._is_hold_about_to_expire():
            return self.env._("The hold on the guest's card expires: the charger is asked to stop.")
        return reason

    def _anonymize_guest(self):
        self.card_payment_id._anonymize()
        return super()._anonymize_guest()
