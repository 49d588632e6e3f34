# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import GuestCase


@tagged("post_install", "-at_install")
class TestGuestFeedback(GuestCase):
    def end_charging(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        session = self.plug_in(visit)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        return visit, session

    def rate(self, visit, **answers):
        form = "//form[contains(@action, '/rate')]"
        values, action = self.get_fields(self.see(f"/charge/my/{visit.key}"), form)
        return self.get_text(self.see(action, data=values | answers))

    def test_guest_gives_stars_and_changes_them(self):
        visit, session = self.end_charging()
        self.assertIn("Please choose one of the five stars", self.rate(visit))
        self.assertIn("Please choose", self.rate(visit, stars="6"))
        self.assertFalse(session.rating_ids)
        text = self.rate(visit, stars="2", words="  A short cable.  ")
        self.assertIn("Thank you for your answer", text)
        self.assertEqual(session.rating_last_value, 2)
        self.assertEqual(session.rating_last_feedback, "A short cable.")
        page = self.see(f"/charge/my/{visit.key}")
        self.assertEqual(page.xpath("//input[@checked]/@value"), ["2"])
        self.rate(visit, stars="4", words="<b>Better</b> now")
        self.assertEqual(len(session.rating_ids), 1)
        self.assertEqual(session.rating_last_value, 4)
        self.assertFalse(self.see(f"/charge/my/{visit.key}").xpath("//textarea/b"))

    def test_stars_before_the_end_are_not_taken(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        session = self.plug_in(visit)
        csrf = self.see(f"/charge/my/{visit.key}?ask=stop").xpath(
            "//input[@name='csrf_token']/@value"
        )[0]
        self.see(f"/charge/my/{visit.key}/rate", data={"csrf_token": csrf, "stars": "1"})
        self.assertFalse(session.rating_ids)

    def test_words_are_deleted_with_the_guest_and_stars_stay(self):
        visit, session = self.end_charging()
        self.rate(visit, stars="5", words="Thanks, from Ada in 101")
        session._anonymize_guest()
        self.assertFalse(session.rating_ids.feedback)
        self.assertEqual(session.rating_last_value, 5)

    def test_manager_is_asked_to_speak_to_an_unhappy_guest_once(self):
        alerts = self.env["iicharge.alert"]
        visit, session = self.end_charging()
        self.rate(visit, stars="3")
        alerts._reconcile_name("low_rating", self.company)
        self.assertFalse(alerts._find_open(session))
        self.rate(visit, stars="1", words="It stopped at night.")
        alerts._reconcile_name("low_rating", self.company)
        alert = alerts._find_open(session)
        self.assertEqual(alert.role, "manager")
        self.assertIn("1 of 5 stars", alert.summary)
        alert.activity_id.action_done()
        alerts._reconcile_name("low_rating", self.company)
        self.assertEqual(alerts._find_open(session), alert)
        self.assertFalse(alert.activity_id.active)
        session.stopped_at = fields.Datetime.now() - timedelta(days=15)
        alerts._reconcile_name("low_rating", self.company)
        self.assertFalse(alerts._find_open(session))

    def test_front_desk_reads_what_guests_say(self):
        visit, session = self.end_charging()
        self.rate(visit, stars="5", words="No app, finally.")
        action = self.env.ref("iicharge_odoo.iicharge_feedback_action").sudo()
        seen = self.env["iicharge.session"].with_user(self.users["front_desk"])
        found = seen.search([*safe_eval(action.domain), ("id", "=", session.id)])
        self.assertEqual(found.rating_last_feedback, "No app, finally.")

    def send(self, visit, address):
        form = "//form[contains(@action, '/mail')]"
        values, action = self.get_fields(self.see(f"/charge/my/{visit.key}"), form)
        return self.get_text(self.see(action, data=values | {"address": address}))

    def test_receipt_is_sent_to_the_address_that_the_guest_gives(self):
        visit, session = self.end_charging()
        sent = self.env["mail.mail"].search([])
        self.assertIn("no e-mail address", self.send(visit, "ada at example"))
        self.assertFalse(self.env["mail.mail"].search([]) - sent)
        self.assertIn("on its way", self.send(visit, "Ada@Example.com"))
        mail = self.env["mail.mail"].search([]) - sent
        self.assertEqual(mail.email_to, "ada@example.com")
        self.assertFalse(mail.recipient_ids)
        self.assertIn(f"/charge/my/{visit.key}", mail.body_html)
        self.assertIn("4.95", mail.subject)
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertNotIn(visit.key, "".join(session.message_ids.mapped("body")))

    def test_page_sends_five_e_mails_and_no_more(self):
        visit, _session = self.end_charging()
        for number in range(5):
            self.assertIn("on its way", self.send(visit, f"guest{number}@example.com"))
        self.assertIn("Five addresses were given already", self.send(visit, "six@example.com"))

    def test_missing_template_is_said_and_loses_no_page(self):
        visit, _session = self.end_charging()
        self.env.ref("iicharge_odoo.mail_template_guest_receipt").unlink()
        with mute_logger("odoo.addons.iicharge_odoo.models.guest.iicharge_guest_notice"):
            self.assertIn("save the receipt as PDF", self.send(visit, "ada@example.com"))
