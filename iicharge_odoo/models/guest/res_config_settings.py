# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class GuestSettings(models.TransientModel):
    _inherit = "res.config.settings"

    iicharge_guest_languages = fields.Char(
        string="Guest's Languages", compute="_compute_iicharge_guest_languages"
    )
    iicharge_missing_languages = fields.Char(compute="_compute_iicharge_guest_languages")

    @api.depends("company_id")
    def _compute_iicharge_guest_languages(self):
        languages = self.env["iicharge.guest.language"]
        self.iicharge_guest_languages = languages._describe(languages._get_offered())
        self.iicharge_missing_languages = languages._describe(languages._get_missing())

    def action_iicharge_add_languages(self):
        """Activate the languages of guests that are missing."""
        return self.env["iicharge.guest.language"]._add_missing()
