# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class GuestPayerCard(models.AbstractModel):
    _inherit = "iicharge.guest.payer.card"

    @api.model
    def _can_keep_rest(self, connector):
        """Whether the hotel has a program whose cards pay here."""
        site = connector.site_id
        program = self.env["loyalty.program"]._iicharge_find(site.company_id, site._get_today())
        return bool(program) or super()._can_keep_rest(connector)
