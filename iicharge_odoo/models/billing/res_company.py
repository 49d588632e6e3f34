# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...core.conversion import get_day_end, get_local_day
from ...core.errors import InvalidInput
from ...core.ocpi.cdr import Party

# Who has no country yet may still write tariffs; a CDR says that one is missing.
NO_COUNTRY = "XX"

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["iicharge.company.accrual", "res.company"]

    iicharge_product_id = fields.Many2one(
        "product.product",
        string="EV Charging Product",
        help="Its income account and taxes are used for charging on room bills and invoices.",
    )
    iicharge_pass_through_product_id = fields.Many2one(
        "product.product",
        string="Charging of Other Operators",
        help="What the hotel collects for another operator: without tax of the hotel's, at an "
        "account that is owed to the operator.",
    )
    iicharge_anonymize_days = fields.Integer(
        string="Anonymize Guests After (days)",
        help="Days before guest data is removed; 0: never.",
    )
    iicharge_ocpi_country_code = fields.Char(
        string="OCPI Country Code",
        size=2,
        help="Two letters, such as NL. Empty: the country of the company.",
    )
    iicharge_ocpi_party_id = fields.Char(
        string="OCPI Party ID",
        size=3,
        default="IIC",
        help="Three letters or digits, given out by your country's ID registration office.",
    )
    iicharge_month_done = fields.Date(
        string="Charging Closed Until",
        readonly=True,
        help="The last month's end at which company accounts were invoiced, operators' statements "
        "made and revenue accrued.",
    )
    iicharge_accrue_monthly = fields.Boolean(
        string="Accrue Charging Every Month",
        help="On the first of a month, for the month before.",
    )
    iicharge_accrual_account_id = fields.Many2one(
        "account.account",
        string="Accrued Charging Income",
        domain="[('account_type', '=', 'asset_current')]",
        check_company=True,
    )

    _iicharge_anonymize_days_positive = models.Constraint(
        "check (iicharge_anonymize_days >= 0)",
        "Days before guest data is removed: zero or more; 0 is never.",
    )

    def _iicharge_get_pass_through_product(self):
        """Get the product for charging that another operator sells."""
        self.ensure_one()
        if not self.iicharge_pass_through_product_id:
            self._iicharge_set_up()
        return self.iicharge_pass_through_product_id

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
        """Get who this company is for other systems (OCPI)."""
        self.ensure_one()
        country_code = self.iicharge_ocpi_country_code or self.country_id.code or NO_COUNTRY
        return Party(country_code.upper(), (self.iicharge_ocpi_party_id or "IIC").upper())

    def _iicharge_get_product(self):
        """Get the product that charging is sold as; also for a company that was made later."""
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
        """Get the account of that name; create it next to the one that the chart of accounts
        itself has for such amounts, where there is none."""
        self.ensure_one()
        Account = self.env["account.account"].with_company(self)
        account = Account.search([("company_ids", "in", self.ids), ("name", "=", name)], limit=1)
        if account:
            return account
        sibling = self._iicharge_get_sibling(account_type) or Account.search(
            [("company_ids", "in", self.ids), ("account_type", "=", account_type)], limit=1
        )
        code = sibling.with_company(self).code
        return Account.create(
            {
                "name": name,
                "code": Account._search_new_account_code(code or "400000"),
                "account_type": account_type,
                "company_ids": [(6, 0, self.ids)],
            }
        )

    def _iicharge_get_sibling(self, account_type):
        """Get the company's default account for such amounts: the first of a type may stand for
        something else altogether, as 2319 of SKR03 does."""
        # sudo: of the company's own card only the default accounts are read
        partner = self.sudo().partner_id.with_company(self)
        return {
            "income": self.income_account_id,
            "liability_current": partner.property_account_payable_id,
            "asset_current": partner.property_account_receivable_id,
        }.get(account_type, self.env["account.account"])

    # --- month's end --------------------------------------------------------------------
    def _iicharge_get_sites(self):
        self.ensure_one()
        sites = self.env["iicharge.site"].with_context(active_test=False)
        return sites.search([("company_id", "=", self.id)])

    def _iicharge_get_month_end(self, now):
        """Get the last day of the latest month that is over on the clocks of all sites."""
        zones = self._iicharge_get_sites().mapped("time_zone") or ["UTC"]
        today = min(get_local_day(now, zone) for zone in zones)
        return today.replace(day=1) - timedelta(days=1)

    def _iicharge_get_until_domain(self, field, until):
        """Domain of records with a `site_id`, whose stored time in `field` was not after a day
        at their site."""
        return fields.Domain.OR(
            fields.Domain("site_id", "=", site.id)
            & fields.Domain(field, "<", get_day_end(until, site.time_zone))
            for site in self._iicharge_get_sites()
        )

    @api.model
    def _cron_close_months(self):
        """Every day, so that a server that was down on the first of the month catches up; what
        has been done for a month is not done again."""
        sites = self.env["iicharge.site"].with_context(active_test=False)
        for (company,) in sites._read_group([], ["company_id"]):
            month_end = company._iicharge_get_month_end(fields.Datetime.now())
            for step in company._iicharge_get_month_steps(month_end):
                company._iicharge_try_month_step(step, month_end)
                self.env["ir.cron"]._commit_progress(1)

    def _iicharge_try_month_step(self, step, month_end):
        """Do a step; what fails stops no other, and is in the log every day until it is cured."""
        try:
            with self.env.cr.savepoint():
                step(month_end)
        except UserError as error:
            _logger.warning("%s, month's end %s: %s", self.name, month_end, error)
        except Exception:
            self.env.invalidate_all(flush=False)
            _logger.exception("%s, month's end %s failed; retrying", self.name, month_end)

    def _iicharge_get_month_steps(self, month_end):
        """Get what is still to be done at a month's end, in order: methods that take the day.

        Contracts go first: what is on their invoices, dated later, is accrued. Each step may
        be done again, and the last one keeps that all are done.
        """
        self.ensure_one()
        company = self.with_company(self)
        contracts = company.env["iicharge.contract"]._get_due(company, month_end)
        steps = [contract._invoice for contract in contracts]
        if not self.iicharge_month_done or self.iicharge_month_done < month_end:
            steps += [company._iicharge_create_settlements, company._iicharge_finish_month]
        return steps

    def _iicharge_create_settlements(self, month_end):
        return self.env["iicharge.settlement"]._prepare_month(self, month_end)

    def _iicharge_finish_month(self, month_end):
        self.ensure_one()
        if self.iicharge_accrue_monthly:
            self._iicharge_accrue(month_end)
        self.iicharge_month_done = month_end
