# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The readings of many chargers are added together, with the same outcome as one by one."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..common import ChargingCase, process_messages

SHOWN = ("last_value_at", "power_w", "energy_wh", "energy_kwh", "soc_percent", "state")
# (minutes, sampled values): a car that climbs, what is odd about a reading, a glitch of the meter
READINGS = (
    (1, [{"value": "1200", "unit": "Wh"}]),
    (
        2,
        [
            {"value": "1.4004", "unit": "kWh"},
            {"value": "11000", "measurand": "Power.Active.Import"},
        ],
    ),
    (3, [{"value": "31", "measurand": "SoC"}, {"value": "1600.0005"}]),
    (3.5, [{"value": "1601"}]),
    (4, [{"value": ""}, {"value": "7.25", "measurand": "Current.Import", "phase": "L1"}]),
    (5, [{"value": "900000"}]),
    (6, [{"value": "2000"}, {"value": 'SIGNED,\t"x"\\\n', "format": "SignedData"}]),
    (7, [{"value": "2200", "context": "Sample.Clock"}]),
    (8, [{"value": "2300", "context": 'Odd, "one"'}, {"value": "230", "measurand": "Voltage"}]),
)


@tagged("post_install", "-at_install")
class TestReportsTogether(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.charger.copy({"identity": "TEST-TWIN"})
        cls.env["iicharge.connector"].create(
            {"charger_id": cls.twin.id, "number": 1, "rated_power_w": 22000}
        )

    def start_both(self):
        self.start(7001)
        start = self.start(8001)
        start.charger_id = self.twin
        self.process()
        return self.session(7001), self.session(8001, self.twin)

    def report(self, transaction_id, minutes, sampled, charger=None):
        at = self.t0 + timedelta(minutes=minutes)
        values = [{"timestamp": self.wire_time(at), "sampledValue": sampled}]
        content = {"connectorId": 1, "transactionId": transaction_id, "meterValue": values}
        return self.journal_message("MeterValues", content, {}, at, charger)

    def read_points(self, session):
        names = set(session.meter_value_ids._fields) - {"id", "session_id", "display_name"}
        return [{name: point[name] for name in names} for point in session.meter_value_ids]

    def test_together_and_one_by_one_have_the_same_outcome(self):
        together, alone = self.start_both()
        for minutes, sampled in READINGS:
            self.report(8001, minutes, sampled, self.twin)
            process_messages(self.env)
        for minutes, sampled in READINGS:
            self.report(7001, minutes, sampled)
        with patch.object(self.registry["iicharge.session"], "_add_readings") as one_by_one:
            process_messages(self.env)
        one_by_one.assert_not_called()
        self.env.invalidate_all()
        self.assertEqual(self.read_points(together), self.read_points(alone))
        self.assertEqual(*[session.read(SHOWN)[0] | {"id": 0} for session in (together, alone)])
        self.assertEqual(len(together.meter_value_ids), len(READINGS))
        self.assertEqual((together.energy_wh, together.soc_percent), (1300, 31))
        self.assertEqual(together.ocpp_message_ids.mapped("state"), ["done"] * 10)

    def test_report_of_earlier_times_is_added_alone_and_in_order(self):
        session, other = self.start_both()
        messages = (
            self.report(7001, 5, [{"value": "2000"}])
            | self.report(7001, 3, [{"value": "1500"}])
            | self.report(7001, 6, [{"value": "2300"}])
            | self.report(8001, 5, [{"value": "1900"}], self.twin)
        )
        with patch.object(
            self.registry["iicharge.session"], "_add_readings", autospec=True
        ) as alone:
            process_messages(self.env)
        self.assertEqual([call.args[0] for call in alone.call_args_list], [session] * 3)
        self.assertEqual(other.energy_wh, 900)
        messages.write({"state": "new"})
        self.process()
        points = session.meter_value_ids.sorted("at")
        self.assertEqual(points.mapped("energy_wh"), [500, 1000, 1300])
        self.assertEqual((session.energy_wh, len(other.meter_value_ids)), (1300, 1))

    def test_readings_after_another_message_wait_for_it(self):
        first, other = self.start_both()
        self.report(8001, 5, [{"value": "1900"}], self.twin)
        self.report(7001, 5, [{"value": "2000"}])
        self.stop(7001, minutes=10, meter_stop=2500)
        self.start(7002, minutes=20, meter_start=2500)
        self.report(7002, 25, [{"value": "3000"}])
        self.process()
        self.assertEqual((first.state, first.energy_wh, other.energy_wh), ("stopped", 1500, 900))
        self.assertEqual(len(first.meter_value_ids.filtered("has_register")), 1)
        self.assertEqual(self.session(7002).energy_wh, 500)

    def test_message_that_fails_harms_no_other(self):
        session, other = self.start_both()
        self.report(8001, 5, [{"value": "1900"}], self.twin)
        poisoned = self.report(7001, 5, [{"value": "2000"}])
        poisoned.ocpp_version = "0.9"
        outcome = process_messages(self.env)
        self.assertEqual((outcome.done, list(outcome.waits)), (1, [self.charger.id]))
        self.assertEqual((other.energy_wh, session.energy_wh), (900, 0))
        self.assertEqual((poisoned.state, poisoned.attempts), ("new", 1))

    def test_charger_that_was_not_accepted_changes_nothing(self):
        _session, other = self.start_both()
        new = self.charger.copy({"identity": "TEST-NEW", "admission": "pending"})
        messages = self.report(8001, 5, [{"value": "1900"}], self.twin)
        messages |= self.report(8001, 5, [{"value": "1900"}], new)
        process_messages(self.env)
        self.assertEqual(messages.mapped("state"), ["done", "done"])
        self.assertEqual(messages.session_id, other)
        self.assertFalse(new.connector_ids)
