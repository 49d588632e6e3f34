# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class SmsSession(models.Model):
    _inherit = "iicharge.session"

    def _get_notice_address(self):
        """Get the number of who wants SMS, too, and gave none on the page: of the stay, or of the
        person who charges."""
        to = super()._get_notice_address()
        if to.get("url"):
            return to
        guest = self._get_sms_guest()
        phone, _problem = self.env["iicharge.guest.sms"]._read_phone(self.site_id, guest.phone)
        if not phone:
            return to
        return {"address": False, "lang": guest.lang, "url": "", **to, "phone": phone}

    def _get_sms_guest(self):
        stay, person = self.folio_id, self.partner_id
        guest = stay.partner_id
        if stay.iicharge_notify and (stay.iicharge_notify_sms or guest.iicharge_notify_sms):
            return guest
        wants = person.iicharge_notify and person.iicharge_notify_sms
        return person if wants else person.browse()
