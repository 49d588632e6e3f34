# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class LoyaltyRule(models.Model):
    _inherit = "loyalty.rule"

    def _compute_valid_product_ids(self):
        """Charging counts at a register although it is not sold from its shelf."""
        result = super()._compute_valid_product_ids()
        # sudo: who sells need not know the sites; only what charging is sold as is looked at
        companies = self.env.companies.sudo()
        sold = self.env["iicharge.site.product"].sudo()
        own = sold.search([("company_id", "in", companies.ids)]).product_id
        charging = (companies.iicharge_product_id | own).sudo(False)
        for rule in self.filtered(lambda rule: not rule.any_product):
            domain = rule._get_valid_product_domain()
            rule.valid_product_ids |= charging.filtered_domain(domain)
        return result
