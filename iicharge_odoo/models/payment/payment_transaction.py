# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ..server_values import check_new_values, check_server_values

# What a payment provider says of a payment for charging: what starts, is captured or refunded is
# worked out from it.
SET_BY_PROVIDER = (
    "amount",
    "currency_id",
    "operation",
    "payment_method_id",
    "provider_id",
    "provider_reference",
    "source_transaction_id",
    "state",
)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    iicharge_card_payment_id = fields.Many2one(
        "iicharge.card.payment",
        string="Card Payment for Charging",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        # sudo: as in check_new_values
        charging = transactions.filtered(lambda one: one.sudo()._iicharge_get_card_payment())
        check_new_values(charging, "iicharge_card_payment_id", "source_transaction_id")
        return transactions

    def write(self, vals):
        check_server_values(self, vals, "iicharge_card_payment_id")
        if not vals.keys().isdisjoint(SET_BY_PROVIDER):
            # sudo: as in check_server_values
            charging = self.filtered(lambda one: one.sudo()._iicharge_get_card_payment())
            check_server_values(charging, vals, *SET_BY_PROVIDER)
        return super().write(vals)

    def _iicharge_get_card_payment(self):
        """Get the card payment that it belongs to, also as a capture, void or refund."""
        return (self | self.source_transaction_id).iicharge_card_payment_id

    def _update_state(self, allowed_states, target_state, state_message):
        """Let the card payment go on with what the provider has reported."""
        changed = super()._update_state(allowed_states, target_state, state_message)
        changed._iicharge_get_card_payment()._wake()
        return changed

    def _post_process(self):
        """Book payments of charging for who is named on the receipt."""
        for transaction in self:
            payment = transaction._iicharge_get_card_payment()
            if payment:
                transaction.partner_id = payment._get_payer()
        return super()._post_process()
