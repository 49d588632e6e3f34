# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class GuestPayer(models.AbstractModel):
    _inherit = "iicharge.guest.payer"

    @api.model
    def _get_names(self):
        return [*super()._get_names(), "prepaid"]
