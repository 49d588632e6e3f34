# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestSession(ChargingCase):
    """Messages of chargers make sessions (docs/chargers.md rows 15 to 20, 24 to 26, 30 to 36)."""

    def test_start_makes_session_of_the_stay(self):
        self.start(7001)
        self.process()
        session = self.session(7001)
        self.assertEqual(session.state, "charging")
        self.assertEqual(session.billing, "open")
        self.assertEqual(session.folio_id, self.folio)
        self.assertEqual(session.partner_id, self.guest)
        self.assertEqual(session.room, "101")
        self.assertEqual(session.tariff_id, self.tariff)
        self.assertEqual(session.connector_id.current_session_id, session)

    def test_start_repeated_keeps_one_session(self):
        self.start(7001)
        self.start(7001)
        self.process()
        self.assertEqual(
            self.env["iicharge.session"].search_count([("charger_id", "=", self.charger.id)]), 1
        )

    def test_meter_values_move_the_live_numbers(self):
        self.start(7001)
        self.sample(7001, 10, 3000, power=11000)
        self.sample(7001, 20, 5000.5, power=10800)
        self.process()
        session = self.session(7001)
        self.assertAlmostEqual(session.energy_wh, 4000.5)
        self.assertEqual(session.power_w, 10800)
        self.assertEqual(len(session.meter_value_ids), 2)

    def test_meter_values_repeated_are_kept_once(self):
        self.start(7001)
        self.sample(7001, 10, 3000)
        self.sample(7001, 10, 3000)
        self.process()
        self.assertEqual(len(self.session(7001).meter_value_ids), 1)

    def test_meter_values_without_transaction_belong_to_the_open_session(self):
        self.start(7001)
        message = self.sample(0, 10, 3000)
        self.process()
        self.assertEqual(message.session_id, self.session(7001))

    def test_meter_value_empty_is_skipped(self):
        self.start(7001)
        self.sample(7001, 10, "")
        self.process()
        session = self.session(7001)
        self.assertFalse(session.meter_value_ids.has_register)
        self.assertEqual(session.energy_wh, 0)

    def test_stop_bills_start_to_stop(self):
        session = self.charge_kwh(kwh=20)
        self.assertEqual(session.state, "stopped")
        self.assertEqual(session.energy_wh, 20000)
        self.assertEqual(session.billing, "rated")
        self.assertAlmostEqual(session.amount_untaxed, 9.00)
        self.assertAlmostEqual(session.amount_total, 9.90)

    def test_stop_repeated_changes_nothing(self):
        session = self.charge_kwh()
        self.stop(7001, meter_stop=99000)
        self.process()
        self.assertEqual(session.energy_wh, 10000)
        self.assertEqual(len(session.charge_ids), 1)

    def test_stop_without_id_tag_is_taken(self):
        self.start(7001)
        self.stop(7001)
        self.process()
        self.assertEqual(self.session(7001).billing, "rated")

    def test_stop_of_unknown_transaction_is_kept_for_review(self):
        message = self.stop(9999, idTag="04A1B2C3")
        self.process()
        session = message.session_id
        self.assertEqual(message.state, "done")
        self.assertEqual(session.billing, "review")
        self.assertEqual(session.review_reason_ids.mapped("code"), ["start_missing"])
        self.assertEqual(session.folio_id, self.folio)
        self.assertFalse(session.charge_ids)

    def test_stop_with_transaction_zero_ends_the_open_session(self):
        self.start(7001)
        self.stop(0)
        self.process()
        self.assertEqual(self.session(7001).state, "stopped")

    def test_stop_with_transaction_minus_one_and_two_open_is_an_orphan(self):
        self.start(7001)
        self.start(7002, connectorId=2, idTag="other")
        message = self.stop(-1)
        self.process()
        self.assertEqual(message.session_id.review_reason_ids.mapped("code"), ["start_missing"])
        self.assertEqual(self.session(7001).state, "charging")

    def test_second_stop_without_known_transaction_is_kept_too(self):
        first = self.stop(0)
        second = self.stop(-1, minutes=70)
        self.process()
        self.assertEqual((first | second).mapped("state"), ["done", "done"])
        self.assertEqual(len(first.session_id | second.session_id), 2)

    def test_stop_without_known_transaction_sent_again_stops_no_other_session(self):
        self.start(7001)
        self.start(7002, connectorId=2, idTag="other")
        first = self.stop(-1, idTag="04A1B2C3")
        again = self.stop(-1, idTag="04A1B2C3")
        self.process()
        self.assertEqual(again.session_id, self.session(7001))
        self.assertEqual(first.session_id, self.session(7001))
        self.assertEqual(self.session(7002).state, "charging")

    def test_start_applied_after_the_next_one_leaves_that_running(self):
        late = self.start(7001)
        late.state = "parked"
        self.start(7002, minutes=60)
        self.process()
        late.state = "new"
        self.process()
        self.assertEqual(self.session(7002).state, "charging")
        self.assertEqual(self.session(7001).stopped_at, self.t0 + timedelta(minutes=60))
        self.assertEqual(self.session(7001).billing, "review")

    def test_start_given_the_number_of_an_old_orphan_is_a_session_of_its_own(self):
        """A charger reports the stop of a transaction that another central system numbered;
        later the same number is given out here."""
        orphan = self.stop(7001, minutes=0)
        self.start(7001, minutes=30)
        self.stop(7001, minutes=90)
        self.process()
        session = self.session(7001)
        self.assertEqual((session.billing, session.energy_wh), ("rated", 10000))
        self.assertEqual(orphan.session_id.review_reason_ids.mapped("code"), ["start_missing"])
        self.assertNotEqual(orphan.session_id, session)

    def test_start_applied_after_its_stop_completes_the_session(self):
        """The start was parked, and retried after the stop was applied."""
        start = self.start(7001)
        start.state = "parked"
        self.sample(7001, 30, 5000)
        self.stop(7001)
        self.process()
        self.assertEqual(self.session(7001).review_reason_ids.mapped("code"), ["start_missing"])
        start.state = "new"
        self.process()
        session = self.session(7001)
        self.assertEqual((session.billing, session.energy_wh), ("rated", 10000))
        self.assertFalse(session.review_reason_ids)
        self.assertEqual(session.folio_id, self.folio)
        self.assertEqual(session.stopped_at, self.t0 + timedelta(minutes=60))
        self.assertEqual(len(self.env["iicharge.session"].search([("id", "=", session.id)])), 1)

    def test_true_stop_after_a_person_decided_changes_no_money(self):
        self.start(7001)
        self.sample(7001, 20, 3000)
        self.start(7002, minutes=60)
        self.process()
        session = self.session(7001)
        session.billing = "void"
        stop = self.stop(7001, minutes=50, meter_stop=9000)
        self.process()
        self.assertEqual(stop.state, "done")
        self.assertEqual(stop.session_id, session)
        self.assertEqual((session.billing, session.energy_wh), ("void", 2000))

    def test_stop_without_meter_is_held(self):
        self.start(7001)
        self.sample(7001, 30, 5000)
        self.stop(7001, meter_stop=-1)
        self.process()
        session = self.session(7001)
        self.assertEqual(session.billing, "review")
        self.assertIn("meter_stop_missing", session.review_reason_ids.mapped("code"))
        self.assertEqual(session.energy_wh, 4000)
        self.assertFalse(session.charge_ids)

    def test_negative_register_at_start_is_held(self):
        self.start(7001, meter_start=-5)
        self.stop(7001)
        self.process()
        self.assertIn("meter_start_missing", self.session(7001).review_reason_ids.mapped("code"))

    def test_meter_stop_below_start_is_held(self):
        self.start(7001, meter_start=5000)
        self.stop(7001, meter_stop=2000)
        self.process()
        session = self.session(7001)
        self.assertIn("register_went_back", session.review_reason_ids.mapped("code"))
        self.assertFalse(session.charge_ids)

    def test_lifetime_register_as_one_session_is_held(self):
        self.start(7001, meter_start=0)
        self.stop(7001, meter_stop=7783903)
        self.process()
        session = self.session(7001)
        self.assertIn("implausible_energy", session.review_reason_ids.mapped("code"))
        self.assertTrue(session.review_text)
        self.assertFalse(session.charge_ids)

    def test_next_start_closes_the_session_whose_stop_never_came(self):
        self.start(7001)
        self.sample(7001, 30, 5000)
        self.start(7002, minutes=90, meter_start=6000)
        self.process()
        lost = self.session(7001)
        self.assertEqual(lost.state, "stopped")
        self.assertEqual(lost.stopped_at, self.t0 + timedelta(minutes=30))
        self.assertEqual(lost.billing, "review")
        self.assertIn("stop_missing", lost.review_reason_ids.mapped("code"))
        self.assertEqual(lost.energy_wh, 4000)
        self.assertEqual(self.session(7002).state, "charging")

    def test_true_stop_replaces_what_was_assumed(self):
        self.start(7001)
        self.sample(7001, 30, 5000)
        self.start(7002, minutes=90, meter_start=11000)
        self.stop(7001, minutes=60)
        self.process()
        session = self.session(7001)
        self.assertEqual(session.energy_wh, 10000)
        self.assertEqual(session.stopped_at, self.t0 + timedelta(minutes=60))
        self.assertEqual(session.billing, "rated")

    def test_true_stop_after_a_decision_is_shown_once_and_bills_nothing_again(self):
        self.start(7001)
        self.sample(7001, 30, 5000)
        self.process()
        session = self.session(7001)
        session._close_without_stop(fields.Datetime.now())
        session._decide_to_bill(4000, "The charger is gone")
        for _repeat in range(2):
            self.stop(7001, minutes=60)
            self.process()
        self.assertEqual((session.energy_wh, session.billing), (4000, "rated"))
        notes = session.message_ids.filtered(lambda note: "reports the stop" in note.body)
        self.assertEqual(len(notes), 1)
        self.assertIn("meter 11.000 kWh", notes.body)
        self.assertIn("4.000 kWh were decided on", notes.body)

    def test_reading_after_the_stop_never_reopens(self):
        session = self.charge_kwh()
        self.sample(7001, 70, 12000, power=5000)
        self.process()
        self.assertEqual(session.state, "stopped")
        self.assertEqual(session.energy_wh, 10000)
        self.assertFalse(session.meter_value_ids)

    def test_token_refused_but_energy_taken_is_held(self):
        self.start(7001, idTag="unknown", status="Invalid")
        self.stop(7001)
        self.process()
        self.assertIn("not_authorized", self.session(7001).review_reason_ids.mapped("code"))

    def test_clock_in_1970_is_held(self):
        self.start(7001, timestamp="1970-01-01T00:00:10Z")
        self.stop(7001)
        self.process()
        session = self.session(7001)
        self.assertIn("clock_unset", session.review_reason_ids.mapped("code"))
        self.assertEqual(session.started_at, self.t0)

    def test_status_moves_session_and_curve(self):
        self.start(7001)
        self.status("SuspendedEV", minutes=30)
        self.process()
        session = self.session(7001)
        self.assertEqual(session.state, "suspended_ev")
        self.assertEqual(session.meter_value_ids.mapped("state"), ["suspended_ev"])

    def test_each_status_moves_the_session_as_the_version_says(self):
        self.start(7001)
        expected = {
            "SuspendedEVSE": "suspended_evse",
            "Charging": "charging",
            "SuspendedEV": "suspended_ev",
            "Faulted": "suspended_evse",
            # these say nothing about a session that runs
            "Available": "suspended_evse",
            "Preparing": "suspended_evse",
            "Finishing": "suspended_evse",
            "Reserved": "suspended_evse",
            "Error": "suspended_evse",
        }
        for minute, (status, state) in enumerate(expected.items(), 30):
            with self.subTest(status):
                self.status(status, minutes=minute)
                self.process()
                self.assertEqual(self.session(7001).state, state)
        self.status("SuspendedEV", minutes=50)
        self.status("Unavailable", minutes=51)
        self.process()
        self.assertEqual(self.session(7001).state, "suspended_evse")

    def test_status_of_station_hides_no_connector(self):
        self.status("Charging", minutes=0)
        self.status("Unavailable", minutes=1, connector=0)
        self.process()
        self.assertEqual(self.charger.status, "Unavailable")
        self.assertEqual(self.connector.status, "charging")

    def test_older_status_does_not_replace_newer(self):
        self.status("Charging", minutes=5)
        self.status("Available", minutes=1)
        self.process()
        self.assertEqual(self.connector.status, "charging")

    def test_status_of_a_clock_ahead_does_not_hide_what_follows(self):
        ahead = self.wire_time(self.t0 + timedelta(hours=10))
        self.status("Charging", minutes=0, timestamp=ahead)
        self.status("Available", minutes=1)
        self.status("Charging", connector=0, timestamp=ahead)
        self.status("Available", minutes=1, connector=0)
        self.process()
        self.assertEqual(self.connector.status, "available")
        self.assertEqual(self.charger.status, "Available")

    def test_fault_reported_again_is_shown_once(self):
        before = len(self.charger.message_ids)
        for minute in range(3):
            self.status("Faulted", minutes=minute, error_code="GroundFailure")
        self.process()
        self.assertEqual(len(self.charger.message_ids), before + 1)
        self.status("Faulted", minutes=4, error_code="HighTemperature")
        self.process()
        self.assertEqual(len(self.charger.message_ids), before + 2)

    def test_fault_is_shown_on_the_charger(self):
        self.status("Faulted", error_code="GroundFailure")
        self.process()
        self.assertEqual(self.connector.error_code, "GroundFailure")
        self.assertIn("GroundFailure", self.charger.message_ids[:1].body)

    def test_tariff_changed_meanwhile_keeps_the_price_of_the_start(self):
        self.start(7001)
        self.process()
        self.tariff.component_ids.price = 9.99
        self.stop(7001)
        self.process()
        self.assertAlmostEqual(self.session(7001).amount_untaxed, 4.50)

    @mute_logger("odoo.addons.iicharge_odoo.service.applying")
    def test_message_that_cannot_be_applied_is_parked_and_others_go_on(self):
        bad = self.journal_message("StartTransaction", {}, received_at=self.t0)
        bad.payload = "{"
        self.start(7001)
        for _attempt in range(3):
            self.process()
        self.assertEqual(bad.state, "parked")
        self.assertIn("JSONDecodeError", bad.reason)
        self.assertEqual(self.session(7001).state, "charging")
