# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestLostSession(ChargingCase):
    """docs/chargers.md row 45: after a power cut the stop never comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )
        cls.site.bill_without_stop = True
        cls.start(7001)
        cls.status("Charging", minutes=0)
        cls.sample(7001, 30, 3000)
        cls.process()

    def restart(self, minutes=40, status="Available"):
        at = self.t0 + timedelta(minutes=minutes)
        self.journal_message("BootNotification", {}, received_at=at)
        self.status(status, minutes=minutes)
        self.process()

    def look(self, minutes):
        with freeze_time(self.t0 + timedelta(minutes=minutes)):
            sessions = self.env["iicharge.session"]
            sessions._end_lost(sessions._find_lost())
        return self.session(7001)

    def test_session_ends_at_its_last_reading_after_the_time_for_its_stop(self):
        self.restart()
        self.assertEqual(self.look(44).state, "charging")
        session = self.look(45)
        self.assertEqual((session.state, session.energy_wh), ("stopped", 2000))
        self.assertEqual(session.stopped_at, self.t0 + timedelta(minutes=30))
        self.assertFalse(session.review_reason_ids)
        self.assertNotIn(session.billing, ("open", "review"))
        self.assertIn("has restarted", " ".join(session.message_ids.mapped("body")))

    def test_site_may_hold_it_for_review(self):
        self.site.bill_without_stop = False
        self.restart()
        session = self.look(45)
        self.assertEqual((session.state, session.billing), ("stopped", "review"))
        self.assertEqual(session.review_reason_ids.mapped("code"), ["stop_missing"])

    def test_stop_that_comes_later_decides_a_session_in_review(self):
        self.site.bill_without_stop = False
        self.restart()
        self.look(45)
        stop = self.stop(7001, minutes=39, meter_stop=3500)
        self.process()
        session = self.session(7001)
        self.assertEqual((stop.session_id, session.energy_wh), (session, 2500))
        self.assertFalse(session._has_reason("stop_missing"))

    def test_stop_that_comes_later_with_more_energy_is_noted(self):
        self.restart()
        self.look(45)
        stop = self.stop(7001, minutes=39, meter_stop=8000)
        self.process()
        session = self.session(7001)
        self.assertEqual((stop.state, stop.session_id), ("done", session))
        self.assertEqual((session.energy_wh, session.later_register_wh), (2000, 8000))
        self.assertIn("5.000 kWh more", session.message_ids[0].body)

    def test_charger_that_goes_on_after_the_restart_is_left_alone(self):
        self.restart(status="Charging")
        self.sample(7001, 41, 3500)
        self.process()
        self.assertEqual(self.look(100).state, "charging")

    def test_available_without_a_restart_waits_for_the_stop(self):
        self.status("Available", minutes=40)
        self.process()
        self.assertEqual(self.look(100).state, "charging")

    def test_reading_after_the_restart_shows_that_it_goes_on(self):
        self.restart()
        self.sample(7001, 41, 3500)
        self.process()
        self.assertEqual(self.look(100).state, "charging")

    def test_front_desk_ends_a_session_without_the_charger(self):
        session = self.session(7001)
        session.with_user(self.users["front_desk"]).action_end_without_charger()
        self.assertEqual((session.state, session.energy_wh), ("stopped", 2000))
        self.assertIn(
            f"{self.users['front_desk'].name} ended the session",
            " ".join(session.message_ids.mapped("body")),
        )
        with self.assertRaises(UserError):
            session.with_user(self.users["front_desk"]).action_end_without_charger()

    def test_accountant_cannot_end_a_session(self):
        with self.assertRaises(AccessError):
            self.session(7001).with_user(self.users["accountant"]).action_end_without_charger()

    def test_session_without_a_reading_waits_in_review(self):
        self.start(7002, connectorId=2)
        self.process()
        session = self.session(7002)
        session.with_user(self.users["front_desk"]).action_end_without_charger()
        self.assertEqual((session.state, session.billing), ("stopped", "review"))
