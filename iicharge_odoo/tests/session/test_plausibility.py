# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from ..common import ChargingCase

HOUR = 60
DAY = 24 * HOUR


@tagged("post_install", "-at_install")
class TestPlausibility(ChargingCase):
    """A clock that is wrong, and a sum that cannot be right, wait for a person."""

    def stamp(self, minutes):
        return self.wire_time(self.t0 + timedelta(minutes=minutes))

    def charge(self, start_at, stop_at, start_received=0, stop_received=2 * HOUR, meter_stop=11000):
        """Charge by the charger's clock and by the server's, in minutes from t0."""
        self.start(7001, start_received, timestamp=self.stamp(start_at))
        self.stop(7001, stop_received, meter_stop, timestamp=self.stamp(stop_at))
        self.process()
        return self.session(7001)

    def idle_tariff(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "PARKING_TIME", "price": 6, "tax_ids": self.tax.ids})
        ]

    def assert_held(self, session, *codes):
        self.assertEqual(session.billing, "review")
        self.assertEqual(session.review_reason_ids.mapped("code"), list(codes))
        self.assertEqual(len(session.review_text.splitlines()), len(codes))
        self.assertFalse(session.charge_ids)

    def test_session_as_it_happened_is_billed(self):
        session = self.charge(0, 2 * HOUR)
        self.assertFalse(session.review_reason_ids)
        self.assertTrue(session.charge_ids)

    def test_start_in_2016_is_held(self):
        self.idle_tariff()
        self.status("Preparing", -HOUR)
        session = self.charge(-10 * 365 * DAY, 2 * HOUR)
        self.assert_held(session, "clock_differs", "session_too_long")
        self.assertIn("clock was wrong", session.review_text)

    def test_start_40_days_back_is_held(self):
        session = self.charge(-40 * DAY, 2 * HOUR)
        self.assert_held(session, "clock_differs", "session_too_long")

    def test_idle_fee_without_energy_is_held(self):
        self.idle_tariff()
        self.start(7001)
        self.status("SuspendedEV", 1)
        self.stop(7001, 44 * HOUR, 1003)
        self.process()
        self.assert_held(self.session(7001), "fee_without_energy", "amount_out_of_proportion")

    def test_times_to_come_are_held(self):
        self.assert_held(self.charge(HOUR, 3 * HOUR), "clock_differs")

    def test_clock_set_right_in_mid_session_is_held(self):
        self.assert_held(self.charge(-HOUR, 2 * HOUR), "clock_differs")

    def test_queue_delivered_late_is_billed(self):
        self.status("Available", -10 * HOUR)
        session = self.charge(-9 * HOUR, -7 * HOUR, 0, 1)
        self.assertFalse(session.review_reason_ids)

    def charge_offline(self, **start):
        """Charge while the charger is offline; it delivers both, and the start is refused."""
        self.status("Available", -10 * HOUR)
        timestamp = self.stamp(-9 * HOUR)
        self.start(7001, 0, timestamp=timestamp, status="Invalid", **start)
        self.stop(7001, 1, timestamp=self.stamp(-7 * HOUR))
        self.process()
        self.post()
        return self.session(7001)

    def test_delivered_after_check_out_goes_to_the_late_charges(self):
        self.folio.iicharge_checkout = self.t0 - timedelta(hours=1)
        self.folio.action_lock()
        session = self.charge_offline()
        self.assertEqual(session.review_reason_ids.mapped("code"), [])
        self.assertEqual((session.billing, session.charge_ids.state), ("late", "late"))
        self.assertEqual(session.charge_ids.amount_total, 4.95)

    def test_delivered_late_by_a_charger_that_was_never_in_contact_is_held(self):
        """Its clock may be wrong: nothing proves that the guest was in house."""
        self.charger.connection_ids.unlink()
        self.start(7001, 0, timestamp=self.stamp(-9 * HOUR), status="Invalid")
        self.stop(7001, 1, timestamp=self.stamp(-7 * HOUR))
        self.process()
        self.assert_held(self.session(7001), "not_authorized")

    def test_started_after_check_out_is_held(self):
        self.folio.iicharge_checkout = self.t0 - timedelta(hours=9, minutes=1)
        self.assert_held(self.charge_offline(), "not_authorized")

    def test_token_that_was_not_valid_then_is_held(self):
        self.token.valid_until = self.t0 - timedelta(hours=10)
        self.assert_held(self.charge_offline(), "not_authorized")

    def test_unknown_token_delivered_late_is_held(self):
        self.assert_held(self.charge_offline(idTag="STRANGER"), "not_authorized")

    def test_refused_live_is_held_although_it_would_be_valid(self):
        self.start(7001, status="Invalid")
        self.stop(7001)
        self.process()
        self.assert_held(self.session(7001), "not_authorized")

    def test_late_start_of_a_charger_that_was_connected_is_held(self):
        self.charger.connection_ids.unlink()
        self.env["iicharge.connection"].create(
            {
                "charger_id": self.charger.id,
                "online": True,
                "connected_at": self.t0 - timedelta(days=1),
            }
        )
        self.assert_held(self.charge(-9 * HOUR, -7 * HOUR, 0, 1), "clock_differs")

    def test_session_longer_than_the_site_allows_is_held(self):
        self.site.longest_session_h = 1
        self.assert_held(self.charge(0, 2 * HOUR), "session_too_long")

    def test_sum_above_the_limit_of_the_site_is_held_and_can_be_billed(self):
        self.site.largest_amount = 4
        session = self.charge(0, 2 * HOUR)
        self.assert_held(session, "amount_too_large")
        session._decide_to_bill(session.energy_wh, "The guest agrees")
        self.assertAlmostEqual(session.amount_untaxed, 4.50)

    def test_site_without_limits_bills_any_sum(self):
        self.idle_tariff()
        self.site.write(
            {
                "longest_session_h": 0,
                "largest_amount": 0,
                "largest_per_kwh": 0,
                "hold_fee_without_energy": False,
            }
        )
        session = self.charge(0, 90 * HOUR, 0, 90 * HOUR, meter_stop=1003)
        self.assertFalse(session.review_reason_ids)

    # --- the meter ---------------------------------------------------------------------
    def test_glitches_are_billed_by_start_and_stop_and_shown(self):
        self.start(7001, meter_start=153000)
        for number, register in enumerate((154000, 155000, 0, 0, 156000, 157000), 1):
            self.sample(7001, number * HOUR, register)
        self.process()
        self.assertEqual(self.session(7001).energy_wh, 4000)
        self.stop(7001, 8 * HOUR, 158000)
        self.process()
        session = self.session(7001)
        self.assertEqual(
            (session.energy_wh, session.meter_flag_ids.code), (5000, "register_glitch")
        )
        self.assertIn("wrong", session.meter_text)
        self.assertFalse(session.review_reason_ids)

    def test_lifetime_register_without_the_transaction_does_not_bill(self):
        self.start(7001, meter_start=0)
        for number in range(1, 5):
            at = self.stamp(number * HOUR)
            self.sample(7001, number * HOUR, number * 1000)
            value = {"value": str(11000 + number * 1000), "context": "Sample.Clock"}
            self.sample(
                None, number * HOUR, 0, meterValue=[{"timestamp": at, "sampledValue": [value]}]
            )
        self.process()
        session = self.session(7001)
        # both of one second are kept
        self.assertEqual(len(session.meter_value_ids), 8)
        self.assertEqual(session.energy_wh, 4000)
        self.stop(7001, 5 * HOUR, 5000)
        self.process()
        self.assertEqual(
            (session.energy_wh, session.meter_flag_ids.code), (5000, "registers_mixed")
        )

    def test_late_stop_clears_what_was_missing(self):
        self.start(7001, meter_start=153000)
        self.sample(7001, 30, 154000)
        self.sample(7001, 40, 0)
        self.start(7002, 60, meter_start=155000)
        self.process()
        session = self.session(7001)
        self.assertEqual(session.review_reason_ids.mapped("code"), ["stop_missing"])
        self.assertEqual((session.meter_stop_wh, session.energy_wh), (154000, 1000))
        self.stop(7001, 50, 155000)
        self.process()
        self.assertFalse(session.review_reason_ids)
        self.assertEqual(session.energy_wh, 2000)
