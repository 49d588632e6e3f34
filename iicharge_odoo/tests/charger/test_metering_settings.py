# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ...models.charger.iicharge_desired_state import PAUSES_S
from ..common import ChargingCase

MEASURANDS = "Energy.Active.Import.Register,SoC"


@tagged("post_install", "-at_install")
class TestMeteringSettings(ChargingCase):
    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(fields.Datetime.now()))
        self.connection = self.env["iicharge.connection"].create(
            {"charger_id": self.charger.id, "online": True, "fence": 1}
        )

    def list_commands(self):
        return self.env["iicharge.command"].search([("charger_id", "=", self.charger.id)])

    def get_commands(self):
        commands = self.list_commands()
        return [(c.request, json.loads(c.payload).get("value")) for c in reversed(commands)]

    def get_wish(self, kind="measurands"):
        wishes = self.env["iicharge.desired.state"]
        return wishes.search([("charger_id", "=", self.charger.id), ("kind", "=", kind)], limit=1)

    def wait(self, seconds=0):
        """Let time pass, and the charger be requested what is due."""
        self.clock.tick(timedelta(seconds=seconds))
        self.env["iicharge.command"]._expire()
        self.env["iicharge.desired.state"]._reconcile()

    def answer(self, **answer):
        """Answer the last command."""
        self.list_commands()[0]._set_outcome(json.dumps(answer), None, None, fields.Datetime.now())

    def test_measurands_are_sent_when_they_are_set(self):
        charger = self.charger.with_user(self.users["technician"])
        charger.measurands = " Energy.Active.Import.Register, SoC"
        self.wait()
        self.assertEqual(self.get_commands(), [("set_measurands", MEASURANDS)])
        self.assertTrue(self.charger.settings_wait)
        self.answer(status="Accepted")
        self.assertEqual(self.get_wish().state, "met")
        self.charger.invalidate_recordset()
        self.assertFalse(self.charger.settings_wait)
        self.charger.write({"name": "Other", "measurands": self.charger.measurands})
        self.wait(3600)
        self.assertEqual(len(self.get_commands()), 1)

    def test_measurands_are_sent_to_a_charger_that_was_away_when_it_is_back(self):
        self.connection.online = False
        self.charger.invalidate_recordset()
        self.charger.stop_measurands = "Energy.Active.Import.Register"
        self.wait(60)
        self.assertEqual(self.get_commands(), [])
        self.connection.online = True
        self.charger.invalidate_recordset()
        self.wait(60)
        sent = ("set_stop_measurands", "Energy.Active.Import.Register")
        self.assertEqual(self.get_commands(), [sent])

    def test_measurands_are_sent_to_a_new_charger_once_it_is_accepted(self):
        self.charger.admission = "pending"
        self.charger.measurands = "SoC"
        self.wait(60)
        self.assertEqual(self.get_commands(), [])
        self.charger.admission = "accepted"
        self.charger._set_booted(fields.Datetime.now())
        self.charger._set_booted(fields.Datetime.now())
        self.wait()
        self.assertEqual(self.get_commands(), [("set_measurands", "SoC")])

    def test_new_charger_waits_for_its_settings_and_another_does_not(self):
        other = self.charger.copy(
            {"name": "Annexe", "identity": "ANNEXE-1", "measurands": "SoC", "admission": "pending"}
        )
        self.assertTrue(other.settings_pending)
        self.charger.stop_measurands = "SoC"
        for pause in (0, *PAUSES_S[:2]):
            self.wait(pause)
            self.answer(status="Rejected")
        self.wait(PAUSES_S[2])
        self.assertEqual(set(self.list_commands().mapped("request")), {"set_stop_measurands"})
        both = self.charger | other
        both.invalidate_recordset()
        self.assertEqual([bool(one.settings_trouble) for one in both], [True, False])
        self.assertEqual([one.settings_wait for one in both], [True, True])
        self.assertFalse(self.charger.settings_pending)
        third = self.charger.copy({"name": "Roof", "identity": "ROOF-1", "measurands": False})
        third.stop_measurands = False
        self.assertFalse(third.settings_wait)

    def test_setting_that_is_not_answered_or_refused_is_sent_again_and_a_technician_asked(self):
        self.charger.measurands = "SoC"
        self.wait()
        self.wait(PAUSES_S[0] + 5)  # not answered
        self.answer(status="Rejected")
        self.wait(PAUSES_S[1])
        self.assertEqual(self.get_commands(), [("set_measurands", "SoC")] * 3)
        wish = self.get_wish()
        self.assertFalse(wish.notified_at)
        self.answer(status="NotSupported")
        self.wait(PAUSES_S[2])
        self.assertTrue(wish.notified_at)
        self.assertEqual(len(wish.activity_ids), 1)
        self.charger.invalidate_recordset()
        self.assertIn("Measurands While Charging", self.charger.settings_trouble)
        self.answer(status="Accepted")
        self.assertEqual((wish.state, len(wish.activity_ids)), ("met", 0))
        self.charger.invalidate_recordset()
        self.assertFalse(self.charger.settings_trouble)

    def test_setting_that_changed_meanwhile_is_met_by_the_last_one_alone(self):
        self.charger.measurands = "SoC"
        self.wait()
        self.charger.measurands = "Voltage"
        self.answer(status="Accepted")
        self.assertEqual(self.get_wish().state, "open")
        self.wait()
        self.answer(status="Accepted")
        self.assertEqual(self.get_commands()[-1], ("set_measurands", "Voltage"))
        self.assertEqual(self.get_wish().state, "met")

    def test_setting_that_the_charger_shows_is_met(self):
        self.charger.measurands = MEASURANDS
        self.wait()
        self.answer(status="Rejected")
        for value, state in (("SoC", "open"), ("energy.active.import.register, SoC", "met")):
            self.charger._request("get_settings")
            key = {"key": "meterValuesSampledData", "readonly": True, "value": value}
            self.answer(configurationKey=[key])
            self.wait(PAUSES_S[1])
            self.assertEqual(self.get_wish().state, state)

    def test_setting_that_is_emptied_is_wanted_no_more(self):
        self.charger.measurands = "SoC"
        self.charger.measurands = False
        self.wait()
        self.assertEqual((self.get_commands(), self.get_wish().state), ([], "dropped"))

    def test_what_is_no_list_of_measurands_is_refused(self):
        for text in ("Energy Active", "SoC,", "SoC;Voltage", "<b>"):
            with self.assertRaises(ValidationError, msg=text):
                self.charger.measurands = text
        for text in ("SoC", "Voltage.L1-N", "Power.Active.Import,Current.Import"):
            self.charger.measurands = text

    def test_charger_that_labels_kwh_as_wh_is_read_right(self):
        self.charger.energy_factor = "1000"
        self.start(8001, meter_start=5)
        self.sample(8001, 30, 9)
        self.stop(8001, meter_stop=15)
        self.process()
        session = self.session(8001)
        self.assertEqual((session.meter_start_wh, session.meter_stop_wh), (5000, 15000))
        self.assertEqual((session.energy_wh, session.billing != "review"), (10000, True))
        self.assertEqual(session.meter_value_ids.register_wh, 9000)

    def test_unknown_register_stays_unknown_in_any_unit(self):
        self.charger.energy_factor = "0.001"
        self.start(8001, meter_start=1_000_000)
        self.stop(8001, meter_stop=-1)
        self.process()
        session = self.session(8001)
        self.assertEqual((session.meter_start_wh, session.billing), (1000, "review"))
