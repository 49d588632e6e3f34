# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_pos_front_desk import FrontDeskCase


@tagged("post_install", "-at_install")
class TestStates(FrontDeskCase):
    """What a tile of the register shows, from what the charger and front desk did."""

    def read_connector(self):
        board = self.register.iicharge_read_board()
        return next(row for row in board["connectors"] if row["id"] == self.connector.id)

    def test_start_that_waits_for_its_car_is_shown_until_the_car_comes(self):
        self.status("Available")
        self.process()
        answer = self.register.iicharge_start(
            self.connector.id, noted={"name": "", "plate": " B IR 4721 ", "note": "Blue van"}
        )
        self.assertEqual(self.read_connector()["state"], "available")
        command = self.env["iicharge.command"].browse(answer["command_id"])
        command._set_outcome('{"status": "Accepted"}', None, None, fields.Datetime.now())
        self.connector.invalidate_recordset()
        row = self.read_connector()
        self.assertEqual((row["state"], row["label"]), ("waiting", "Waiting for the car"))
        self.assertEqual(
            (row["pending"]["plate"], row["pending"]["note"]), ("B IR 4721", "Blue van")
        )
        self.start(7001, idTag=command.token_id.uid)
        self.process()
        row = self.read_connector()
        self.assertEqual((row["state"], row["pending"]), ("charging", False))
        self.assertEqual(row["session"]["plate"], "B IR 4721")

    def test_start_that_is_cancelled_charges_nobody(self):
        self.status("Available")
        self.process()
        answer = self.register.iicharge_start(self.connector.id)
        command = self.env["iicharge.command"].browse(answer["command_id"])
        command._set_outcome('{"status": "Accepted"}', None, None, fields.Datetime.now())
        self.register.iicharge_cancel_start(self.connector.id)
        self.connector.invalidate_recordset()
        self.assertEqual(self.read_connector()["state"], "available")
        tokens = self.env["iicharge.token"]
        now = fields.Datetime.now()
        decision = tokens._decide(self.charger, command.token_id.uid, now, 1)
        self.assertEqual(decision.status, "Expired")
        with self.assertRaisesRegex(UserError, "No start waits"):
            self.register.iicharge_cancel_start(self.connector.id)

    def test_full_car_and_one_that_waits_are_two_states(self):
        self.start(7001)
        self.status("SuspendedEV", minutes=1)
        self.process()
        self.assertEqual(self.read_connector()["label"], "Car waits")
        self.sample(7001, 30, 6000, power=7200)
        self.process()
        self.connector.invalidate_recordset()
        self.assertEqual(self.read_connector()["label"], "Full")
        self.stop(7001)
        self.status("Finishing", minutes=61)
        self.process()
        self.assertEqual(self.read_connector()["label"], "Unplug")

    def test_end_and_progress_of_a_limited_car_are_shown(self):
        self.connector.with_user(self.cashier)._start_for_visitor(limit_wh=20000)
        tag = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1).uid
        self.start(7001, idTag=tag)
        self.sample(7001, 30, 6000, power=7500)
        self.process()
        session = self.read_connector()["session"]
        self.assertEqual((session["progress"], session["remaining_wh"]), (0.25, 15000))
        self.assertEqual(session["limit_wh"], 20000)
        end = fields.Datetime.to_datetime(session["expected_end"][:-1].replace("T", " "))
        self.assertAlmostEqual((end - fields.Datetime.now()).total_seconds(), 7200, delta=60)
        self.assertEqual(session["slow"]["code"], "one_phase")
        self.assertTrue(session["slow"]["say"])

    def test_call_of_a_technician_is_on_the_tile(self):
        self.assertFalse(self.read_connector()["called_at"])
        self.register.iicharge_call_technician(self.connector.id)
        request = self.charger._get_open_request()
        self.assertEqual(self.read_connector()["called_at"], f"{request.create_date.isoformat()}Z")

    def test_price_is_told_with_tax(self):
        price = self.register.iicharge_read_prices()[self.connector.id]
        self.assertIn("0.495", price["amount"])
        self.assertEqual(price["unit"], "per kWh")
