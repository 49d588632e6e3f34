# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a register has put on the bill of a stay: sold and handed out there, invoiced here."""

from odoo import api, fields, models


class RoomSaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_update_prices_lines(self):
        """The guest has signed for the price at the register."""
        return (
            super()._get_update_prices_lines().filtered(lambda line: not line.iicharge_pos_line_id)
        )


class RoomSaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    iicharge_pos_line_id = fields.Many2one(
        "pos.order.line",
        string="Order Line of the Register",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # The last guard of "on the bill once".
    _iicharge_pos_line_unique = models.UniqueIndex(
        "(iicharge_pos_line_id) WHERE iicharge_pos_line_id IS NOT NULL",
        "This order is on the room bill already.",
    )

    @api.depends("iicharge_pos_line_id", "product_uom_qty")
    def _compute_qty_delivered(self):
        return super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        """It was handed out at the register, whose stock moves are not those of the bill."""
        delivered = super()._prepare_qty_delivered()
        for line in self.filtered("iicharge_pos_line_id"):
            delivered[line] = line.product_uom_qty
        return delivered

    def _action_launch_stock_rule(self, **kwargs):
        lines = self.filtered(lambda line: not line.iicharge_pos_line_id)
        return super(RoomSaleOrderLine, lines)._action_launch_stock_rule(**kwargs)


class RoomMoveLine(models.Model):
    _inherit = "account.move.line"

    def _eligible_for_stock_account(self):
        """The register has booked the cost of what it handed out."""
        if self.sale_line_ids.iicharge_pos_line_id:
            return False
        return super()._eligible_for_stock_account()
