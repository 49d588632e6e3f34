# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models

from .res_users import EMPLOYEE, REGISTER


class PosOrder(models.Model):
    _inherit = "pos.order"

    def action_pos_order_paid(self):
        """Pay the order as its employee."""
        context = {REGISTER: self.config_id.id, EMPLOYEE: self.employee_id.id}
        return super(PosOrder, self.with_context(**context)).action_pos_order_paid()
