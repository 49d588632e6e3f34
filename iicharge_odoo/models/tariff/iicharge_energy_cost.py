# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class EnergyCost(models.Model):
    """Cost of a kilowatt-hour at a site from a day on; earlier days keep their cost."""

    _name = "iicharge.energy.cost"
    _description = "Energy Cost"
    _inherit = "iicharge.company.wall"
    _order = "site_id, valid_from desc"

    site_id = fields.Many2one("iicharge.site", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    cost_kwh = fields.Float(string="Cost per kWh", required=True, digits=(16, 6))

    _day_unique = models.Constraint(
        "unique (site_id, valid_from)", "This site has a cost from that day on already."
    )
    _cost_not_negative = models.Constraint(
        "check (cost_kwh BETWEEN 0 AND 1e9)", "The cost of a kilowatt-hour cannot be below zero."
    )
