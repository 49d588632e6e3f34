# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestCommand(ChargingCase):
    def go_online(self):
        self.env["iicharge.connection"].create(
            {"charger_id": self.charger.id, "online": True, "fence": 1}
        )

    def answer(self, command, answer, error_code=False, reason=False):
        self.journal_message(
            command.action,
            json.loads(command.payload),
            direction="out",
            command_id=command.id,
            error_code=error_code,
            reason=reason,
            received_at=fields.Datetime.now(),
        ).answer = json.dumps(answer) if answer else False
        self.process()

    def test_command_queued_then_answered_shows_the_outcome(self):
        charger = self.charger.with_user(self.users["technician"])
        command = charger.send_command("Reset", {"type": "Soft"})
        self.assertEqual(command.state, "queued")
        self.assertEqual(json.loads(command.payload), {"type": "Soft"})
        self.answer(command, {"status": "Accepted"})
        self.assertEqual(command.state, "answered")
        self.assertEqual(command.outcome, "Accepted")

    def test_charger_answers_with_an_error_is_failed(self):
        command = self.charger.send_command("Reset", {"type": "Soft"})
        self.answer(command, ["NotSupported", "", {}], error_code="NotSupported")
        self.assertEqual(command.state, "failed")
        self.assertEqual(command.error_code, "NotSupported")

    def test_no_answer_in_time_is_closed(self):
        command = self.charger.send_command("Reset", {"type": "Soft"})
        command.sudo().expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env["iicharge.command"]._expire()
        self.assertEqual(command.state, "timeout")
        self.answer(command, {"status": "Accepted"})
        self.assertEqual(command.state, "timeout", "what was closed stays closed")

    def test_front_desk_may_stop_and_restart_softly_but_not_hard(self):
        charger = self.charger.with_user(self.users["front_desk"])
        charger.send_command("RemoteStopTransaction", {"transactionId": 1})
        charger.send_command("Reset", {"type": "Soft"})
        for payload in ({"type": "Hard"}, {"type": "soft"}, {}):
            with self.assertRaises(AccessError, msg=payload):
                charger.send_command("Reset", payload)

    def test_command_keeps_who_asked(self):
        user = self.users["front_desk"]
        command = self.charger.with_user(user).send_command("Reset", {"type": "Soft"})
        self.assertEqual(command.create_uid, user)

    def test_accountant_commands_nothing(self):
        self.go_online()
        self.start(7001)
        self.process()
        user = self.users["accountant"]
        with self.assertRaises(AccessError):
            self.charger.with_user(user).send_command("UnlockConnector", {"connectorId": 1})
        with self.assertRaises(AccessError):
            self.session(7001).with_user(user).action_remote_stop()

    def test_password_for_the_charger_is_never_shown(self):
        payload = {"key": "AuthorizationKey", "value": "correct horse"}
        command = self.charger.with_user(self.users["technician"]).send_command(
            "ChangeConfiguration", payload
        )
        self.assertNotIn("horse", command.payload)
        self.assertEqual(json.loads(command.sudo().secret_payload), payload)
        with self.assertRaises(AccessError):
            command.read(["secret_payload"])
        command.sudo().expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env["iicharge.command"]._expire()
        self.assertFalse(command.sudo().secret_payload)

    def test_charger_offline_says_so_to_the_person(self):
        with self.assertRaisesRegex(UserError, "not connected"):
            self.charger.action_reset_soft()
        self.go_online()
        self.charger.action_reset_soft()

    def test_remote_stop_names_the_transaction(self):
        self.go_online()
        self.start(7001)
        self.process()
        self.connector.with_user(self.users["front_desk"]).action_stop()
        command = self.env["iicharge.command"].search([], limit=1)
        self.assertEqual(json.loads(command.payload), {"transactionId": 7001})

    # --- words -------------------------------------------------------------------------------
    def test_command_that_was_not_sent_says_so(self):
        command = self.charger.send_command("UnlockConnector", {"connectorId": 1}, timeout_s=-1)
        self.env["iicharge.command"]._expire()
        self.assertIn("was not sent", command.result_text)
        sent = self.charger.send_command("UnlockConnector", {"connectorId": 1}, timeout_s=-1)
        sent.write({"state": "sent", "sent_at": fields.Datetime.now()})
        self.env["iicharge.command"]._expire()
        self.assertIn("has not answered in time", sent.result_text)

    def test_invalid_request_blames_no_charger(self):
        command = self.charger.send_command("Reset", {"type": "soft"})
        command.write({"state": "sent", "sent_at": fields.Datetime.now()})
        reason = "Not sent. type: 'soft' is not one of Hard, Soft."
        self.answer(command, ["FormationViolation", reason, {}], "FormationViolation", reason)
        self.assertEqual((command.state, command.sent_at), ("failed", False))
        self.assertIn("request itself is not valid: type: 'soft'", command.result_text)

    def test_function_that_the_charger_has_not_is_not_tried_again(self):
        command = self.charger.send_command("TriggerMessage", {"requestedMessage": "Heartbeat"})
        self.answer(command, {"status": "NotImplemented"})
        self.assertIn("trying again does not help", command.result_text)

    def test_connection_that_ends_at_a_restart_is_the_restart(self):
        for action, payload, text in (
            ("Reset", {"type": "Hard"}, "back in a minute or two"),
            ("UnlockConnector", {"connectorId": 1}, "may have done it or not"),
        ):
            command = self.charger.send_command(action, payload)
            command.write({"state": "sent", "sent_at": fields.Datetime.now()})
            self.answer(command, None, reason="The connection ended before the answer.")
            self.assertIn(text, command.result_text)

    def test_command_waits_a_day_at_most(self):
        with self.assertRaisesRegex(UserError, "at most"):
            self.charger.send_command("Reset", {"type": "Soft"}, timeout_s=10**9)
