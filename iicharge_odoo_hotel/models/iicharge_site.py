# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class Site(models.Model):
    _inherit = "iicharge.site"

    property_system = fields.Selection(
        selection_add=[("iicharge.property.hotel", "OCA Hotel")],
        ondelete={"iicharge.property.hotel": "set default"},
    )
