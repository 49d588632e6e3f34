# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models
from odoo.fields import Command


class PrepaidProgram(models.Model):
    _inherit = "loyalty.program"

    def _iicharge_set_up_account(self):
        """What is sold on a card is owed until it is used: the products that sell a balance and
        that take it off an order have no tax and one account, which is a liability."""
        for program in self:
            company = program.company_id or self.env.company
            products = program.trigger_product_ids | program.reward_ids.discount_line_product_id
            products.taxes_id = [Command.clear()]
            if company.chart_template:
                owed = company._iicharge_get_account(
                    self.env._("Prepaid charging owed"), "liability_current"
                )
                products.with_company(company).property_account_income_id = owed
