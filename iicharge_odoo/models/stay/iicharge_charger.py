# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class Charger(models.Model):
    _inherit = "iicharge.charger"

    def _set_booted(self, at):
        """Reserve again what the charger may have lost."""
        result = super()._set_booted(at)
        self.connector_ids.reservation_ids.filtered(
            lambda reservation: reservation.state == "active" and reservation.expires_at > at
        )._restore()
        return result
