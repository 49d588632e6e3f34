# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models
from odoo.exceptions import UserError

from ..core import errors


class StartCharging(models.TransientModel):
    """Start charging for a hotel guest."""

    _name = "iicharge.start"
    _description = "Start Charging for a Room"
    _inherit = ["iicharge.stay.dialog"]

    def action_start(self):
        return self._start()

    def action_start_override(self):
        """Override the refusal; the stay's history names the user."""
        return self._start(override=True)

    def _start(self, override=False):
        folio = self._get_chosen_stay()
        try:
            command = self.connector_id._start_for_stay(
                folio, self.guest_id, self._get_estimate(), override
            )
        except errors.Refusal as refusal:
            raise UserError(self.env["iicharge.refusal"]._get_staff_text(refusal.code)) from refusal
        return command._get_form_action()
