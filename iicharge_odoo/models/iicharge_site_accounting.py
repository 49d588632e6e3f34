# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""How a site's charging is sold and booked: products by component, analytics, operators."""

from odoo import api, fields, models

COMPONENTS = [
    ("ENERGY", "Energy"),
    ("TIME", "Charging time"),
    ("PARKING_TIME", "Idle time"),
    ("FLAT", "Start fee"),
    ("RESERVATION", "Reservation"),
]


class SiteProduct(models.Model):
    """What one kind of price is sold as at a site. The product brings the income account and,
    where the tariff names none of its own, the taxes."""

    _name = "iicharge.site.product"
    _description = "Product of a Site"
    _order = "site_id, component"
    _check_company_auto = True

    site_id = fields.Many2one("iicharge.site", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    component = fields.Selection(COMPONENTS, string="Price For", required=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('type', '=', 'service')]",
    )
    income_account_id = fields.Many2one(
        related="product_id.property_account_income_id", string="Income Account"
    )
    tax_ids = fields.Many2many(related="product_id.taxes_id", string="Taxes")

    _component_unique = models.Constraint(
        "unique (site_id, component)", "This site has a product for this kind of price already."
    )


class AccountedSite(models.Model):
    _inherit = "iicharge.site"

    product_ids = fields.One2many(
        "iicharge.site.product",
        "site_id",
        string="Products",
        help="What is not listed is sold as the company's charging product.",
    )
    analytic_account_id = fields.Many2one("account.analytic.account", check_company=True)
    operator_id = fields.Many2one(
        "res.partner",
        string="Operated By",
        check_company=True,
        tracking=True,
        help="Somebody else than the hotel sells the charging here. The hotel only collects it: "
        "without tax of its own, at an account that is settled with the operator every month. "
        "Empty: the hotel itself.",
    )

    def _get_product(self, component):
        """What a kind of price is sold as here.

        :param str component: ENERGY, TIME, PARKING_TIME, FLAT or RESERVATION
        """
        own = self.product_ids.filtered(lambda row: row.component == component).product_id
        return own or self.company_id._iicharge_get_product()


class AccountedCharger(models.Model):
    _inherit = "iicharge.charger"

    analytic_account_id = fields.Many2one("account.analytic.account", check_company=True)
    operator_id = fields.Many2one(
        "res.partner",
        string="Operated By",
        check_company=True,
        tracking=True,
        help="Empty: as the site.",
    )

    def _get_operator(self):
        return self.operator_id or self.site_id.operator_id

    def _get_analytic_distribution(self):
        """All of it on the charger's and on the site's account; where both are of one plan,
        the charger's counts."""
        self.ensure_one()
        by_plan = {
            account.root_plan_id: account
            for account in self.site_id.analytic_account_id | self.analytic_account_id
        }
        if not by_plan:
            return False
        return {",".join(str(account.id) for account in by_plan.values()): 100}


class AccountedTariff(models.Model):
    _inherit = "iicharge.tariff"

    @api.model
    def _get_component_product(self, company, dimension, reservation=None):
        """The product whose taxes count where a price names none: that of the site in the
        context, if any, else the company's."""
        site = self.env["iicharge.site"].browse(self.env.context.get("iicharge_site_id"))
        if not site:
            return company.iicharge_product_id
        return site._get_product("RESERVATION" if reservation else dimension)

    def _write_document_for(self, site):
        """The tariff as JSON text with the taxes of a site's products."""
        return self.with_context(iicharge_site_id=site.id)._write_document()
