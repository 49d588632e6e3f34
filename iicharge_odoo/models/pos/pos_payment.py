# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class PosPayment(models.Model):
    _inherit = "pos.payment"

    # the register keeps no records of stays, so it sends the number; the order stores the stay
    iicharge_stay_number = fields.Integer(string="Stay", readonly=True)
    iicharge_room_text = fields.Char(
        string="Room and Guest", readonly=True, help="What the slip says that the guest signs."
    )

    @api.constrains("amount", "payment_method_id", "pos_order_id")
    def _check_iicharge_room(self):
        """Refuse to combine a payment by room with others: what is on a bill is not paid twice."""
        self.pos_order_id.filtered("iicharge_folio_id")._iicharge_refuse_payment_change()
