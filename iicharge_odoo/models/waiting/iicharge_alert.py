# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class Alert(models.Model):
    _inherit = "iicharge.alert"

    kind = fields.Selection(
        selection_add=[("guest_to_call", "Charger Free for a Guest")],
        ondelete={"guest_to_call": "cascade"},
    )
