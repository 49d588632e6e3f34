# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pos_iicharge_program_id = fields.Many2one(
        related="pos_config_id.iicharge_program_id", readonly=False
    )
