# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    iicharge_keep_readings_days = fields.Integer(
        string="Delete Meter Readings After (days)",
        help="Days before the readings of a closed session are deleted; 0: never.",
    )

    _iicharge_keep_readings_days_positive = models.Constraint(
        "check (iicharge_keep_readings_days >= 0)",
        "Days before meter readings are deleted: zero or more; 0 is never.",
    )
