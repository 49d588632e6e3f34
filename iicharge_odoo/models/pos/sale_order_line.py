# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    iicharge_pos_line_id = fields.Many2one(
        "pos.order.line",
        string="Order Line of the Register",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    iicharge_text = fields.Text(
        compute="_compute_iicharge_text", compute_sudo=True, string="Charging Details"
    )

    # The last guard of "on the bill once".
    _iicharge_pos_line_unique = models.UniqueIndex(
        "(iicharge_pos_line_id) WHERE iicharge_pos_line_id IS NOT NULL",
        "This order is on the room bill already.",
    )

    @api.model
    def _iicharge_get_fixed_names(self):
        return (*super()._iicharge_get_fixed_names(), "iicharge_pos_line_id")

    @api.model
    def _iicharge_get_server_names(self):
        return (*super()._iicharge_get_server_names(), "iicharge_pos_line_id")

    def _iicharge_is_fixed(self):
        """The guest has signed for it at the register."""
        return super()._iicharge_is_fixed() or bool(self.iicharge_pos_line_id)

    @api.depends("iicharge_pos_line_id", "product_uom_qty")
    def _compute_qty_delivered(self):
        return super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        """Count as delivered what a register handed out, whose stock moves are not the bill's."""
        delivered = super()._prepare_qty_delivered()
        for line in self.filtered("iicharge_pos_line_id"):
            delivered[line] = line.product_uom_qty
        return delivered

    def _action_launch_stock_rule(self, **kwargs):
        lines = self.filtered(lambda line: not line.iicharge_pos_line_id)
        return super(SaleOrderLine, lines)._action_launch_stock_rule(**kwargs)

    # --- at a register ------------------------------------------------------------------
    @api.model
    def _convert_qty(self, sale_line, qty, direction):
        """Sell charging whole: a register rounds the price of a kWh to the cent."""
        whole = abs(sale_line.product_uom_qty)
        if not sale_line.iicharge_charge_line_id or not whole:
            return super()._convert_qty(sale_line, qty, direction)
        return qty / whole if direction == "s2p" else qty * whole

    def read_converted(self):
        """Give a register charging as one piece, at the price of the whole."""
        result = super().read_converted()
        for item in result:
            line = self.browse(item["id"])
            if line.iicharge_charge_line_id:
                for name in ("product_uom_qty", "qty_delivered", "qty_invoiced", "qty_to_invoice"):
                    item[name] = self._convert_qty(line, line[name], "s2p")
                item["price_unit"] = line._iicharge_get_price_of_whole()
        return result

    def _iicharge_get_price_of_whole(self):
        """Get what the whole line costs, without its discount, as a register takes it."""
        return self.currency_id.round(abs(self.product_uom_qty) * self.price_unit)

    # --- receipt ------------------------------------------------------------------------
    @api.depends("iicharge_charge_line_id")
    def _compute_iicharge_text(self):
        for line in self:
            source = line.iicharge_charge_line_id
            line.iicharge_text = source._get_receipt_text() if source else False

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "iicharge_text"]
