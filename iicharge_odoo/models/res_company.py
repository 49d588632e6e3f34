# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.cdr import Party
from ..core.errors import InvalidInput

# Who has no country yet may still write tariffs; a CDR says that one is missing.
NO_COUNTRY = "XX"


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        result = super()._post_load_data(template_code, company, template_data)
        (company or self.env.company)._iicharge_set_up()
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    iicharge_product_id = fields.Many2one(
        "product.product",
        string="EV Charging Product",
        help="Its income account and taxes are used for charging on folios and invoices.",
    )
    iicharge_pass_through_product_id = fields.Many2one(
        "product.product",
        string="Charging of Other Operators",
        help="What the hotel collects for another operator: without tax of the hotel's, at an "
        "account that is owed to the operator.",
    )
    iicharge_forget_guests_days = fields.Integer(
        string="Forget Guests After (days)",
        help="So long after its stop a settled session keeps who charged. 0: for ever.",
    )

    _iicharge_forget_guests_positive = models.Constraint(
        "check (iicharge_forget_guests_days >= 0)",
        "Guests are forgotten after a number of days; 0 is never.",
    )

    def _iicharge_get_pass_through_product(self):
        """The product for charging that another operator sells."""
        self.ensure_one()
        if not self.iicharge_pass_through_product_id:
            self._iicharge_set_up()
        return self.iicharge_pass_through_product_id

    iicharge_ocpi_country_code = fields.Char(
        string="OCPI Country Code",
        size=2,
        help="Two letters, as NL. Empty: the country of the company.",
    )
    iicharge_ocpi_party_id = fields.Char(
        string="OCPI Party ID",
        size=3,
        default="IIC",
        help="Three letters or digits, given out by your country's ID registration office.",
    )

    @api.constrains("iicharge_ocpi_country_code", "iicharge_ocpi_party_id")
    def _check_iicharge_party(self):
        for company in self:
            party = company._iicharge_get_party()
            if party.country_code == NO_COUNTRY and not company.iicharge_ocpi_country_code:
                party = Party("NL", party.party_id)
            try:
                party.to_ocpi()
            except InvalidInput as error:
                raise ValidationError(str(error)) from error

    def _iicharge_get_party(self):
        """Who this company is for other systems (OCPI)."""
        self.ensure_one()
        country_code = self.iicharge_ocpi_country_code or self.country_id.code or NO_COUNTRY
        return Party(country_code.upper(), (self.iicharge_ocpi_party_id or "IIC").upper())

    def _iicharge_get_product(self):
        """The product that charging is sold as; also for a company that was made later."""
        self.ensure_one()
        if not self.iicharge_product_id:
            self._iicharge_set_up()
        return self.iicharge_product_id

    def _iicharge_set_up(self):
        """Give the companies their charging product, its taxes and an income account of its own.

        What is set already stays. A company without a chart of accounts gets the product
        only, and the rest when a chart is loaded.
        """
        product = self.env.ref("iicharge_odoo.product_ev_charging", raise_if_not_found=False)
        passed = self.env.ref("iicharge_odoo.product_ev_pass_through", raise_if_not_found=False)
        for company in self:
            company.iicharge_product_id = company.iicharge_product_id or product
            company.iicharge_pass_through_product_id = (
                company.iicharge_pass_through_product_id or passed
            )
            own = company.iicharge_product_id.with_company(company)
            if not own or not company.chart_template:
                continue
            if not own.property_account_income_id:
                own.property_account_income_id = company._iicharge_get_account(
                    self.env._("EV charging income"), "income"
                )
            owed = company.iicharge_pass_through_product_id.with_company(company)
            if owed and not owed.property_account_income_id:
                owed.property_account_income_id = company._iicharge_get_account(
                    self.env._("EV charging owed to operators"), "liability_current"
                )
            if company not in own.taxes_id.company_id:
                own.taxes_id |= company.account_sale_tax_id

    def _iicharge_get_account(self, name, account_type):
        """An account of that name, made beside others of its type where there is none yet."""
        self.ensure_one()
        Account = self.env["account.account"].with_company(self)
        account = Account.search([("company_ids", "in", self.ids), ("name", "=", name)], limit=1)
        if account:
            return account
        sibling = Account.search(
            [("company_ids", "in", self.ids), ("account_type", "=", account_type)], limit=1
        )
        return Account.create(
            {
                "name": name,
                "code": Account._search_new_account_code(sibling.code or "400000"),
                "account_type": account_type,
                "company_ids": [(6, 0, self.ids)],
            }
        )
