# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import os
import re
from datetime import timedelta
from unittest.mock import patch

from prometheus_client.parser import text_string_to_metric_families

from odoo import fields
from odoo.tests import HttpCase, tagged

from ...controllers import metrics
from ..common import ChargingCase

TOKEN = "a-token-that-is-long-enough"


@tagged("post_install", "-at_install")
class TestFigures(ChargingCase, HttpCase):
    session = None  # HttpCase keeps the browser's web session here

    def setUp(self):
        super().setUp()
        metrics.MISSES_OF_ADDRESS._counts.clear()

    def measure(self):
        self.env.flush_all()
        return {
            figure.name: figure.values for figure in self.env["iicharge.figures"]._read_figures()
        }

    def scrape(self, token=TOKEN, kept=TOKEN):
        with patch.dict(os.environ, {metrics.TOKEN_VARIABLE: kept}):
            headers = {"Authorization": f"Bearer {token}"}
            return self.url_open("/iicharge/metrics", headers=headers)

    def test_messages_and_sessions_are_counted(self):
        before = self.measure()
        self.journal_message("Heartbeat", {}, received_at=self.t0)
        self.start(9100)
        waiting = self.measure()
        self.assertEqual(waiting["messages_waiting"][()], before["messages_waiting"][()] + 2)
        self.assertGreaterEqual(waiting["messages_wait_seconds"][()], 3 * 3600)
        self.assertEqual(waiting["messages_total"][()], before["messages_total"][()] + 2)
        self.process()
        applied = self.measure()
        self.assertEqual(applied["messages_waiting"], before["messages_waiting"])
        running = applied["sessions"][("running",)] - before["sessions"][("running",)]
        self.assertEqual(running, 1)
        self.charger.send_command("TriggerMessage", {"requestedMessage": "Heartbeat"})
        queued = self.measure()["commands"][("queued",)] - applied["commands"][("queued",)]
        self.assertEqual(queued, 1)

    def test_late_charge_and_parked_message_are_counted(self):
        before = self.measure()
        self.start(9101)
        self.process()
        self.folio.locked = True
        self.stop(9101)
        self.process()
        self.post()
        self.start(9102)
        message = self.env["iicharge.ocpp.message"].search([], order="id desc", limit=1)
        message.write({"state": "parked", "reason": "of the test"})
        after = self.measure()
        self.assertEqual(after["charges_late"][()], before["charges_late"][()] + 1)
        self.assertEqual(after["messages_parked"][()], before["messages_parked"][()] + 1)

    def test_processes_say_who_holds_which_chargers(self):
        now = fields.Datetime.now()
        self.env["iicharge.gateway"]._report(
            {
                "process": "of-the-test",
                "machine": "garage",
                "pid": 7,
                "home": "process",
                "runs_gateway": True,
                "runs_processor": False,
                "state": "running",
                "place": "127.0.0.1:9000",
                "detail": "holder",
                "since": now,
                "seen_at": now,
            }
        )
        self.env["iicharge.connection"].create(
            {"charger_id": self.charger.id, "online": True, "fence": 1, "gateway": "holder"}
        )
        figures = self.measure()
        self.assertEqual(figures["connections"][("garage", "127.0.0.1:9000")], 1)
        self.assertIn(("garage", "7", "process"), figures["process_state_since_seconds"])
        self.env["iicharge.gateway"].search([("process", "=", "of-the-test")]).seen_at = (
            now - timedelta(minutes=5)
        )
        self.assertNotIn(("garage", "127.0.0.1:9000"), self.measure()["connections"])

    def test_prometheus_reads_what_is_served(self):
        answer = self.scrape()
        self.assertEqual(answer.status_code, 200)
        self.assertIn("text/plain", answer.headers["Content-Type"])
        families = {family.name: family for family in text_string_to_metric_families(answer.text)}
        self.assertEqual(families["iicharge_messages"].type, "counter")
        self.assertEqual(families["iicharge_messages_waiting"].type, "gauge")
        names = {f"iicharge_{name}".removesuffix("_total") for name in self.measure()}
        self.assertEqual(set(families), names)
        for name in names:
            self.assertTrue(re.fullmatch(r"[a-z_]+", name), name)

    def test_no_figure_names_a_guest_or_a_charger(self):
        self.start(9103)
        self.stop(9103)
        self.process()
        text = self.scrape().text
        guest = self.folio.partner_id.name
        for secret in (guest, self.charger.identity, self.charger.name, TOKEN):
            self.assertNotIn(secret, text)

    def test_stranger_gets_nothing_and_is_stopped(self):
        strange = "\xe9".encode().decode("latin-1")
        for token, kept in (("", TOKEN), ("wrong", TOKEN), (strange, TOKEN), ("", ""), (TOKEN, "")):
            answer = self.scrape(token, kept)
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn("iicharge_messages", answer.text)
        codes = [self.scrape("wrong").status_code for _number in range(20)]
        self.assertEqual(codes[-1], 429)
        self.assertEqual(self.scrape().status_code, 200, "who knows the token is let in")


@tagged("post_install", "-at_install")
class TestServiceAlerts(ChargingCase):
    def look(self, kind):
        self.env["iicharge.alert"]._reconcile_name(kind, self.company)

    def find(self, record):
        return self.env["iicharge.alert"]._find_open(record).mapped("kind")

    def test_messages_that_wait_need_a_technician_until_they_are_applied(self):
        self.start(9110)
        self.look("messages_wait")
        self.assertEqual(self.find(self.charger), ["messages_wait"])
        self.process()
        self.look("messages_wait")
        self.assertFalse(self.find(self.charger))

    def test_messages_of_the_last_minutes_need_nobody(self):
        self.journal_message("Heartbeat", {}, received_at=fields.Datetime.now())
        self.look("messages_wait")
        self.assertFalse(self.find(self.charger))

    def test_parked_messages_need_a_technician_until_somebody_decides(self):
        self.start(9111)
        message = self.env["iicharge.ocpp.message"].search([], order="id desc", limit=1)
        message.write({"state": "parked", "reason": "of the test"})
        self.look("messages_parked")
        alert = self.env["iicharge.alert"]._find_open(self.charger)
        self.assertEqual((alert.kind, alert.role), ("messages_parked", "technician"))
        message.state = "kept"
        self.look("messages_parked")
        self.assertFalse(self.find(self.charger))

    def test_missing_gateway_needs_a_technician_where_chargers_were_connected(self):
        self.env["iicharge.gateway"].search([]).unlink()
        self.look("gateway_missing")
        self.assertFalse(self.find(self.site), "no charger was ever connected")
        long_ago = fields.Datetime.now() - timedelta(hours=1)
        self.env["iicharge.connection"].create(
            {"charger_id": self.charger.id, "last_seen_at": long_ago, "fence": 1}
        )
        self.look("gateway_missing")
        self.assertEqual(self.find(self.site), ["gateway_missing"])
        self.assertTrue(self.site.activity_ids)
        self.env["iicharge.gateway"]._report(
            {
                "process": "of-the-test",
                "machine": "garage",
                "pid": 7,
                "home": "process",
                "runs_gateway": True,
                "runs_processor": True,
                "state": "running",
                "since": long_ago,
                "seen_at": fields.Datetime.now(),
            }
        )
        self.look("gateway_missing")
        self.assertFalse(self.find(self.site))

    def test_gateway_is_not_missed_while_its_process_begins(self):
        self.env["iicharge.gateway"].search([]).unlink()
        self.env["iicharge.connection"].create(
            {"charger_id": self.charger.id, "last_seen_at": self.t0, "fence": 1}
        )
        now = fields.Datetime.now()
        process = {
            "process": "of-the-test",
            "machine": "garage",
            "pid": 7,
            "home": "process",
            "runs_gateway": True,
            "runs_processor": True,
            "state": "waiting",
            "since": now,
            "seen_at": now,
        }
        self.env["iicharge.gateway"]._report(process)
        self.look("gateway_missing")
        self.assertFalse(self.find(self.site))
        self.env["iicharge.gateway"]._report({**process, "since": now - timedelta(hours=1)})
        self.look("gateway_missing")
        self.assertEqual(self.find(self.site), ["gateway_missing"])

    def test_gateway_that_is_switched_off_is_not_missed(self):
        self.env["iicharge.gateway"].search([]).unlink()
        self.env["iicharge.connection"].create(
            {"charger_id": self.charger.id, "last_seen_at": self.t0, "fence": 1}
        )
        with patch.dict(os.environ, {"IICHARGE_GATEWAY": "0"}):
            self.look("gateway_missing")
        self.assertFalse(self.find(self.site))
