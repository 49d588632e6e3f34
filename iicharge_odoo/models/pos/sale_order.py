# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a register has put on the bill of a stay: sold and handed out there, invoiced here."""

from odoo import models


class RoomSaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_update_prices_lines(self):
        """Leave out lines of a register: the guest has signed for the price."""
        return (
            super()._get_update_prices_lines().filtered(lambda line: not line.iicharge_pos_line_id)
        )
