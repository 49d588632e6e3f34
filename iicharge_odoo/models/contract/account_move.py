# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..server_values import check_new_values, check_server_values


class ContractInvoice(models.Model):
    _inherit = "account.move"

    iicharge_contract_id = fields.Many2one(
        "iicharge.contract",
        string="Company Account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        check_new_values(moves, "iicharge_contract_id")
        return moves

    def write(self, vals):
        check_server_values(self, vals, "iicharge_contract_id")
        return super().write(vals)

    def button_draft(self):
        """Charges of a cancelled monthly invoice wait for the next one; to open it again
        would bill it twice."""
        cancelled = self.filtered(lambda move: move.iicharge_contract_id and move.state == "cancel")
        if cancelled:
            raise UserError(
                self.env._(
                    "The charging on %(invoice)s waits for the next invoice of the company "
                    "account. Make that one instead.",
                    invoice=", ".join(cancelled.mapped("display_name")),
                )
            )
        return super().button_draft()
