# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ..server_values import check_new_values, check_server_values


class RegisterMoveLine(models.Model):
    _inherit = "account.move.line"

    iicharge_pos_line_id = fields.Many2one(
        "pos.order.line",
        string="Paid at the Register By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The order line of a register that paid for this charging, or gave it back.",
        check_company=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        check_new_values(lines, "iicharge_pos_line_id")
        return lines

    def write(self, vals):
        check_server_values(self, vals, "iicharge_pos_line_id")
        return super().write(vals)

    def _copy_data_extend_business_fields(self, values):
        """Name the line of a register's invoice that a credit note by hand is copied from."""
        result = super()._copy_data_extend_business_fields(values)
        if self.iicharge_pos_line_id:
            values["iicharge_reversed_line_id"] = self.id
        return result

    def _eligible_for_stock_account(self):
        """Leave out what a register handed out: it has booked the cost."""
        if self.sale_line_ids.iicharge_pos_line_id:
            return False
        return super()._eligible_for_stock_account()
