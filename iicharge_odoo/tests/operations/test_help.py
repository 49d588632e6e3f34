# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...core import errors, guide
from ..pos.test_pos_front_desk import FrontDeskCase


@tagged("post_install", "-at_install")
class TestGuide(FrontDeskCase):
    def read_guide(self, *args):
        return self.register.iicharge_read_guide(self.connector.id, *args)

    def fail(self, code="GroundFailure"):
        self.status("Faulted", error_code=code, vendorErrorCode="E17")
        self.process()

    def steps(self, *args):
        return {step["action"]: step["id"] for step in self.read_guide(*args)["steps"]}

    def test_every_fault_state_and_refusal_has_a_guide(self):
        refusals = [refusal.code for refusal in errors.Refusal.__subclasses__()]
        for code in (*guide.CODES, *refusals):
            record = self.env["iicharge.guide"].search([("code", "=", code)])
            self.assertEqual(len(record), 1, code)
            self.assertTrue(record.step_ids, code)

    def test_fault_opens_its_guide_in_words(self):
        self.fail()
        found = self.read_guide()
        self.assertEqual(found["code"], "GroundFailure")
        # the charger's own code is for a technician: it is on the board, apart from the words
        self.assertEqual(found["state"], "Out of order")
        board = self.register.iicharge_read_board()["connectors"]
        [row] = [row for row in board if row["id"] == self.connector.id]
        self.assertIn("E17", row["fault_code"])
        self.assertTrue(found["meaning"] and found["advice"])

    def test_steps_come_in_the_order_to_try_them(self):
        self.fail("InternalError")
        actions = [step["action"] for step in self.read_guide()["steps"]]
        self.assertEqual(actions[-1], "technician")
        self.assertLess(actions.index("reset"), actions.index("technician"))

    def test_refusal_opens_its_own_guide(self):
        self.fail()
        self.assertEqual(self.read_guide("no_post")["code"], "no_post")
        with self.assertRaisesRegex(UserError, "no help"):
            self.read_guide("unheard_of")

    def test_only_free_connectors_of_the_same_plug_are_offered(self):
        self.fail()
        self.assertFalse(self.read_guide()["others"])
        self.status("Available", connector=2)
        self.process()
        (other,) = self.read_guide()["others"]
        self.assertEqual(other["id"], self.other_connector.id)
        self.other_connector.standard = "ccs2"
        self.assertFalse(self.read_guide()["others"])

    def test_reserved_and_taken_connectors_are_not_offered(self):
        self.fail()
        self.status("Available", connector=2)
        self.start(7001, connectorId=2)
        self.process()
        self.assertFalse(self.read_guide()["others"])
        self.stop(7001)
        self.process()
        self.assertTrue(self.read_guide()["others"])
        until = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.other_connector._reserve_for_stay(self.folio, until)
        self.assertFalse(self.read_guide()["others"])

    def test_note_of_the_hotel_is_shown_with_the_guide(self):
        self.fail()
        record = self.env["iicharge.guide"].search([("code", "=", "GroundFailure")])
        record.with_user(self.users["manager"]).note = "Ask Jan."
        self.assertEqual(self.read_guide()["note"], "Ask Jan.")
        with self.assertRaises(AccessError):
            record.with_user(self.users["front_desk"]).note = "x"

    def test_soft_restart_is_sent_and_kept_with_its_outcome(self):
        self.fail("InternalError")
        result = self.register.iicharge_reset(self.connector.id)
        command = self.env["iicharge.command"].browse(result["command_id"])
        self.assertEqual((command.action, json.loads(command.payload)), ("Reset", {"type": "Soft"}))
        command._set_outcome('{"status": "Rejected"}', None, None, fields.Datetime.now())
        (row,) = self.read_guide()["attempts"]
        self.assertEqual(row["step_id"], self.steps()["reset"])
        self.assertIn("test_cashier", row["who"])
        self.assertIn("refused to restart", row["outcome"])

    def test_restart_while_others_charge_asks_first(self):
        self.start(7001, connectorId=2)
        self.process()
        self.assertEqual(self.register.iicharge_reset(self.connector.id), {"busy": 1})
        self.assertFalse(
            self.env["iicharge.command"].search([("charger_id", "=", self.charger.id)])
        )
        self.assertIn("command_id", self.register.iicharge_reset(self.connector.id, override=True))

    def test_unlock_names_the_connector(self):
        result = self.register.iicharge_unlock(self.connector.id)
        command = self.env["iicharge.command"].browse(result["command_id"])
        self.assertEqual(json.loads(command.payload), {"connectorId": 1})

    def test_charger_offline_is_said_and_nothing_is_kept_as_tried(self):
        self.env["iicharge.connection"].search([]).online = False
        self.assertEqual(self.read_guide()["code"], "offline")
        for call in (self.register.iicharge_reset, self.register.iicharge_unlock):
            with self.assertRaisesRegex(UserError, "not connected"):
                call(self.connector.id)
        self.assertFalse(self.read_guide()["attempts"])

    def test_what_was_tried_by_hand_is_kept(self):
        self.fail("InternalError")
        step = self.read_guide()["steps"][0]["id"]
        (row,) = self.register.iicharge_record_attempt(self.connector.id, step, False)
        self.assertEqual((row["step_id"], row["outcome"]), (step, "Did Not Help"))
        with self.assertRaisesRegex(UserError, "has changed"):
            self.register.iicharge_record_attempt(
                self.connector.id, self.env.ref("iicharge_odoo.guide_step_search").id, True
            )

    def test_register_of_another_site_sees_nothing(self):
        self.config.iicharge_site_ids = self.site.copy({"name": "Annexe"})
        for call in (
            self.register.iicharge_read_guide,
            self.register.iicharge_reset,
            self.register.iicharge_unlock,
            self.register.iicharge_call_technician,
        ):
            with self.assertRaises(AccessError):
                call(self.connector.id)

    def test_guide_opens_from_the_connector(self):
        self.fail()
        action = self.connector.with_user(self.users["front_desk"]).action_help()
        self.assertEqual(self.env["iicharge.guide"].browse(action["res_id"]).code, "GroundFailure")


@tagged("post_install", "-at_install")
class TestTechnician(FrontDeskCase):
    def call(self, register=None, text="Smells of burning."):
        (register or self.register).iicharge_call_technician(self.connector.id, text)
        return self.env["maintenance.request"].search(
            [("equipment_id", "=", self.charger.equipment_id.id)]
        )

    def test_request_holds_fault_attempts_and_messages(self):
        self.status("Faulted", error_code="OtherError", vendorErrorCode="E17")
        self.process()
        step = self.env.ref("iicharge_odoo.guide_step_plug")
        self.register.iicharge_record_attempt(self.connector.id, step.id, False)
        request = self.call()
        self.assertIn(f"Called by {self.cashier.name}", request.description)
        if "employee_id" not in request._fields:  # if it is installed, it shows the owner
            self.assertEqual(request.owner_user_id, self.cashier)
        self.assertEqual(request.equipment_id, self.charger.equipment_id)
        for text in ("Smells of burning.", "E17", step.text, "StatusNotification", "test_cashier"):
            self.assertIn(text, request.description)

    def test_no_guests_card_and_no_secret_is_sent(self):
        self.journal_message(
            "Authorize", {"idTag": "04A1B2C3"}, {"idTagInfo": {"parentIdTag": "PARENT1"}}
        )
        self.start(7001)
        self.journal_message(
            "ChangeConfiguration", {"key": "WifiPassword", "value": "horse"}, direction="out"
        )
        self.journal_message("DataTransfer", {"vendorId": "x", "data": "04A1B2C3 Anna"})
        self.process()
        description = self.call().description
        self.assertIn("Authorize", description)
        self.assertIn("DataTransfer", description)
        for secret in ("04A1B2C3", "PARENT1", "horse", "Anna"):
            self.assertNotIn(secret, description)

    def test_second_call_adds_to_the_open_request(self):
        request = self.call()
        self.assertEqual(self.call(self.bar, "Still broken."), request)
        self.assertIn("Still broken.", request.message_ids[0].body)
        self.assertEqual(
            self.register.iicharge_read_guide(self.connector.id)["request"], request.name
        )

    def test_call_after_the_repair_is_a_new_request(self):
        request = self.call()
        request.stage_id = self.env["maintenance.stage"].search([("done", "=", True)], limit=1)
        self.assertEqual(len(self.call()), 2)
        equipment = self.env["maintenance.equipment"].search([("name", "=like", "Garage 1 (%")])
        self.assertEqual(len(equipment), 1)

    def test_markup_of_front_desk_is_only_text(self):
        request = self.call(text="<script>alert(1)</script>")
        self.assertNotIn("<script", request.description)

    def test_hotel_without_a_team_gets_an_instruction(self):
        self.env["maintenance.request"].search([]).unlink()
        self.env["maintenance.equipment"].search([]).maintenance_team_id = False
        self.env["maintenance.team"].search([]).unlink()
        with self.assertRaisesRegex(UserError, "maintenance team"):
            self.call()
