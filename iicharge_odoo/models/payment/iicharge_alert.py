# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class Alert(models.Model):
    _inherit = "iicharge.alert"

    kind = fields.Selection(
        selection_add=[("card_hold", "Card Payments That Wait")],
        ondelete={"card_hold": "cascade"},
    )
