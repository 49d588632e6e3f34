# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ...models.charger import iicharge_pruning
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestPruning(ChargingCase):
    """Old messages, commands and readings go, the oldest first and in steps; evidence stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pruning = cls.env["iicharge.pruning"]
        # those of other tests and of the demo
        while cls.pruning._gc_ocpp_messages()[1]:
            pass
        cls.pruning._gc_commands()

    def journal_at(self, days, **values):
        at = fields.Datetime.now() - timedelta(days=days)
        return self.journal_message("Heartbeat", {}, received_at=at, state="kept", **values)

    def make_command(self, days, state="answered", **values):
        command = self.charger.send_command("ClearCache")
        command.sudo().write({"state": state, **values})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE iicharge_command SET create_date = now() - %s WHERE id = %s",
            [timedelta(days=days), command.id],
        )
        return command

    # --- messages ---------------------------------------------------------------------------
    def test_old_messages_go_but_not_those_of_an_open_question(self):
        self.start(7001)
        self.stop(7001, meter_stop=-1)
        kept = self.journal_message("Heartbeat", {}, state="kept")
        self.process()
        self.env.cr.execute("UPDATE iicharge_ocpp_message SET received_at = '2020-01-01'")
        self.env.invalidate_all()
        self.pruning._gc_ocpp_messages()
        self.assertFalse(kept.exists())
        self.assertEqual(len(self.session(7001).ocpp_message_ids), 2)

    def test_oldest_messages_go_first_and_what_is_left_is_said(self):
        """Check it with ids that do not follow the time: a charger delivers late, too."""
        newer, oldest, older, young = map(self.journal_at, (95, 300, 200, 5))
        with patch.object(iicharge_pruning, "PRUNED_AT_ONCE", 2):
            self.assertEqual(self.pruning._gc_ocpp_messages(), (2, 1))
            self.assertEqual((oldest | older).exists(), oldest.browse())
            self.assertTrue(newer.exists())
            self.assertEqual(self.pruning._gc_ocpp_messages(), (1, 0))
        self.assertEqual((newer | young).exists(), young)

    def test_parked_message_stays_however_old(self):
        parked = self.journal_at(300)
        parked.state = "parked"
        self.pruning._gc_ocpp_messages()
        self.assertTrue(parked.exists())

    # --- commands ---------------------------------------------------------------------------
    def test_old_commands_go(self):
        old, young = self.make_command(100), self.make_command(5)
        waiting = self.make_command(100, state="sent")
        self.assertEqual(self.pruning._gc_commands(), (1, 0))
        self.assertEqual((old | young | waiting).exists(), young | waiting)

    def test_command_stays_as_long_as_its_message(self):
        command = self.make_command(100)
        message = self.journal_at(5, command_id=command.id)
        self.assertEqual(self.pruning._gc_commands(), (0, 0))
        message.unlink()
        self.assertEqual(self.pruning._gc_commands(), (1, 0))

    def test_command_of_the_password_that_is_expected_stays(self):
        command = self.make_command(100, state="timeout", secret_hash="hashed")
        self.charger.sudo().next_secret_hash = "hashed"
        self.pruning._gc_commands()
        self.assertTrue(command.exists())

    # --- readings ---------------------------------------------------------------------------
    def charge_long_ago(self, transaction_id):
        session = self.charge_kwh(transaction_id)
        self.post()
        session.stopped_at = fields.Datetime.now() - timedelta(days=40)
        values = {"session_id": session.id, "at": session.started_at}
        return session, self.env["iicharge.meter.value"].create(
            [
                {**values, "energy_wh": 5},
                {**values, "state": "suspended_ev"},
                {**values, "energy_wh": 6, "signed_data": "OCMF|{}"},
            ]
        )

    def test_readings_go_after_the_companys_period(self):
        session, (plain, state, signed) = self.charge_long_ago(7001)
        amount, text = session.amount_total, session.charge_ids.breakdown_text
        self.assertEqual(session.billing, "posted")
        self.company.iicharge_keep_readings_days = 30
        self.assertEqual(self.pruning._gc_readings(), (1, 0))
        self.assertEqual((plain | state | signed).exists(), state | signed)
        self.assertTrue(session.readings_removed)
        self.assertEqual((session.amount_total, session.charge_ids.breakdown_text), (amount, text))
        self.assertEqual(self.pruning._gc_readings(), (0, 0))

    def test_readings_stay_without_a_period_and_while_a_question_is_open(self):
        session, readings = self.charge_long_ago(7001)
        self.pruning._gc_readings()
        self.assertEqual(readings.exists(), readings)
        self.company.iicharge_keep_readings_days = 30
        session._open_dispute("price", "Too much")
        self.pruning._gc_readings()
        self.assertEqual(readings.exists(), readings)
