# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class WaitingVisit(models.Model):
    _inherit = "iicharge.guest.visit"

    @api.model
    def _is_kept_for(self, reservation, who):
        """A connector that was offered is kept for who has the key of the place, too."""
        if super()._is_kept_for(reservation, who):
            return True
        places = self.env["iicharge.waiting"]
        return reservation.is_offer and places._is_offered_to_caller(reservation)
