# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..server_values import check_new_values

# What makes a line this charging on this bill. A price or a discount may be changed: staff decide
# what a guest pays, and a credit takes back what the bill says.
FIXED = ("iicharge_charge_line_id", "order_id", "product_id", "product_uom_id", "product_uom_qty")


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    iicharge_charge_line_id = fields.Many2one(
        "iicharge.charge.line",
        string="Charging Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    iicharge_session_id = fields.Many2one(related="iicharge_charge_line_id.charge_id.session_id")

    # Exactly once: the database refuses a second line of a charge line.
    _iicharge_charge_line_unique = models.UniqueIndex(
        "(iicharge_charge_line_id) WHERE iicharge_charge_line_id IS NOT NULL",
        "This charging is on the bill already.",
    )
    # what a month's end looks for: few lines, however many there ever were
    _iicharge_open_index = models.Index(
        "(company_id) WHERE iicharge_charge_line_id IS NOT NULL "
        "AND qty_invoiced IS DISTINCT FROM product_uom_qty"
    )

    @api.model
    def _load_pos_data_fields(self, config):
        """Load the session, by which the POS knows a line of charging."""
        return [*super()._load_pos_data_fields(config), "iicharge_session_id"]

    @api.model
    def _iicharge_get_fixed_names(self):
        return FIXED

    def _iicharge_is_fixed(self):
        """Whether the line has its amount and its place from elsewhere."""
        return bool(self.iicharge_charge_line_id)

    def _compute_tax_ids(self):
        """Leave charging out: its taxes are the tariff's, not the product's; see
        `sale.order._recompute_taxes`."""
        charging = self.filtered("iicharge_charge_line_id")
        return super(SaleOrderLine, self - charging)._compute_tax_ids()

    @api.model
    def _iicharge_get_server_names(self):
        """Fields that only charging sets, on new lines too."""
        return ("iicharge_charge_line_id",)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        check_new_values(lines, *self._iicharge_get_server_names())
        return lines

    def write(self, vals):
        """Keep lines of charging where they are and whole."""
        fixed = [name for name in self._iicharge_get_fixed_names() if name in vals]
        if not fixed or self.env.su:
            return super().write(vals)
        # sudo: who keeps orders need not have rights on charges; this only compares
        before = [
            (line, line._iicharge_is_fixed(), [line[name] for name in fixed])
            for line in self.sudo()
        ]
        result = super().write(vals)
        for line, was_fixed, values in before:
            changed = [line[name] for name in fixed] != values
            if changed and (was_fixed or line._iicharge_is_fixed()):
                raise UserError(
                    self.env._(
                        "“%(line)s” stays as it is on this bill. To take it off, have the session "
                        "credited, or refund the order of the register; to move it, charge it to "
                        "the other room there.",
                        line=(line.name or "").split("\n")[0],
                    )
                )
        return result

    @api.depends("invoice_lines.price_subtotal")
    def _compute_qty_invoiced(self):
        return super()._compute_qty_invoiced()

    def _prepare_qty_invoiced(self):
        """Leave charging invoiced that an accountant has credited a part of: Odoo would offer the
        whole again, as after a credit note that takes back whole pieces."""
        quantities = super()._prepare_qty_invoiced()
        for line in self.filtered("iicharge_charge_line_id"):
            charged = line.iicharge_charge_line_id
            quantities[line] += sum(
                item.quantity
                for item in line._get_invoice_lines()
                if charged._is_goodwill(line, item)
            )
        return quantities

    def _prepare_invoice_line(self, **optional_values):
        """Say on the invoice when charging was supplied; the last of its invoices takes the cents
        that the others left."""
        values = super()._prepare_invoice_line(**optional_values)
        # sudo: who makes invoices need not have rights on sessions; two days are read
        charged = self.sudo().iicharge_charge_line_id
        if not charged:
            return values
        rest = charged._prepare_last_part_values(self, values["quantity"])
        return {**values, **rest, **charged._prepare_supply_values()}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charging(self):
        """Refuse to delete lines of charging, on cancelled bills too."""
        charged = self.filtered("iicharge_charge_line_id")
        if charged:
            raise UserError(
                self.env._(
                    "“%(line)s” is charging that is on this bill only. Have the session "
                    "disputed and credited, or leave the line.",
                    line=(charged[0].name or "").split("\n")[0],
                )
            )
