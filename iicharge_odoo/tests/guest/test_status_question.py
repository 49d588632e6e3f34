# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
import time

from odoo import fields
from odoo.tests import tagged

from ...models.guest import iicharge_status_question
from .common import GuestCase


@tagged("post_install", "-at_install")
class TestStatusQuestion(GuestCase):
    def setUp(self):
        super().setUp()
        self.question = self.env["iicharge.status.question"]

    def look(self, sign=None):
        self.see(f"/charge/{(sign or self.sign).code}")

    def questions(self):
        domain = [("charger_id", "=", self.charger.id), ("request", "=", "ask_for_report")]
        return self.env["iicharge.command"].search(domain)

    def age(self, **passed):
        """Let the last question be so old."""
        self.env.flush_all()
        at = fields.Datetime.subtract(fields.Datetime.now(), **passed)
        query = "UPDATE iicharge_command SET create_date = %s WHERE id = %s"
        self.env.cr.execute(query, [at, self.questions()[:1].id])
        self.env.invalidate_all()

    def say(self, status=None, error=None):
        answer = json.dumps({"status": status}) if status else None
        self.questions()[:1]._set_outcome(answer, error, error, fields.Datetime.now())

    def report(self, state="done"):
        self.env["iicharge.ocpp.message"].create(
            {
                "charger_id": self.charger.id,
                "direction": "in",
                "ocpp_version": "1.6",
                "message_id": "s1",
                "action": "StatusNotification",
                "payload": "{}",
                "received_at": fields.Datetime.add(fields.Datetime.now(), seconds=1),
                "state": state,
            }
        )

    def is_waited_for(self):
        return self.question._is_waited_for(self.connector)

    # --- how often --------------------------------------------------------------------------
    def test_phones_at_both_connectors_ask_the_charger_once(self):
        self.look()
        [asked] = self.questions()
        payload = {"requestedMessage": "StatusNotification", "connectorId": 1}
        self.assertEqual(json.loads(asked.payload), payload)
        self.look()
        self.look(self.other_connector._make_signs())
        self.name_stay(room="101", name="Weber")
        self.assertEqual(len(self.questions()), 1)

    def test_charger_is_asked_again_after_ten_seconds(self):
        self.look()
        self.say("Accepted")
        self.age(seconds=8)
        self.look()
        self.assertEqual(len(self.questions()), 1)
        self.age(seconds=11)
        self.look()
        self.assertEqual(len(self.questions()), 2)

    def test_charger_that_cannot_or_is_silent_is_left_alone_for_minutes(self):
        for status, error in (("NotImplemented", None), (None, "NotSupported"), (None, None)):
            with self.subTest(status=status, error=error):
                self.questions().unlink()
                self.look()
                self.say(status, error)
                self.age(minutes=9)
                self.look()
                self.assertEqual(len(self.questions()), 1)
                self.assertFalse(self.is_waited_for())
                self.age(minutes=11)
                self.look()
                self.assertEqual(len(self.questions()), 2)

    def test_nothing_is_asked_while_a_car_charges_or_without_contact(self):
        self.charger.connection_ids.online = False
        self.look()
        self.charger.connection_ids.online = True
        self.start(7001)
        self.process()
        self.look()
        self.assertFalse(self.questions())

    def test_phone_that_comes_while_another_asks_goes_on_without(self):
        lost = self.patch_lock()
        self.look()
        self.assertTrue(lost)
        self.assertFalse(self.questions())

    def patch_lock(self):
        """Let the lock be held elsewhere."""
        lost = []
        original = type(self.env.cr).execute

        def execute(cr, query, *args, **options):
            code = getattr(query, "code", query)
            if "pg_try_advisory_lock" in str(code):
                lost.append(code)
                return original(cr, "SELECT false")
            return original(cr, query, *args, **options)

        self.patch(type(self.env.cr), "execute", execute)
        return lost

    # --- how long a start waits ---------------------------------------------------------------
    def test_start_waits_for_the_report_that_was_promised(self):
        self.assertFalse(self.is_waited_for())
        self.look()
        self.assertTrue(self.is_waited_for())
        self.say("Accepted")
        self.assertTrue(self.is_waited_for())
        self.report("new")
        self.assertTrue(self.is_waited_for())
        self.report()
        self.assertFalse(self.is_waited_for())

    def test_start_does_not_wait_for_a_charger_that_refuses(self):
        self.look()
        self.say("Rejected")
        self.assertFalse(self.is_waited_for())

    def test_start_waits_a_bounded_time_and_goes_on(self):
        self.patch(iicharge_status_question, "WAIT_S", 0.3)
        page = self.ask_room()
        began = time.monotonic()
        self.name_stay(page, room="101", name="Weber")
        self.assertGreater(time.monotonic() - began, 0.3)
        self.assertTrue(self.env["iicharge.guest.visit"].search([]).command_id)
