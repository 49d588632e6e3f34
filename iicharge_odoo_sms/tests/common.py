# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.addons.iicharge_odoo.tests.guest.common import GuestCase
from odoo.addons.sms.tests.common import MockSMS

PHONE = "+31612345678"


class GuestSmsCase(GuestCase, MockSMS):
    """A Dutch site that sends SMS, and a guest whose start was sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dutch = cls.env.ref("base.nl")
        address = cls.env["res.partner"].create({"name": "Garage", "country_id": dutch.id})
        cls.site.write(
            {"quiet_from": 0, "quiet_until": 0, "guest_sms": True, "partner_id": address.id}
        )
        cls.sms_before = cls.env["sms.sms"].search([])

    def send_queue(self, **options):
        """Let Odoo's queue send, to a provider that is not there."""
        # in a test nothing is committed
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *_args, **_more: 0)
        with self.mockSMSGateway(**options):
            self.env["sms.sms"]._process_queue()

    def get_sms(self):
        return self.env["sms.sms"].search([], order="id") - self.sms_before

    def start_visit(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        return visit

    def ask(self, visit, phone="06 1234 5678", address=""):
        form = "//form[contains(@action, '/notify')]"
        values, action = self.get_fields(self.see(f"/charge/my/{visit.key}"), form)
        return self.get_text(self.see(action, data=values | {"phone": phone, "address": address}))

    def write_due(self):
        """:return: the notices that were written"""
        notices = self.env["iicharge.guest.notice"]
        for number in notices._find_due():
            notices._write_due([number])
        found = notices.search([("company_id", "=", self.company.id)], order="id")
        return found.mapped("notice")
