# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class SmsPortalPage(models.AbstractModel):
    _inherit = "iicharge.portal.page"

    @api.model
    def _prepare_notices(self, person):
        """Offer SMS where a site sends them."""
        notices = super()._prepare_notices(person)
        ways = self.env["iicharge.guest.sms"]._prepare_ways(person)
        return {**notices, "ways": [*notices["ways"], *ways]}
