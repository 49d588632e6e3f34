# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class Alert(models.Model):
    _inherit = "iicharge.alert"

    kind = fields.Selection(
        selection_add=[
            ("guest_tries", "Wrong Rooms or PINs"),
            ("low_rating", "Unhappy Guest"),
            ("bay_blocked", "Bay Blocked"),
        ],
        ondelete={
            "guest_tries": "cascade",
            "low_rating": "cascade",
            "bay_blocked": "cascade",
        },
    )
