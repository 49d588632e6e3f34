# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class SessionCharger(models.Model):
    _inherit = "iicharge.charger"

    def write(self, vals):
        result = super().write(vals)
        if "rated_power_w" in vals:
            connectors = self.connector_ids.filtered(lambda one: not one.rated_power_w)
            # sudo: as in iicharge.connector
            self.env["iicharge.session"].sudo()._judge_again(connectors)
        return result
