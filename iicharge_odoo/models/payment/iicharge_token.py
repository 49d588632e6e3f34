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
        self._check_card_payment(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_card_payment(vals)
        return super().write(vals)

    @api.model
    def _check_card_payment(self, *vals_list):
        """Let a payment be named by its own start alone: who names it charges on a guest's card."""
        if not self.env.su and any("card_payment_id" in vals for vals in vals_list):
            raise AccessError(
                self.env._("A card payment starts charging on the guest's page, and nowhere else.")
            )
