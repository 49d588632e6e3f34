# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class ChargerSecret(models.TransientModel):
    """Show a charger's new password once. It is not stored, only passed in the dialog's
    context."""

    _name = "iicharge.charger.secret"
    _description = "New Charger Password"
    _inherit = "iicharge.company.wall"

    charger_id = fields.Many2one("iicharge.charger", required=True, readonly=True)
    identity = fields.Char(related="charger_id.identity")
    secret = fields.Char(compute="_compute_secret", string="Password")

    @api.depends_context("iicharge_secret")
    def _compute_secret(self):
        self.secret = self.env.context.get("iicharge_secret")
