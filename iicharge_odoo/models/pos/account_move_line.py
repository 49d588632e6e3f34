# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class RoomMoveLine(models.Model):
    _inherit = "account.move.line"

    def _eligible_for_stock_account(self):
        """Leave out what a register handed out: it has booked the cost."""
        if self.sale_line_ids.iicharge_pos_line_id:
            return False
        return super()._eligible_for_stock_account()
