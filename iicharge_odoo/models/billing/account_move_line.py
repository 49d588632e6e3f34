# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import math

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..server_values import check_server_values

# What makes an invoice line this charging; of an order's line a part may be invoiced.
FIXED = ("move_id", "product_id", "sale_line_ids", "iicharge_charge_line_ids")
# What charging says of a line.
SET_BY_SERVER = ("iicharge_supply_start", "iicharge_supply_end", "iicharge_reversed_line_id")


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    iicharge_charge_line_ids = fields.One2many(
        "iicharge.charge.line", "invoice_line_id", string="Charging Line"
    )
    iicharge_supply_start = fields.Date(
        string="Supplied From", readonly=True, help="The first day of the charging, at its site."
    )
    iicharge_supply_end = fields.Date(
        string="Supplied Until", readonly=True, help="The last day of the charging, at its site."
    )
    iicharge_reversed_line_id = fields.Many2one(
        "account.move.line",
        string="Reverses",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The line of charging on an invoice that this one of a credit note was copied from.",
        check_company=True,
    )
    iicharge_reversal_line_ids = fields.One2many(
        "account.move.line", "iicharge_reversed_line_id", string="Reversed By"
    )

    def write(self, vals):
        """Keep lines of charging on their invoice, and whole."""
        check_server_values(self, vals, *SET_BY_SERVER)
        fixed = [name for name in (*FIXED, "quantity") if name in vals]
        if not fixed or self.env.su:
            return super().write(vals)
        # sudo: who keeps invoices need not have rights on charges; this only compares
        before = [(line, line._iicharge_get_fixed(fixed)) for line in self.sudo()]
        result = super().write(vals)
        for line, values in before:
            if values and line._iicharge_get_fixed(fixed) != values:
                raise UserError(
                    self.env._(
                        "“%(line)s” is charging and stays as it is on this invoice. Have the "
                        "session credited, or cancel the whole invoice.",
                        line=(line.name or "").split("\n")[0],
                    )
                )
        return result

    def _iicharge_get_fixed(self, names):
        """:return: the values that may not be changed; empty where it is not for charging"""
        is_direct = bool(self.iicharge_charge_line_ids)
        if not is_direct and not self.sale_line_ids.iicharge_charge_line_id:
            return []
        return [(name, self[name]) for name in names if is_direct or name != "quantity"]

    def _get_computed_taxes(self):
        """Map the taxes of the tariff, not of the product; a credit keeps those of its charge."""
        # sudo: as in write; only taxes are read
        line = self.sudo()
        charged = line.iicharge_charge_line_ids or line.sale_line_ids.iicharge_charge_line_id
        if not charged or charged[0].charge_id.operator_id:
            return self.tax_ids if charged else super()._get_computed_taxes()
        if any(each.charge_id.kind == "credit" for each in charged):
            return self.tax_ids
        return charged[0]._get_taxes_under(self.move_id.fiscal_position_id).sudo(False)

    def _iicharge_follow_position(self):
        for line in self:
            charged = line.iicharge_charge_line_ids
            if charged and all(each.charge_id.kind == "charge" for each in charged):
                charged._set_taxes_under(line.move_id.fiscal_position_id)
                line.write(line._iicharge_prepare_price(charged))
                if len(charged) == 1:
                    charged._set_invoiced_amounts()

    def _iicharge_prepare_price(self, charged):
        """Prepare quantity, price and taxes of the line as it is charged now, in the unit that it
        has."""
        price = self.currency_id.round(sum(charged.mapped("price_unit")))
        is_by_energy = self.product_uom_id == charged._get_energy_unit()
        energy_kwh = abs(self.quantity) if is_by_energy else 0.0
        taxes = charged[0].tax_ids
        sold = charged._prepare_quantity(self.product_id, taxes, energy_kwh, price)
        sign = -1 if self.move_id.move_type == "out_refund" else 1
        return {
            "quantity": math.copysign(sold["quantity"], self.quantity),
            "product_uom_id": sold["product_uom_id"],
            "price_unit": sign * sold["price_unit"],
            "tax_ids": [Command.set(taxes.ids)],
        }

    def _copy_data_extend_business_fields(self, values):
        """Name the line that a credit note by hand is copied from."""
        result = super()._copy_data_extend_business_fields(values)
        # sudo: as below
        if self.sudo().iicharge_charge_line_ids:
            values["iicharge_reversed_line_id"] = self.id
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charging(self):
        # sudo: who keeps invoices need not have rights on charges; this only checks whether there
        # are any
        charged = self.filtered(lambda line: line.sudo().iicharge_charge_line_ids)
        if charged:
            raise UserError(
                self.env._(
                    "“%(line)s” is charging that is on this invoice only. Cancel or delete the "
                    "whole invoice: its charges are then listed under Late Charges again.",
                    line=(charged[0].name or "").split("\n")[0],
                )
            )
