# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class Destination(models.AbstractModel):
    _inherit = "iicharge.destination"

    @api.model
    def _get_register_value(self):
        """Get the destination of what a register takes; what is paid there anyway keeps its own."""
        return self._get_value() if self._is_paid_at_register else "pos"
