# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class SmsPortalErase(models.AbstractModel):
    _inherit = "iicharge.portal.erase"

    @api.model
    def _erase(self, person):
        person.iicharge_notify_sms = False
        return super()._erase(person)
