# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class SmsNotice(models.Model):
    _inherit = "iicharge.guest.notice"

    @api.model
    def _send(self, notice, record, to):
        """Make an SMS, too, where there is a number.

        :param to: as before, with "phone" (E.164), "network_key" and, where a notice may come more
            than once, "turn"
        """
        is_mailed = super()._send(notice, record, to)
        if not to.get("phone"):
            return is_mailed
        return self.env["iicharge.guest.sms"]._send(notice, record, to) and is_mailed
