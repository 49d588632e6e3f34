# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class SmsSession(models.Model):
    _inherit = "iicharge.session"

    def _get_notice_address(self):
        """Get the number of a stay, too, that wants SMS and gave none on the page."""
        to = super()._get_notice_address()
        stay = self.folio_id
        if to.get("url") or not (stay.iicharge_notify and stay.iicharge_notify_sms):
            return to
        guest = stay.partner_id
        sms = self.env["iicharge.guest.sms"]
        phone, _problem = sms._read_phone(self.site_id, guest.phone)
        if not phone:
            return to
        return {"address": False, "lang": guest.lang, "url": "", **to, "phone": phone}
