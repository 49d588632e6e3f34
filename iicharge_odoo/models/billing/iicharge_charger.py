# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class AccountedCharger(models.Model):
    _inherit = "iicharge.charger"

    analytic_account_id = fields.Many2one(
        "account.analytic.account", check_company=True, index="btree_not_null"
    )
    operator_id = fields.Many2one(
        "res.partner",
        string="Operated By",
        check_company=True,
        tracking=True,
        help="Empty: as the site.",
        index="btree_not_null",
    )

    def _get_operator(self):
        return self.operator_id or self.site_id.operator_id

    def _get_analytic_distribution(self):
        """Get all of it on the charger's and on the site's account; where both are of one plan,
        the charger's counts."""
        self.ensure_one()
        by_plan = {
            account.root_plan_id: account
            for account in self.site_id.analytic_account_id | self.analytic_account_id
        }
        if not by_plan:
            return False
        return {",".join(str(account.id) for account in by_plan.values()): 100}
