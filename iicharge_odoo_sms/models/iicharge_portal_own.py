# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from .iicharge_guest_sms import WAY


class SmsPortalOwn(models.AbstractModel):
    _inherit = "iicharge.portal.own"

    @api.model
    def _set_notices(self, person, wants, keys, ways=()):
        result = super()._set_notices(person, wants, keys, ways)
        person.iicharge_notify_sms = WAY in ways
        return result
