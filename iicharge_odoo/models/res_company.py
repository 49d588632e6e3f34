# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    iicharge_product_id = fields.Many2one(
        "product.product",
        string="EV Charging Product",
        help="Its income account and taxes are used for charging on folios and invoices.",
    )

    def _iicharge_set_up(self):
        """Give the company its charging product, booked to an income account of its own.

        Does nothing where a product is set. A company without a chart of accounts gets the
        product; the account follows Odoo's usual fallbacks until one is chosen.
        """
        template = self.env.ref("iicharge_odoo.product_ev_charging")
        for company in self.filtered(lambda company: not company.iicharge_product_id):
            company.iicharge_product_id = template
            product = template.with_company(company)
            if company.chart_template and not product.property_account_income_id:
                product.property_account_income_id = company._iicharge_get_income_account()
            if company not in product.taxes_id.company_id:
                product.taxes_id |= company.account_sale_tax_id

    def _iicharge_get_income_account(self):
        self.ensure_one()
        Account = self.env["account.account"].with_company(self)
        name = self.env._("EV charging income")
        account = Account.search([("company_ids", "in", self.ids), ("name", "=", name)], limit=1)
        if account:
            return account
        sibling = Account.search(
            [("company_ids", "in", self.ids), ("account_type", "=", "income")], limit=1
        )
        return Account.create(
            {
                "name": name,
                "code": Account._search_new_account_code(sibling.code or "400000"),
                "account_type": "income",
                "company_ids": [(6, 0, self.ids)],
            }
        )
