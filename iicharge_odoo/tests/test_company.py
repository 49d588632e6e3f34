# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCompany(TransactionCase):
    def test_company_made_later_gets_its_own_account_with_its_chart(self):
        first = self.env.company
        later = self.env["res.company"].create({"name": "Second hotel"})
        self.assertTrue(later._iicharge_get_product(), "even before it keeps books")
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=later, install_demo=False
        )
        account, taxes = self.account_and_taxes(later)
        self.assertEqual(account.company_ids, later)
        self.assertEqual(taxes, later.account_sale_tax_id)
        first._iicharge_set_up()
        self.assertNotEqual(self.account_and_taxes(first)[0], account)

    def test_set_up_again_keeps_what_the_accountant_chose(self):
        company = self.env.company
        company._iicharge_set_up()
        other = self.env["account.account"].search(
            [
                ("company_ids", "in", company.ids),
                ("account_type", "=", "income"),
                ("id", "!=", self.account_and_taxes(company)[0].id),
            ],
            limit=1,
        )
        company.iicharge_product_id.with_company(company).property_account_income_id = other
        company._iicharge_set_up()
        self.assertEqual(self.account_and_taxes(company)[0], other)

    def account_and_taxes(self, company):
        product = company.iicharge_product_id.with_company(company)
        taxes = product.taxes_id.filtered(lambda tax: tax.company_id == company)
        return product.property_account_income_id, taxes
