# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import AccessError


class CardPaymentToken(models.Model):
    _inherit = "iicharge.token"

    card_payment_id = fields.Many2one(
        "iicharge.card.payment",
        string="Card Payment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The payment online that pays for what it starts.",
    )

    @api.model
    def _get_payer_fields(self):
        return super()._get_payer_fields() | {"card_payment_id"}

    @api.model_create_multi
    def create(self, vals_list):
        tokens = super().create(vals_list)
        # of the tokens, as a call may name a default too. sudo: the field is hidden from most
        # users, and is only compared
        tokens._check_card_payment(any(tokens.sudo().card_payment_id))
        return tokens

    def write(self, vals):
        self._check_card_payment("card_payment_id" in vals)
        return super().write(vals)

    def _get_allowed_amount(self, amount):
        """Allow no more than what is held or paid, whoever changes it: a part of it is kept for
        what a car takes until the charger has stopped."""
        amount = super()._get_allowed_amount(amount)
        # sudo: who may change where it stops need not see the guest's payment
        payment = self.sudo().card_payment_id
        if not payment:
            return amount
        most = payment._get_limit_amount()
        return min(amount, most) if amount else most

    def _get_wanted_amount(self):
        wanted = super()._get_wanted_amount()
        # sudo: as above; only whether it is the most is returned
        payment = self.sudo().card_payment_id
        is_most = payment and wanted >= payment._get_limit_amount() - payment.currency_id.rounding
        return 0 if is_most else wanted

    def _check_card_payment(self, is_named):
        """Let a payment be named by its own start alone: who names it charges on a guest's card."""
        if is_named and not self.env.su:
            raise AccessError(
                self.env._("A card payment starts charging on the guest's page, and nowhere else.")
            )
