# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.iicharge_odoo.tests.rights import RightsCase
from odoo.addons.iicharge_odoo.tests.test_rights_fields import FieldRights


@tagged("post_install", "-at_install")
class TestSmsRights(FieldRights, RightsCase):
    """Of this addon's fields, none is written by a call."""

    table = __file__

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sms = cls.env["iicharge.guest.sms"].create(
            {"site_id": cls.site.id, "notice": "full", "about_key": "x", "number_key": "y"}
        )

    def test_counts_are_read_by_front_desk_of_the_company_and_written_by_none(self):
        desk = self.sms.with_user(self.users["front_desk"])
        self.assertEqual(desk.read(["notice"])[0]["notice"], "full")
        for change in (lambda: desk.write({"notice": "z"}), desk.unlink):
            with self.assertRaises(AccessError):
                change()
        with self.assertRaises(AccessError):
            desk.read(["number_key"])
        rival = self.callers["rival"]
        self.assertFalse(self.env["iicharge.guest.sms"].with_user(rival).search([]))
        for name in ("plain", "portal", "public"):
            with self.assertRaises(AccessError):
                self.sms.with_user(self.callers[name]).read(["notice"])

    def test_number_of_a_guest_is_no_more_than_front_desk_needs(self):
        place = self.env["iicharge.waiting"]._join(self.site, "k", name="A", phone="+31612345678")
        self.assertTrue(place.with_user(self.users["front_desk"]).read(["phone"]))
        for name in ("phone_confirm_key", "phone_network_key"):
            with self.assertRaises(AccessError):
                place.with_user(self.users["manager"]).read([name])
        visit = self.env["iicharge.guest.visit"].search([], limit=1)
        with self.assertRaises(AccessError):
            visit.with_user(self.users["manager"]).read(["notify_phone"])
