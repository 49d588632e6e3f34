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

    @api.depends("destination")
    def _compute_billing_shown(self):
        """What waits for a monthly invoice is not to be paid by a guest."""
        result = super()._compute_billing_shown()
        for session in self.filtered_domain(self._get_monthly_domain()):
            session.billing_shown = "monthly"
        return result

    @api.model
    def _search_billing_shown(self, operator, value):
        if operator != "in":
            return NotImplemented
        monthly = self._get_monthly_domain()
        others = [billing for billing in value if billing != "monthly"]
        found = fields.Domain(super()._search_billing_shown(operator, others)) & ~monthly
        return found | monthly if "monthly" in value else found

    @api.model
    def _get_monthly_domain(self):
        names = self.env["iicharge.destination"]._get_names("_posts_monthly")
        return fields.Domain("billing", "=", "rated") & fields.Domain("destination", "in", names)
