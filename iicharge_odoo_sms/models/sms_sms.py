# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class SmsQueue(models.Model):
    _inherit = "sms.sms"

    def _send(self, **options):
        """Send those of each company apart: each may have a provider of its own, and the queue
        gives those of all companies at once."""
        if self.env.context.get("sms_api"):
            return super()._send(**options)
        for sms in self.grouped(lambda one: one._get_sms_company()).values():
            super(SmsQueue, sms)._send(**options)
        return None
