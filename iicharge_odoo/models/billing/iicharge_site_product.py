# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""How a site's charging is sold and booked: products by component, analytics, operators."""

from odoo import fields, models

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
    _inherit = "iicharge.company.wall"
    _order = "site_id, component"

    site_id = fields.Many2one("iicharge.site", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="site_id.company_id", store=True, index="btree_not_null")
    component = fields.Selection(COMPONENTS, string="Price For", required=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('type', '=', 'service')]",
        index=True,
    )
    income_account_id = fields.Many2one(
        related="product_id.property_account_income_id", string="Income Account"
    )
    tax_ids = fields.Many2many(related="product_id.taxes_id", string="Taxes")

    _component_unique = models.Constraint(
        "unique (site_id, component)", "This site has a product for this kind of price already."
    )
