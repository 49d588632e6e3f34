# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from .pos_order import (
    check_settled_values,
    get_settled_values,
    is_under_check,
    refuse_settled_change,
)

FIXED = {"amount", "pos_order_id", "iicharge_stay_number", "iicharge_room_text"}


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

    # --- payments of an order that is paid ----------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments._iicharge_check_not_settled()
        return payments

    def write(self, vals):
        before = get_settled_values(self, FIXED & vals.keys())
        result = super().write(vals)
        check_settled_values(before)
        if "pos_order_id" in vals:
            self._iicharge_check_not_settled()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_iicharge_settled(self):
        self._iicharge_check_not_settled()

    def _iicharge_get_order(self):
        return self.pos_order_id

    def _iicharge_check_not_settled(self):
        """:raise UserError: the order of charging is paid; its way of payment is changed as a
        whole, with the order"""
        if self.env.su or is_under_check(self.env):
            return
        # sudo: a cashier has no rights on charges; this only asks whether it is charging
        for order in self.sudo().pos_order_id.filtered(lambda order: order._iicharge_is_settled()):
            refuse_settled_change(order)
