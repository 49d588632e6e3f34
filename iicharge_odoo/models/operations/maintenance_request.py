# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class MaintenanceRequest(models.Model):
    _inherit = "maintenance.request"

    def action_iicharge_take(self):
        """Take the request: others see who comes."""
        self.ensure_one()
        self.user_id = self.env.user
        # sudo: alerts are not written by hand; who takes the request has its activity
        alerts = self.env["iicharge.alert"].sudo()
        alerts._find_open(self)._take(self.env.user)
        return True

    def action_iicharge_done(self):
        """Set the request done."""
        self.ensure_one()
        self.stage_id = self.env["maintenance.stage"].search([("done", "=", True)], limit=1)
        # sudo: as in action_iicharge_take
        self.env["iicharge.alert"].sudo()._reconcile_name("technician_called", self.company_id)
        return True
