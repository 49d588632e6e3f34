# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..sms_text import count_units, is_plain
from .common import PHONE, GuestSmsCase

LANGUAGES = ("de_DE", "es_ES", "fr_FR", "it_IT", "nl_NL")
NOTICES = ("started", "full", "fee", "cut_off", "receipt", "charger_free", "confirm_place")


@tagged("post_install", "-at_install")
class TestGuestSms(GuestSmsCase):
    def setUp(self):
        super().setUp()
        self.visit = self.start_visit()

    def test_guest_gets_each_sms_once_from_start_to_receipt(self):
        self.assertIn("We write to +31…78", self.ask(self.visit))
        self.assertEqual(self.visit.notify_phone, PHONE)
        session = self.plug_in(self.visit, minutes_ago=5)
        self.assertEqual(self.write_due(), ["started"])
        self.status("SuspendedEV", minutes=5)
        self.process()
        self.write_due()
        self.write_due()
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.assertEqual(self.write_due(), ["started", "full", "receipt"])
        sms = self.get_sms()
        self.assertEqual(sms.mapped("number"), [PHONE] * 3)
        self.assertEqual(set(sms.mapped("state")), {"outgoing"})
        for body in sms.mapped("body"):
            self.assertTrue(is_plain(body), body)
            self.assertIn(f"/charge/my/{self.visit.key}", body)
            self.assertLessEqual(count_units(body), 160)
        log = session.message_ids.filtered(lambda one: one.message_type == "sms")
        self.assertEqual(len(log), 3)
        said = " ".join([*log.mapped("body"), *log.notification_ids.mapped("sms_number")])
        self.assertNotIn(self.visit.key, said, "the link is the guest's")
        self.assertNotIn(PHONE, said)
        self.assertFalse(self.visit.notify_phone, "the number is forgotten")
        self.write_due()
        self.assertEqual(len(self.get_sms()), 3)

    def test_number_stands_next_to_an_address_and_both_are_taken_back(self):
        text = self.ask(self.visit, address="ada@example.com")
        self.assertIn("We write to a…@example.com, +31…78", text)
        mails = self.env["mail.mail"].search([])
        self.plug_in(self.visit, minutes_ago=5)
        self.write_due()
        self.assertEqual(len(self.get_sms()), 1)
        self.assertEqual((self.env["mail.mail"].search([]) - mails).email_to, "ada@example.com")
        self.ask(self.visit, phone="")
        self.assertFalse(self.visit.notify_phone or self.visit.notify_email)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.write_due()
        self.assertEqual(len(self.get_sms()), 1)

    def test_what_is_no_number_is_not_taken(self):
        for typed in ("12", "+31 6", "call me"):
            self.assertIn("This is no phone number", self.ask(self.visit, typed))
        self.assertFalse(self.visit.notify_phone)
        self.assertEqual(self.visit.mails_sent, 0)

    def test_site_without_sms_asks_for_no_number_and_takes_none(self):
        self.site.guest_sms = False
        page = self.see(f"/charge/my/{self.visit.key}")
        self.assertFalse(page.xpath("//input[@name='phone']"))
        self.assertTrue(page.xpath("//input[@name='address' and @required]"))
        self.assertIn("No SMS are sent here", self.ask(self.visit))
        self.assertFalse(self.visit.notify_phone)

    def test_quiet_hours_hold_for_sms(self):
        self.ask(self.visit)
        self.site.write({"quiet_from": 0, "quiet_until": 24})
        self.plug_in(self.visit)
        self.status("SuspendedEV", minutes=59)
        self.process()
        self.assertEqual(self.write_due(), [])
        self.assertFalse(self.get_sms())
        self.site.write({"quiet_from": 0, "quiet_until": 0})
        self.assertEqual(self.write_due(), ["full"])
        self.assertEqual(len(self.get_sms()), 1)

    def test_crash_between_statements_leaves_nothing_and_the_next_run_sends_one(self):
        self.ask(self.visit)
        self.plug_in(self.visit, minutes_ago=5)
        sms = self.env["iicharge.guest.sms"]
        send = type(sms)._send

        def crash(model, *values):
            send(model, *values)
            model.env.flush_all()
            raise ZeroDivisionError

        self.patch(type(sms), "_send", crash)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.write_due()
        self.assertFalse(self.get_sms())
        self.patch(type(sms), "_send", send)
        self.assertEqual(self.write_due(), ["started"])
        self.assertEqual(len(self.get_sms()), 1)
        to = self.visit._get_recipient()
        self.assertTrue(sms._send("started", self.visit.session_id, to))
        self.assertEqual(len(self.get_sms()), 1, "its key is unique")

    def test_cut_off_says_why_and_what_to_do(self):
        self.ask(self.visit)
        self.plug_in(self.visit)
        self.stop(9001, minutes=60, meter_stop=11000, reason="PowerLoss")
        self.process()
        self.write_due()
        self.assertIn("a fault or a power cut. Restart there", self.get_sms()[0].body)

    def test_stay_gets_sms_where_front_desk_has_switched_them_on(self):
        self.folio.iicharge_notify = True
        self.folio.partner_id.phone = "0612345678"
        self.plug_in(self.visit)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.folio.iicharge_notify_sms = True
        self.assertEqual(self.write_due(), ["receipt"])
        sms = self.get_sms()
        self.assertEqual(sms.number, PHONE)
        self.assertNotIn("/charge/", sms.body)

    def test_failure_is_seen_in_the_log_of_the_session(self):
        self.ask(self.visit)
        session = self.plug_in(self.visit, minutes_ago=5)
        self.write_due()
        self.send_queue(sms_allow_unlink=True, sim_error="credit")
        [log] = session.message_ids.filtered(lambda one: one.message_type == "sms")
        self.assertTrue(log.has_sms_error)
        self.assertEqual(log.notification_ids.failure_type, "sms_credit")
        self.assertTrue(self.env["iicharge.guest.sms"]._has_failed(session))

    def test_queue_of_two_companies_is_sent(self):
        self.ask(self.visit)
        self.plug_in(self.visit, minutes_ago=5)
        self.write_due()
        other = self.env["res.partner"].create({"name": "Elsewhere"})
        company = self.env["res.company"].create({"name": "Another hotel"})
        log = other.with_company(company)._message_log(body="Hello")
        log.record_company_id = company
        self.env["sms.sms"].create(
            {"number": "+31687654321", "body": "Hello", "mail_message_id": log.id}
        )
        self.send_queue()
        self.assertEqual({one["number"] for one in self._sms}, {PHONE, "+31687654321"})

    def test_broken_template_is_said_to_staff_and_holds_up_nothing(self):
        self.ask(self.visit)
        session = self.plug_in(self.visit, minutes_ago=5)
        self.env.ref("iicharge_odoo_sms.sms_template_guest_started").body = "{{ object.no_such }}"
        with mute_logger("odoo.addons.iicharge_odoo_sms.models.iicharge_guest_sms"):
            self.assertEqual(self.write_due(), ["started"])
        self.assertFalse(self.get_sms())
        self.assertIn("No SMS to the guest", " ".join(session.message_ids.mapped("body")))

    def test_text_of_each_language_is_one_sms(self):
        for code in LANGUAGES:
            self.env["res.lang"]._activate_lang(code)
        module = self.env["ir.module.module"].search([("name", "=", "iicharge_odoo_sms")])
        module._update_translations(LANGUAGES)
        self.env.registry.clear_cache()
        session = self.plug_in(self.visit, minutes_ago=5)
        self.charger.name = "Charger of the lower garage"
        place = self.env["iicharge.waiting"]._join(self.site, "key", name="Bo")
        url = f"https://hotel-iris.example.com/charge/my/{self.visit.key}"
        sms = self.env["iicharge.guest.sms"]
        for code in (*LANGUAGES, "en_US"):
            for notice in NOTICES:
                record = place if notice in ("charger_free", "confirm_place") else session
                text = sms._render(notice, record, {"lang": code, "url": url})
                with self.subTest(f"{code} {notice}", text=text):
                    self.assertTrue(text.endswith(url))
                    self.assertTrue(is_plain(text))
                    self.assertLessEqual(count_units(text), 160)
        english = sms._render("started", session, {"lang": "en_US", "url": url})
        dutch = sms._render("started", session, {"lang": "nl_NL", "url": url})
        self.assertNotEqual(english, dutch)
