# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GuestCase


@tagged("post_install", "-at_install")
class TestGuestNotice(GuestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"quiet_from": 0, "quiet_until": 0})
        cls.mails_before = cls.env["mail.mail"].search([])

    def setUp(self):
        super().setUp()
        _page, self.visit = self.start_for_room()
        self.answer_start(self.visit)

    def ask(self, address="Ada@Example.com"):
        form = "//form[contains(@action, '/notify')]"
        values, action = self.get_fields(self.see(f"/charge/my/{self.visit.key}"), form)
        return self.get_text(self.see(action, data=values | {"address": address}))

    def write_due(self):
        """:return: the notices that were written, and the e-mails that were made"""
        notices = self.env["iicharge.guest.notice"]
        for number in notices._find_due():
            notices._write_due([number])
        found = notices.search([("company_id", "=", self.company.id)], order="id")
        mails = self.env["mail.mail"].search([]) - self.mails_before
        return found.mapped("notice"), mails

    def test_guest_is_written_to_once_from_start_to_receipt(self):
        self.assertIn("We write to a…@example.com", self.ask())
        session = self.plug_in(self.visit, minutes_ago=5)
        self.assertEqual(self.write_due()[0], ["started"])
        self.status("SuspendedEV", minutes=5)
        self.process()
        self.assertEqual(self.write_due()[0], ["started", "full"])
        self.write_due()
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        written, mails = self.write_due()
        self.assertEqual(written, ["started", "full", "receipt"])
        self.assertEqual(set(mails.mapped("email_to")), {"ada@example.com"})
        self.assertEqual(len(mails), 3)
        for mail in mails:
            self.assertIn(f"/charge/my/{self.visit.key}", mail.body_html)
        self.assertNotIn(self.visit.key, "".join(session.message_ids.mapped("body")))
        self.assertFalse(self.visit.notify_email, "the address is forgotten")
        self.assertEqual(len(self.write_due()[1]), 3)

    def test_cut_off_says_what_to_do(self):
        self.ask()
        self.plug_in(self.visit)
        self.stop(9001, minutes=60, meter_stop=11000, reason="PowerLoss")
        self.process()
        written, mails = self.write_due()
        self.assertIn("cut_off", written)
        bodies = " ".join(mails.mapped("body_html"))
        self.assertIn("a fault or a power cut", bodies)
        self.assertIn("start it again at the charger", bodies)

    def test_nothing_is_written_in_the_quiet_hours_and_what_holds_afterwards(self):
        self.ask()
        self.site.write({"quiet_from": 0, "quiet_until": 24})
        self.plug_in(self.visit)
        self.status("SuspendedEV", minutes=59)
        self.process()
        self.assertEqual(self.write_due()[0], [])
        self.site.write({"quiet_from": 0, "quiet_until": 0})
        self.assertEqual(self.write_due()[0], ["full"])

    def test_end_at_the_energy_that_was_asked_for_is_not_cut_off(self):
        self.ask()
        session = self.plug_in(self.visit)
        session.token_id.limit_wh = 9000
        session._stop_for_limit("The requested energy is reached")
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.assertEqual(self.write_due()[0], ["receipt"])

    def test_end_at_the_credit_limit_is_cut_off(self):
        self.ask()
        self.plug_in(self.visit)._stop_for_limit()
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        written, mails = self.write_due()
        self.assertIn("cut_off", written)
        self.assertIn("No more can be put on the bill", " ".join(mails.mapped("body_html")))

    def test_address_is_cleared_where_no_charging_came_of_it_and_kept_while_it_runs(self):
        self.ask()
        old = fields.Datetime.now() - timedelta(days=15)
        self.env.cr.execute(
            "UPDATE iicharge_guest_visit SET create_date = %s WHERE id = %s", (old, self.visit.id)
        )
        self.plug_in(self.visit)
        self.status("SuspendedEV", minutes=59)
        self.process()
        self.env["iicharge.guest.notice"]._gc_addresses()
        self.assertTrue(self.visit.notify_email)
        self.visit.session_id = False
        self.env["iicharge.guest.notice"]._gc_addresses()
        self.assertFalse(self.visit.notify_email)

    def test_nobody_who_has_not_asked_is_written_to(self):
        self.plug_in(self.visit)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.assertEqual(self.write_due()[0], [])
        self.assertIn("no e-mail address", self.ask_at_live("nobody"))

    def ask_at_live(self, address):
        csrf = self.see(f"/charge/my/{self.visit.key}").xpath("//input[@name='csrf_token']/@value")[
            0
        ]
        path = f"/charge/my/{self.visit.key}/notify"
        return self.get_text(self.see(path, data={"csrf_token": csrf, "address": address}))

    def test_guest_takes_it_back_and_address_is_changed_five_times_at_most(self):
        self.ask()
        self.assertIn("Write to me", self.ask(""))
        self.assertFalse(self.visit.notify_email)
        for number in range(4):
            self.ask_at_live(f"guest{number}@example.com")
        self.assertIn("Five addresses were given already", self.ask_at_live("six@example.com"))
        self.assertEqual(self.visit.notify_email, "guest3@example.com")

    def test_stay_that_wants_e_mails_gets_them_for_a_card_too(self):
        self.folio.iicharge_notify = True
        self.folio.partner_id.write({"email": "stay@example.com", "lang": "en_US"})
        self.plug_in(self.visit)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        written, mails = self.write_due()
        self.assertEqual(written, ["receipt"])
        self.assertEqual(mails.email_to, "stay@example.com")
        self.assertNotIn("/charge/my/", mails.body_html)

    def test_e_mail_is_in_the_language_in_which_the_address_was_given(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.visit.with_context(lang="de_DE")._set_notify(
            {"address": "ada@example.com"}, "198.51.100.7"
        )
        self.assertEqual(self.visit.lang, "de_DE")
        template = self.env.ref("iicharge_odoo.mail_template_guest_receipt")
        template.with_context(lang="de_DE").subject = "Ihr Beleg"
        self.plug_in(self.visit)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.assertEqual(self.write_due()[1].subject, "Ihr Beleg")

    def test_session_that_is_skipped_or_long_over_is_not_due(self):
        self.ask()
        session = self.plug_in(self.visit)
        notices = self.env["iicharge.guest.notice"]
        self.assertIn(session.id, notices._find_due())
        self.assertNotIn(session.id, notices._find_due(skip=[session.id]))
        session.stopped_at = fields.Datetime.now() - timedelta(days=13)
        self.assertIn(session.id, notices._find_due())
        session.stopped_at = fields.Datetime.now() - timedelta(days=15)
        self.assertNotIn(session.id, notices._find_due())

    def test_address_is_cleared_where_the_price_never_came(self):
        self.ask()
        session = self.plug_in(self.visit)
        session.stopped_at = fields.Datetime.now() - timedelta(days=15)
        notices = self.env["iicharge.guest.notice"]
        notices._gc_addresses()
        self.assertTrue(self.visit.notify_email, "it was asked for a moment ago")
        self.env.cr.execute(
            "UPDATE iicharge_guest_visit SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=15), self.visit.id),
        )
        self.visit.invalidate_recordset()
        notices._gc_addresses()
        self.assertFalse(self.visit.notify_email)

    def test_person_who_wants_e_mails_about_all_own_charging_gets_them(self):
        session = self.plug_in(self.visit)
        session.partner_id.write({"iicharge_notify": True, "email": "anna@example.com"})
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        written, mails = self.write_due()
        self.assertEqual((written, mails.email_to), (["receipt"], "anna@example.com"))

    def test_stay_without_an_address_is_asked_about_once(self):
        self.folio.iicharge_notify = True
        self.folio.partner_id.email = False
        self.plug_in(self.visit)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        written, mails = self.write_due()
        self.assertEqual((written, len(mails)), (["receipt"], 0))
        self.assertFalse(self.env["iicharge.guest.notice"].search([]).filtered("has_failed"))

    def test_broken_template_holds_up_no_other_e_mail(self):
        self.ask()
        template = self.env.ref("iicharge_odoo.mail_template_guest_full")
        template.body_html = "<p t-out='object.no_such_field'/>"
        self.plug_in(self.visit)
        self.status("SuspendedEV", minutes=59)
        self.process()
        with mute_logger("odoo.addons.iicharge_odoo.models.guest.iicharge_guest_notice"):
            written, mails = self.write_due()
        self.assertEqual((written, len(mails)), (["full"], 0))
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        written, mails = self.write_due()
        self.assertEqual(written, ["full", "receipt"])
        self.assertEqual(len(mails), 1)
        failed = self.env["iicharge.guest.notice"].search([("has_failed", "=", True)])
        self.assertEqual(failed.notice, "full")
