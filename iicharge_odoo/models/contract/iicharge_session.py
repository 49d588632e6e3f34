# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class ContractSession(models.Model):
    _inherit = "iicharge.session"

    contract_id = fields.Many2one(
        "iicharge.contract",
        string="Company Account",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose monthly invoice takes it.",
    )
