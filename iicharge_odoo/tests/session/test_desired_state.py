# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ...models.charger.iicharge_desired_state import PAUSES_S, TRIES_BEFORE_NOTICE
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestDesiredState(ChargingCase):
    """A charger is requested again until its own report says what is wanted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection = cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )
        cls.start(7001)
        cls.sample(7001, 30, 10000)
        cls.process()
        cls.now = datetime.now().replace(microsecond=0)

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(self.now))

    def wait(self, seconds):
        self.clock.tick(timedelta(seconds=seconds))
        self.env["iicharge.command"]._expire()
        self.env["iicharge.desired.state"]._reconcile()

    def commands(self, action="RemoteStopTransaction"):
        return self.env["iicharge.command"].search([("action", "=", action)], order="id")

    def answer(self, status, action="RemoteStopTransaction", **answer):
        command = self.commands(action)[-1]
        self.journal_message(
            action,
            json.loads(command.payload),
            {"status": status},
            direction="out",
            command_id=command.id,
            received_at=datetime.now(),
            **answer,
        )
        self.process()

    def stop_by_front_desk(self):
        self.session(7001).with_user(self.users["front_desk"]).action_remote_stop()
        return self.session(7001).desired_state_ids

    def test_charger_that_stops_is_requested_once(self):
        wish = self.stop_by_front_desk()
        self.answer("Accepted")
        self.assertEqual(wish.state, "open")
        self.stop(7001)
        self.process()
        self.assertEqual(wish.state, "met")
        self.wait(3600)
        self.assertEqual(len(self.commands()), 1)
        self.assertIn(self.users["front_desk"].name, wish.because)

    def test_charger_that_refuses_is_requested_again_with_growing_pauses(self):
        wish = self.stop_by_front_desk()
        for tries, pause in enumerate(PAUSES_S, 2):
            self.answer("Rejected")
            self.wait(pause - 1)
            self.assertEqual(len(self.commands()), tries - 1)
            self.wait(1)
            self.assertEqual(len(self.commands()), tries)
        self.assertEqual((wish.state, wish.attempts), ("open", len(PAUSES_S) + 1))

    def test_charger_that_accepts_and_goes_on_is_requested_again(self):
        self.stop_by_front_desk()
        self.answer("Accepted")
        self.wait(PAUSES_S[0])
        self.assertEqual(len(self.commands()), 2)

    def test_charger_that_never_answers_is_requested_again(self):
        self.stop_by_front_desk()
        self.wait(PAUSES_S[0])
        self.wait(PAUSES_S[0])
        self.assertEqual(self.commands().mapped("state"), ["timeout", "queued"])

    def test_charger_that_is_away_is_requested_when_it_is_back(self):
        wish = self.stop_by_front_desk()
        self.connection.online = False
        self.wait(3600)
        self.wait(3600)
        self.assertEqual(len(self.commands()), 1)
        self.assertTrue(wish.notified_at, "it is away for long")
        self.connection.online = True
        self.wait(5)
        self.assertEqual(len(self.commands()), 2)

    def test_people_are_notified_once_and_the_requests_go_on(self):
        wish = self.stop_by_front_desk()
        for pause in PAUSES_S:
            self.answer("Rejected")
            self.assertEqual(bool(wish.notified_at), wish.attempts > TRIES_BEFORE_NOTICE)
            self.wait(pause)
        groups = {
            group
            for group in ("front_desk", "technician")
            for activity in wish.activity_ids
            if activity.user_id.has_group(f"iicharge_odoo.group_{group}")
        }
        self.assertEqual(groups, {"front_desk", "technician"})
        self.assertLessEqual(len(wish.activity_ids), 2)
        session = self.session(7001).with_user(self.users["accountant"])
        self.assertIn("does not do what it must", session.trouble_text)
        connector = self.connector.with_user(self.users["front_desk"])
        self.assertEqual(connector.trouble_text, session.trouble_text)
        self.stop(7001)
        self.process()
        self.assertFalse(wish.activity_ids)
        self.env.invalidate_all()
        self.assertFalse(session.trouble_text or connector.trouble_text)

    def test_limit_is_pursued_until_the_session_ends(self):
        self.site.stop_at_credit_limit = True
        self.folio.iicharge_credit_limit = 4.95
        self.sample(7001, 31, 11000)
        self.process()
        self.env["iicharge.session"]._stop_at_limit()
        self.answer("Rejected")
        self.wait(PAUSES_S[0])
        self.env["iicharge.session"]._stop_at_limit()
        self.assertEqual(len(self.commands()), 2)
        self.assertIn("credit limit", self.session(7001).desired_state_ids.because)

    def test_stop_of_front_desk_joins_the_one_of_the_limit(self):
        self.session(7001)._stop_for_limit()
        self.stop_by_front_desk()
        self.assertEqual(len(self.session(7001).desired_state_ids), 1)
        self.assertEqual(len(self.commands()), 2)

    def test_person_can_end_the_requests(self):
        wish = self.stop_by_front_desk()
        with self.assertRaises(AccessError):
            wish.with_user(self.users["accountant"]).action_drop()
        wish.with_user(self.users["front_desk"]).action_drop()
        self.wait(3600)
        self.assertEqual((wish.state, len(self.commands())), ("dropped", 1))
        self.assertIn(self.users["front_desk"].name, self.charger.message_ids[0].body)

    def test_charger_that_is_away_takes_no_stop_of_front_desk(self):
        self.connection.online = False
        with self.assertRaises(UserError):
            self.stop_by_front_desk()
        self.assertFalse(self.session(7001).desired_state_ids)

    # --- availability --------------------------------------------------------------------
    def take_out_of_service(self):
        self.connector.with_user(self.users["technician"]).action_out_of_service()
        return self.connector.desired_state_ids[:1]

    def report(self, status):
        at = datetime.now().isoformat()
        self.status(status, timestamp=f"{at}Z")
        self.process()

    def test_connector_is_taken_out_of_service_after_its_session(self):
        wish = self.take_out_of_service()
        self.answer("Scheduled", "ChangeAvailability")
        for _ in range(10):
            self.wait(PAUSES_S[0])
        self.assertFalse(wish.notified_at)
        self.stop(7001)
        self.report("Available")
        self.wait(PAUSES_S[0])
        self.assertEqual(len(self.commands("ChangeAvailability")), 2)
        self.report("Unavailable")
        self.assertEqual(wish.state, "met")

    def test_connector_that_returns_into_service_at_a_restart_is_taken_out_again(self):
        wish = self.take_out_of_service()
        self.answer("Accepted", "ChangeAvailability")
        self.report("Unavailable")
        self.clock.tick(60)
        self.report("Available")
        self.wait(5)
        commands = self.commands("ChangeAvailability")
        self.assertEqual(len(commands), 2)
        self.assertEqual(json.loads(commands[-1].payload)["type"], "Inoperative")
        self.assertEqual(wish.state, "open")

    def test_connector_taken_into_service_stays_there(self):
        wish = self.take_out_of_service()
        self.report("Unavailable")
        self.connector.with_user(self.users["technician"]).action_into_service()
        self.clock.tick(60)
        self.report("Available")
        self.wait(3600)
        self.assertEqual(len(self.commands("ChangeAvailability")), 2)
        self.assertEqual(wish.state, "met")
        self.assertEqual(self.connector.desired_state_ids[:1].state, "met")

    def test_front_desk_cannot_take_a_connector_out_of_service(self):
        with self.assertRaises(AccessError):
            self.connector.with_user(self.users["front_desk"]).action_out_of_service()
