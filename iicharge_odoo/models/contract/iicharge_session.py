# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


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

    @api.model
    def _get_shown_billings(self):
        return [*super()._get_shown_billings(), ("monthly", self.env._("Company Pays"))]

    @api.model
    def _get_shown_rules(self):
        """What waits for a monthly invoice is not to be paid by a guest."""
        return [*super()._get_shown_rules(), (self._get_monthly_domain(), "monthly")]

    @api.model
    def _get_shown_dependencies(self):
        return [*super()._get_shown_dependencies(), "destination"]

    @api.model
    def _get_monthly_domain(self):
        names = self.env["iicharge.destination"]._get_names("_posts_monthly")
        return fields.Domain("billing", "=", "rated") & fields.Domain("destination", "in", names)
