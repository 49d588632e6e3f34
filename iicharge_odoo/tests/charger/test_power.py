# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import Form, tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestPower(ChargingCase):
    def announce(self):
        self.site.write({"accept_unknown_chargers": True, "sequence": -1})
        return self.env["iicharge.charger"]._register_unknown("Announced-1", "s" * 20, "192.0.2.7")

    def charge(self, kwh, power_w, charger_power_w=0):
        """Charge for half an hour; give the session."""
        self.connector.rated_power_w = 0
        self.charger.rated_power_w = charger_power_w
        self.start(8001)
        for minute in (10, 20):
            self.sample(8001, minute, 1000 + kwh * 1000 * minute // 30, power=power_w)
        self.stop(8001, minutes=30, meter_stop=1000 + kwh * 1000)
        self.process()
        return self.session(8001)

    def test_announced_charger_keeps_its_spelling_and_has_no_power_yet(self):
        charger = self.announce()
        self.assertEqual((charger.name, charger.identity), ("Announced-1", "Announced-1"))
        self.assertEqual(charger.rated_power_w, 0)

    def test_acceptance_asks_for_the_power(self):
        charger = self.announce().with_user(self.users["technician"])
        action = charger.action_check_and_accept()
        self.assertEqual(charger.admission, "pending")
        with Form(
            self.env["iicharge.charger.accept"]
            .with_user(self.users["technician"])
            .with_context(**action["context"])
        ) as form:
            form.current_type = "dc"
            form.rated_power_kw = 60
        form.record.action_accept()
        self.assertEqual(
            (charger.admission, charger.current_type, charger.rated_power_w),
            ("accepted", "dc", 60000),
        )

    def test_charger_with_a_power_is_accepted_at_once(self):
        charger = self.announce()
        charger.rated_power_w = 11000
        charger.with_user(self.users["technician"]).action_check_and_accept()
        self.assertEqual(charger.admission, "accepted")

    def test_session_is_not_held_where_no_power_is_known(self):
        session = self.charge(30, 60_000)
        self.assertNotEqual(session.billing, "review")
        self.assertEqual(self.connector.highest_power_w, 60_000)
        self.assertEqual(self.connector._get_power_w(), 60_000)

    def test_wrong_power_is_said_and_a_correction_reaches_the_connectors(self):
        session = self.charge(30, 60_000, charger_power_w=22_000)
        self.assertEqual(session.billing, "review")
        self.assertIn("gave 60.0 kW", self.charger.message_ids[0].body)
        self.assertEqual(self.connector._get_rated_power_w(), 22_000)
        self.charger.rated_power_w = 60_000
        self.assertEqual(self.connector._get_rated_power_w(), 60_000)

    def test_corrected_power_judges_held_sessions_again_and_bills_them(self):
        session = self.charge(30, 60_000, charger_power_w=22_000)
        self.assertEqual(session.billing, "review")
        self.charger.rated_power_w = 40_000
        self.assertEqual(session.billing, "review", "30 kWh in half an hour are 60 kW")
        self.charger.with_user(self.users["technician"]).rated_power_w = 60_000
        self.assertEqual((session.billing, session.energy_wh), ("rated", 30_000))
        note = session.message_ids.filtered(lambda one: "Checked again" in (one.body or ""))
        self.assertIn("60.0 kW", note.body)
        self.assertEqual(note.subtype_id, self.env.ref("iicharge_odoo.mt_session_decision"))

    def test_power_of_one_connector_judges_only_its_sessions(self):
        session = self.charge(30, 60_000, charger_power_w=22_000)
        self.connector.rated_power_w = 22_000
        self.charger.rated_power_w = 60_000
        self.assertEqual(session.billing, "review")
        self.connector.rated_power_w = 60_000
        self.assertEqual(session.billing, "rated")

    def test_single_spike_teaches_nothing(self):
        self.start(8001)
        self.sample(8001, 10, 2000, power=11_000)
        self.sample(8001, 20, 3000, power=300_000)
        self.stop(8001, minutes=30, meter_stop=4000)
        self.process()
        self.assertEqual(self.connector.highest_power_w, 11_000)

    def test_connector_that_a_charger_reports_has_the_power_of_its_charger(self):
        self.charger.rated_power_w = 7400
        connector = self.charger._get_connector(3)
        self.assertEqual((connector.rated_power_w, connector._get_power_w()), (0, 7400))

    def test_quote_without_a_power_is_a_typical_one(self):
        self.connector.rated_power_w = self.charger.rated_power_w = 0
        self.assertTrue(self.connector.quote())
