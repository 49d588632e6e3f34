# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Which sessions a company pays for: those without a stay whose token is its own."""

from odoo import api, fields, models


class ContractToken(models.Model):
    _inherit = "iicharge.token"

    group = fields.Selection(
        selection_add=[("company", "Company Account")], ondelete={"company": "set default"}
    )
    contract_id = fields.Many2one(
        "iicharge.contract",
        string="Company Account",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Charging with this card goes on this company's monthly invoice, unless a stay pays.",
    )

    @api.onchange("contract_id")
    def _onchange_contract_id(self):
        if self.contract_id:
            self.group = "company"
            self.partner_id = self.partner_id or self.contract_id.partner_id

    @api.model
    def _get_payer_fields(self):
        return super()._get_payer_fields() | {"contract_id"}
