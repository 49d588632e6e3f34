# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

from ..common import ChargingCase

CARD = "04A1B2C3"


@tagged("post_install", "-at_install")
class TestOtherTransaction(ChargingCase):
    """Energy that is reported under another transaction's number, or after the stop."""

    def two_starts(self):
        self.start(7024)
        self.stop(7024, 30, 2000)
        self.start(7025, 40, meter_start=2000)

    def test_report_under_the_number_before_belongs_to_the_open_session(self):
        self.two_starts()
        self.sample(7024, 50, 5000)
        self.stop(7024, 90, 8000)
        self.process()
        first, second = self.session(7024), self.session(7025)
        self.assertEqual((first.state, first.energy_wh), ("stopped", 1000))
        self.assertEqual((second.state, second.energy_wh), ("stopped", 6000))
        self.assertEqual(len(second.meter_value_ids), 1)
        self.assertFalse(second.review_reason_ids)

    def test_stop_sent_again_stays_with_its_session(self):
        self.two_starts()
        self.stop(7024, 30, 2000)
        self.process()
        self.assertEqual(self.session(7025).state, "charging")
        self.assertFalse(self.session(7024).later_register_wh)

    def test_stop_of_an_unknown_number_with_the_card_ends_the_open_session(self):
        self.start(7025)
        self.stop(4711, 60, 7000, idTag=CARD)
        self.process()
        self.assertEqual(
            (self.session(7025).state, self.session(7025).energy_wh), ("stopped", 6000)
        )

    def test_stop_of_an_unknown_number_with_another_card_is_kept_alone(self):
        self.start(7025)
        message = self.stop(4711, 60, 7000, idTag="FFFFFFFF")
        self.process()
        self.assertEqual(self.session(7025).state, "charging")
        self.assertEqual(message.session_id.review_reason_ids.code, "start_missing")

    def test_second_stop_with_more_energy_is_noted(self):
        self.start(7025)
        self.stop(7025, 60, 11000)
        self.stop(7025, 70, 21000)
        self.process()
        session = self.session(7025)
        self.assertEqual((session.energy_wh, session.later_register_wh), (10000, 21000))
        self.assertIn(
            "10.000 kWh more after the stop", " ".join(session.message_ids.mapped("body"))
        )

    def test_energy_after_an_emergency_stop_is_noted(self):
        self.start(7025)
        self.stop(7025, 60, 11000, reason="EmergencyStop")
        self.sample(7025, 70, 51000)
        self.sample(7025, 80, 51200)
        self.process()
        session = self.session(7025)
        self.assertEqual((session.energy_wh, session.later_register_wh), (10000, 51000))
        noted = [body for body in session.message_ids.mapped("body") if "after the stop" in body]
        self.assertEqual(len(noted), 1)

    def test_start_after_a_stopped_clock_is_a_new_one(self):
        stuck = self.wire_time(self.t0)
        first = self.start(7025, meter_start=0, timestamp=stuck)
        first.key = "start:1"
        self.stop(7025, 60, 5000, timestamp=stuck)
        moving = self.start(7026, 70, meter_start=0)
        moving.key = "start:2"
        self.stop(7026, 80, 1000)
        self.process()
        self.assertFalse(first.key)
        self.assertEqual(moving.key, "start:2")
        self.assertEqual(self.session(7025).billing, "review")
