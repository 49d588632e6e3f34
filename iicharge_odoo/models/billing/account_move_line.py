# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    iicharge_charge_line_ids = fields.One2many(
        "iicharge.charge.line", "invoice_line_id", string="Charging"
    )

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
