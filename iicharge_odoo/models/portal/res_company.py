# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class PortalCompany(models.Model):
    _inherit = "res.company"

    iicharge_keep_books_years = fields.Integer(
        string="Keep Books For (years)",
        default=10,
        help="What the portal says to guests who ask for deletion: invoices are kept until so "
        "many years after the end of their year. Odoo deletes none by itself.",
    )

    _iicharge_keep_books_years_positive = models.Constraint(
        "check (iicharge_keep_books_years >= 0)", "Years to keep books: zero or more."
    )
