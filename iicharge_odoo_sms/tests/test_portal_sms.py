# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

from odoo.addons.iicharge_odoo.tests.portal.common import PortalCase

from .common import PHONE


@tagged("post_install", "-at_install")
class TestPortalSms(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"quiet_from": 0, "quiet_until": 0, "guest_sms": True})
        cls.guest.write({"phone": PHONE, "email": "anna@example.com"})
        cls.notices = cls.env["iicharge.guest.notice"]

    def switch(self, **typed):
        """Send the form of the messages as Anna sees it, with what is ticked."""
        page = self.look(self.anna)
        [form] = page.xpath("//form[@action='/my/charging/messages']")
        values = {"csrf_token": dict(form.form_values())["csrf_token"], **typed}
        return self.get_text(self.see(form.get("action"), data=values))

    def find_sms(self):
        return self.env["sms.sms"].search([("number", "=", PHONE)])

    def write_due(self):
        self.notices._write_due(self.session_of_anna.ids)
        return self.find_sms()

    def test_all_own_charging_is_written_about_by_sms_where_it_is_wanted(self):
        self.assertIn("By SMS, too, to +31…78", self.get_text(self.look(self.anna)))
        self.switch(own="1")
        self.assertNotIn("phone", self.session_of_anna._get_notice_address())
        self.switch(own="1", way="sms")
        page = self.look(self.anna)
        self.assertTrue(page.xpath("//input[@name='way' and @checked]"))
        self.assertIn(self.session_of_anna.id, self.notices._find_due())
        self.assertIn("4.95", self.write_due().body)
        self.assertEqual(len(self.write_due()), 1, "once")

    def test_sms_alone_is_enough_for_who_has_no_address(self):
        self.switch(own="1", way="sms")
        self.guest.email = False
        self.assertEqual(len(self.write_due()), 1)

    def test_switch_holds_for_a_stay_and_its_end_ends_it(self):
        page = self.look(self.anna)
        [stay] = page.xpath("//input[@name='stay']/@value")
        self.switch(stay=stay, way="sms")
        self.assertEqual(self.session_of_anna._get_notice_address()["phone"], PHONE)
        self.switch(way="sms")
        self.assertFalse(self.session_of_anna._get_notice_address())
        self.switch(own="1", stay=stay)
        self.assertFalse(self.write_due())

    def test_number_that_cannot_be_read_is_said(self):
        for phone, text in (("12", "This is no phone number"), (False, "we need your phone")):
            self.guest.phone = phone
            page = self.look(self.anna)
            self.assertIn(text, self.get_text(page))
            self.assertFalse(page.xpath("//input[@name='way']"))

    def test_no_site_with_sms_offers_none(self):
        self.env["iicharge.site"].search([]).guest_sms = False
        self.assertNotIn("SMS", self.get_text(self.look(self.anna)))

    def test_download_has_the_switch_and_deletion_ends_it(self):
        self.switch(own="1", way="sms")
        portal = self.env["iicharge.portal"]
        self.assertTrue(portal._prepare_export(self.guest)["person"]["sms_about_charging"])
        portal._erase(self.guest)
        self.assertFalse(self.guest.iicharge_notify_sms)
