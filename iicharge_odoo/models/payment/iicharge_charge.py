# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class CardPaymentCharge(models.Model):
    _inherit = "iicharge.charge"

    destination = fields.Selection(
        selection_add=[("card", "Card Online")], ondelete={"card": "set invoice"}
    )

    def _set_posted(self):
        """Capture what is charged, and refund what is credited."""
        result = super()._set_posted()
        self.session_id.card_payment_id._wake()
        return result
