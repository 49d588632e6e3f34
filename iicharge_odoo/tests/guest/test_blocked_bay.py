# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import base64
import io
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.tests import tagged

from .common import GuestCase


def make_photo(kind="JPEG"):
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(photo, kind)
    return photo.getvalue()


@tagged("post_install", "-at_install")
class TestBlockedBay(GuestCase):
    def report(self, words="", photo=None):
        values, action = self.get_fields(self.see(f"/charge/{self.sign.code}/blocked"))
        values["words"] = words
        values.pop("photo", None)
        files = {"photo": ("photo.jpg", photo)} if photo else None
        return self.get_text(self.see(action, data=values, files=files))

    def find(self):
        return self.env["iicharge.blocked.bay"].search([("connector_id", "=", self.connector.id)])

    def test_guest_reports_a_blocked_bay_with_a_photo(self):
        self.assertTrue(
            self.see(f"/charge/{self.sign.code}").xpath("//a[contains(@href, '/blocked')]")
        )
        self.assertIn("We will come and look", self.report("A van without a plug", make_photo()))
        bay = self.find()
        self.assertEqual((bay.words, bay.state), ("A van without a plug", "open"))
        self.assertEqual(base64.b64decode(bay.photo)[:2], b"\xff\xd8")
        self.assertEqual(bay.company_id, self.company)

    def test_second_report_adds_what_the_first_left_out(self):
        self.report("A van")
        self.report("A white van", make_photo("PNG"))
        bay = self.find()
        self.assertEqual(len(bay), 1)
        self.assertEqual(bay.words, "A van")
        self.assertTrue(bay.photo)
        bay.action_done()
        self.report("Again")
        self.assertEqual(len(self.find()), 2)

    def test_what_is_no_photo_is_not_taken(self):
        drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
        cut = make_photo()[:60]
        for photo in (drawing, b"MZ program", cut):
            self.assertIn("cannot be read", self.report("A van", photo))
        self.assertFalse(self.find())

    def test_front_desk_is_asked_and_ends_it(self):
        self.report("A van")
        alerts, bay = self.env["iicharge.alert"], self.find()
        alerts._reconcile_name("bay_blocked", self.company)
        alert = alerts._find_open(bay)
        self.assertEqual(alert.role, "front_desk")
        self.assertTrue(alert.activity_id.user_id.has_group("iicharge_odoo.group_front_desk"))
        seen = bay.with_user(self.users["front_desk"])
        seen.action_done()
        self.assertEqual((bay.state, bay.done_by_id), ("done", self.users["front_desk"]))
        self.assertFalse(alerts._find_open(bay))

    def test_photo_is_deleted_after_thirty_days_and_the_words_stay(self):
        self.report("A van", make_photo())
        bay = self.find()
        photo = self.env["ir.attachment"].search(
            [("res_model", "=", bay._name), ("res_id", "=", bay.id), ("res_field", "=", "photo")]
        )
        self.env["iicharge.blocked.bay"]._gc_photos()
        self.assertTrue(bay.photo)
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=31), photo.id),
        )
        self.env.invalidate_all()
        self.env["iicharge.blocked.bay"]._gc_photos()
        self.assertFalse(bay.photo)
        self.assertEqual(bay.words, "A van")

    def test_stranger_reads_no_report(self):
        self.report("A van", make_photo())
        bay = self.find()
        for path in (f"/web/image/iicharge.blocked.bay/{bay.id}/photo", "/charge/0000000/blocked"):
            answer = self.url_open(path)
            self.assertNotIn(b"\xff\xd8", answer.content[:2])
        self.assertEqual(self.url_open("/charge/NOSUCHCODE/blocked").status_code, 404)
