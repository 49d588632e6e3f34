# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class PosOrder(models.Model):
    _inherit = "pos.order"

    def action_pos_order_paid(self):
        """Charging that the till has taken payment for is paid."""
        result = super().action_pos_order_paid()
        lines = self.lines.filtered(lambda line: line.qty > 0).sale_order_line_id
        # sudo: a cashier has no rights on sessions; they are those of the order just paid
        sessions = lines.sudo().iicharge_charge_line_id.charge_id.session_id
        due = sessions.filtered(lambda session: session.billing in ("posted", "disputed"))
        due._set_billed("paid")
        return result
