# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    iicharge_alert_minutes = fields.Integer(
        string="Charger Trouble After (minutes)",
        default=10,
        help="A technician is asked when a charger has had no contact, or was out of order, for so "
        "long.",
    )

    iicharge_watched_since = fields.Datetime(
        string="Trouble Watched Since",
        default=lambda self: fields.Datetime.now(),
        readonly=True,
        copy=False,
        help="Since when outages of chargers are kept: uptime is known from then on.",
    )

    _iicharge_alert_minutes_positive = models.Constraint(
        "check (iicharge_alert_minutes >= 0)",
        "Minutes of trouble before a technician is asked: zero or more.",
    )
