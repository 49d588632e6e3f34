# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import inspect
import json
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_autovacuum import is_autovacuum

from ...core import errors
from ...models.session import iicharge_session_anonymize as iicharge_session_anonymize
from ..common import ChargingCase

DAYS = 30


@tagged("post_install", "-at_install")
class TestAnonymizeGuests(ChargingCase):
    """Guests are removed from closed sessions after the company's period; money stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.iicharge_anonymize_days = DAYS
        cls.t0 -= timedelta(days=DAYS + 1)
        cls.folio.iicharge_checkin = cls.t0 - timedelta(days=1)

    def anonymize(self):
        return self.env["iicharge.session"]._gc_guests()

    def bill(self, transaction_id=7001):
        session = self.charge_kwh(transaction_id)
        self.env["iicharge.charge"]._post_due()
        self.assertEqual(session.billing, "posted")
        return session

    def assert_known(self, session):
        self.anonymize()
        self.assertEqual(session.partner_id, self.guest)
        self.assertEqual(session.id_tag, "04A1B2C3")
        self.assertFalse(session.guest_anonymized)
        self.assertIn("04A1B2C3", session.ocpp_message_ids.sorted("id")[0].payload)

    def test_closed_session_loses_its_guest(self):
        session = self.bill()
        self.assertEqual(self.anonymize(), (1, 0))
        self.assertTrue(session.guest_anonymized)
        for name in ("partner_id", "room", "token_id", "id_tag"):
            self.assertFalse(session[name], name)
        self.assertEqual(self.anonymize(), (0, 0))

    def test_money_and_energy_stay(self):
        session = self.bill()
        lines = self.folio.order_line.read(["name", "price_total", "iicharge_charge_line_id"])
        charge = session.charge_ids.read(["amount_total", "state", "folio_id", "partner_id"])
        self.anonymize()
        self.assertEqual(
            self.folio.order_line.read(["name", "price_total", "iicharge_charge_line_id"]), lines
        )
        self.assertEqual(
            session.charge_ids.read(["amount_total", "state", "folio_id", "partner_id"]), charge
        )
        self.assertEqual((session.energy_wh, session.amount_total), (10000, 4.95))
        self.assertEqual(self.folio.partner_id, self.guest)

    def test_tag_is_gone_from_the_messages_and_the_rest_of_them_stays(self):
        self.start(7001, idTag="04A1B2C3")
        odd = self.stop(7001, idTag='quo"ted \\ tag')
        odd.answer = '{"idTagInfo": {"status": "Accepted", "parentIdTag" : "PARENT-1"}}'
        self.process()
        self.env["iicharge.charge"]._post_due()
        session = self.session(7001)
        self.anonymize()
        start, stop = session.ocpp_message_ids.sorted("id")
        self.assertEqual(json.loads(start.payload)["idTag"], "anonymized")
        self.assertEqual(json.loads(start.payload)["meterStart"], 1000)
        self.assertEqual(json.loads(stop.payload)["idTag"], "anonymized")
        self.assertEqual(json.loads(stop.payload)["meterStop"], 11000)
        self.assertEqual(json.loads(stop.answer)["idTagInfo"]["parentIdTag"], "anonymized")
        self.assertEqual(json.loads(stop.answer)["idTagInfo"]["status"], "Accepted")

    def test_authorize_messages_are_anonymized_when_old(self):
        old = self.journal_message("Authorize", {"idTag": "04A1B2C3"}, state="done")
        waiting = self.journal_message("Authorize", {"idTag": "04A1B2C3"})
        fresh = self.journal_message(
            "Authorize", {"idTag": "X"}, state="done", received_at=fields.Datetime.now()
        )
        command = self.charger.send_command(
            "RemoteStartTransaction", {"connectorId": 1, "idTag": "04A1B2C3"}
        ).sudo()
        command.state = "answered"
        self.anonymize()
        self.assertEqual((old | waiting | fresh).exists(), waiting | fresh)
        self.assertIn("04A1B2C3", command.payload)
        self.env.cr.execute(
            "UPDATE iicharge_command SET create_date = %s WHERE id = %s", (self.t0, command.id)
        )
        command.invalidate_recordset()
        self.anonymize()
        self.assertEqual(json.loads(command.payload), {"connectorId": 1, "idTag": "anonymized"})

    def test_token_of_a_single_start_goes_and_a_card_stays(self):
        once = self.env["iicharge.token"].create(
            {"uid": "ONCE", "kind": "remote", "single_use": True, "folio_id": self.folio.id}
        )
        self.start(7002, idTag="ONCE", connectorId=2)
        self.stop(7002)
        self.bill()
        self.anonymize()
        self.assertFalse(once.exists())
        self.assertTrue(self.token.exists())

    def test_session_before_its_day_is_kept(self):
        self.company.iicharge_anonymize_days = DAYS + 2
        self.assert_known(self.bill())

    def test_company_without_a_period_keeps_all(self):
        self.company.iicharge_anonymize_days = 0
        self.assert_known(self.bill())

    def test_vacuum_of_parts_of_models_fails_nowhere(self):
        """Odoo calls what it vacuums by on each model and on each part that models inherit."""
        session = self.bill()
        for model in self.env.values():
            for name, method in inspect.getmembers(type(model), is_autovacuum):
                if "iicharge" in method.__module__:
                    with self.subTest(f"{model._name}.{name}"):
                        method(model)
        self.assertTrue(session.guest_anonymized)

    def test_period_below_zero_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.company.iicharge_anonymize_days = -1
            self.company.flush_recordset()

    def test_other_companys_period_is_not_ours(self):
        other = self.env["res.company"].create(
            {"name": "Other hotel", "iicharge_anonymize_days": 1}
        )
        self.company.iicharge_anonymize_days = 0
        message = self.journal_message("Authorize", {"idTag": "04A1B2C3"}, state="done")
        self.assertTrue(other)
        self.assert_known(self.bill())
        self.assertTrue(message.exists())

    def test_running_session_is_kept(self):
        self.start(7001)
        self.process()
        self.assert_known(self.session(7001))

    def test_session_that_is_not_closed_is_kept(self):
        late = self.charge_kwh(7001)
        late.charge_ids._set_refused(errors.FolioClosed())
        self.assertEqual(late.billing, "late")
        self.assert_known(late)
        disputed = self.bill(7002)
        disputed._set_billing("disputed")
        self.assert_known(disputed)
        self.start(7003, status="Invalid")
        self.stop(7003)
        self.process()
        self.assertEqual(self.session(7003).billing, "review")
        self.assert_known(self.session(7003))

    def test_batch_shows_what_is_left_and_the_next_takes_it(self):
        for transaction_id in (7001, 7002, 7003):
            self.bill(transaction_id)
        with patch.object(iicharge_session_anonymize, "ANONYMIZE_AT_ONCE", 2):
            self.assertEqual(self.anonymize(), (2, 1))
            self.assertEqual(self.anonymize(), (1, 0))
