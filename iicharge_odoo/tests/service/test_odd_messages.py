# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Malformed and implausible messages never block the processing of sessions."""

from datetime import timedelta

from odoo.tests import tagged

from ..common import ChargingCase

ODD_VALUES = (
    None,
    True,
    -1,
    0,
    2**31,
    2**70,
    1.5,
    10.0**18,
    "",
    "NaN",
    "1e400",
    "9" * 400,
    "A\0B",
    "x" * 500,
    [],
    [1],
    {},
    {"a": None},
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
)


@tagged("post_install", "-at_install")
class TestOddMessages(ChargingCase):
    def send_with_each_odd_value(self, action, payload):
        """Journal a message for each field and odd value, with valid other fields."""
        for name in (*payload, None):
            for value in ODD_VALUES:
                content = {**payload, name: value} if name else value
                self.journal_message(action, content, {"transactionId": next(self.message_numbers)})
        self.process()

    def assertNoneParked(self):
        parked = self.env["iicharge.ocpp.message"].search([("state", "!=", "done")])
        self.assertFalse(
            parked, "\n".join(f"{p.action} {p.payload[:150]} {p.state} {p.reason}" for p in parked)
        )

    def test_boot_with_odd_values_is_applied(self):
        self.send_with_each_odd_value(
            "BootNotification",
            {
                "chargePointVendor": "V",
                "chargePointModel": "M",
                "chargePointSerialNumber": "1",
                "firmwareVersion": "2",
            },
        )
        self.assertNoneParked()

    def test_status_with_odd_values_is_applied(self):
        self.start(7001)
        self.send_with_each_odd_value(
            "StatusNotification",
            {
                "connectorId": 1,
                "status": "Faulted",
                "errorCode": "OtherError",
                "vendorErrorCode": "E1",
                "info": "hot",
                "timestamp": self.wire_time(self.t0),
            },
        )
        self.assertNoneParked()

    def test_start_with_odd_values_is_applied(self):
        self.send_with_each_odd_value(
            "StartTransaction",
            {
                "connectorId": 1,
                "idTag": "04A1B2C3",
                "meterStart": 1000,
                "timestamp": self.wire_time(self.t0),
            },
        )
        self.assertNoneParked()

    def test_meter_values_with_odd_values_are_applied(self):
        self.start(7001)
        self.process()
        sampled = {
            "value": "2000",
            "unit": "Wh",
            "measurand": "Energy.Active.Import.Register",
            "context": "Sample.Periodic",
            "phase": "L1",
            "location": "Outlet",
            "format": "Raw",
        }
        item = {"timestamp": self.wire_time(self.t0), "sampledValue": [sampled]}
        self.send_with_each_odd_value(
            "MeterValues", {"connectorId": 1, "transactionId": 7001, "meterValue": [item]}
        )
        for name in sampled:
            for odd in ODD_VALUES:
                odd_item = {**item, "sampledValue": [{**sampled, name: odd}]}
                self.journal_message(
                    "MeterValues", {"transactionId": 7001, "meterValue": [odd_item]}
                )
        for name in item:
            for odd in ODD_VALUES:
                odd_item = {**item, name: odd}
                self.journal_message(
                    "MeterValues", {"transactionId": 7001, "meterValue": [odd_item]}
                )
        self.process()
        self.assertNoneParked()

    def test_stop_with_odd_values_is_applied(self):
        payload = {
            "transactionId": 7001,
            "idTag": "04A1B2C3",
            "meterStop": 11000,
            "timestamp": self.wire_time(self.t0),
            "reason": "Local",
            "transactionData": [],
        }
        for transaction_id, name in enumerate(payload, start=7001):
            for odd in ODD_VALUES:
                number = next(self.message_numbers) + transaction_id
                self.start(number)
                self.journal_message(
                    "StopTransaction", {**payload, "transactionId": number, name: odd}
                )
        self.process()
        self.assertNoneParked()

    def test_stop_far_in_the_future_is_held_and_ends_in_time(self):
        self.start(7001)
        self.stop(7001, timestamp="9999-12-31T23:59:59Z")
        self.process()
        session = self.session(7001)
        self.assertEqual(session.review_reason_ids.mapped("code"), ["clock_unset"])
        self.assertEqual(session.stopped_at, self.t0 + timedelta(minutes=60))

    def test_numbers_sent_as_text_find_their_session(self):
        self.start(7001)
        self.sample(7001, 30, 5000, transactionId="7001")
        self.stop(7001, transactionId=7001.0, meterStop="11000")
        self.process()
        session = self.session(7001)
        self.assertEqual((session.state, session.energy_wh), ("stopped", 10000))
        self.assertEqual(len(session.meter_value_ids), 1)
