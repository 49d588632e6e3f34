# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class GuideStep(models.Model):
    """A step of guides. Guides share steps, and show theirs in this order."""

    _name = "iicharge.guide.step"
    _description = "Step of a Guide"
    _order = "sequence, id"
    _rec_name = "text"

    sequence = fields.Integer(default=10)
    text = fields.Char(required=True, translate=True)
    action = fields.Selection(
        [
            ("start", "Start charging"),
            ("reset", "Restart the charger"),
            ("unlock", "Unlock the plug"),
            ("technician", "Call a technician"),
        ],
        help="What the button of the step does.",
    )
