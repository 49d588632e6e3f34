# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import ChargingCase

MEASURANDS = "Energy.Active.Import.Register,SoC"


@tagged("post_install", "-at_install")
class TestMeteringSettings(ChargingCase):
    def setUp(self):
        super().setUp()
        self.connection = self.env["iicharge.connection"].create(
            {"charger_id": self.charger.id, "online": True, "fence": 1}
        )

    def get_commands(self):
        commands = self.env["iicharge.command"].search([("charger_id", "=", self.charger.id)])
        return {(c.request, json.loads(c.payload).get("value")) for c in commands}

    def test_measurands_are_sent_when_they_are_set(self):
        charger = self.charger.with_user(self.users["technician"])
        charger.measurands = " Energy.Active.Import.Register, SoC"
        self.assertEqual(self.get_commands(), {("set_measurands", MEASURANDS)})
        self.assertFalse(self.charger.settings_pending)
        self.charger.write({"name": "Other", "measurands": self.charger.measurands})
        self.assertEqual(len(self.get_commands()), 1)

    def test_measurands_are_sent_at_the_next_start_of_a_charger_that_is_away(self):
        self.connection.online = False
        self.charger.invalidate_recordset()
        self.charger.stop_measurands = "Energy.Active.Import.Register"
        self.assertEqual(self.get_commands(), set())
        self.assertTrue(self.charger.settings_pending)
        self.charger._set_booted(fields.Datetime.now())
        self.charger._set_booted(fields.Datetime.now())
        self.assertEqual(
            self.get_commands(), {("set_stop_measurands", "Energy.Active.Import.Register")}
        )

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
