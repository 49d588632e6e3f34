# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the settings page says of the processes that run gateway and processor."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import config

from ...models.charger.iicharge_gateway import KEPT, REPORTED_FOR
from ...service import services
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestGatewayState(ChargingCase):
    def setUp(self):
        super().setUp()
        self.gateways = self.env["iicharge.gateway"]
        self.gateways.search([]).unlink()

    def report(self, process="one", **values):
        now = fields.Datetime.now()
        self.gateways._report(
            {
                "process": process,
                "machine": "odoo1",
                "pid": 4711,
                "home": "worker",
                "runs_gateway": True,
                "runs_processor": True,
                "state": "running",
                "place": "127.0.0.1:9000",
                "detail": "gateway-1",
                "since": now - timedelta(hours=2),
                "seen_at": now,
                **values,
            }
        )

    def read_page(self):
        settings = self.env["res.config.settings"].with_user(self.users["manager"]).new({})
        return settings.iicharge_gateway_runs, settings.iicharge_gateway_state

    def test_gateway_that_runs_elsewhere_is_named_with_its_chargers(self):
        self.report()
        connection = {"charger_id": self.charger.id, "gateway": "gateway-1", "online": True}
        self.env["iicharge.connection"].create({**connection, "fence": 1})
        runs, text = self.read_page()
        self.assertTrue(runs)
        self.assertRegex(
            text, r"^Runs at 127\.0\.0\.1:9000 since .* \(A worker of Odoo, process 4711"
        )
        self.assertIn("Connected chargers: 1.", text)

    def test_one_that_runs_goes_before_those_that_wait(self):
        self.report("waiting", state="waiting", detail="")
        self.report()
        self.assertTrue(self.read_page()[0])

    def test_each_that_runs_is_shown(self):
        self.report()
        self.report("two", machine="odoo2", place="10.0.0.12:9000")
        text = self.read_page()[1]
        self.assertIn("on odoo1", text)
        self.assertIn("Runs at 10.0.0.12:9000", text)

    def test_process_that_was_killed_does_not_count(self):
        self.report(seen_at=fields.Datetime.now() - REPORTED_FOR - timedelta(seconds=1))
        runs, text = self.read_page()
        self.assertFalse(runs)
        self.assertIn("Does not run", text)

    def test_reason_is_shown(self):
        self.report(state="failed", detail="Cannot listen on 192.0.2.1.")
        self.assertIn("Does not run: Cannot listen on 192.0.2.1.", self.read_page()[1])
        self.report(state="taken", detail="")
        self.assertIn("another program listens on 127.0.0.1:9000", self.read_page()[1])
        self.report(state="taken", detail="beach")
        self.assertIn("database beach of this Odoo listens", self.read_page()[1])

    def test_what_is_missing_is_said(self):
        with patch.dict(config.options, workers=2):
            self.assertIn("Add iicharge_odoo to server_wide_modules", self.read_page()[1])
        self.env["ir.config_parameter"].set_param("iicharge.gateway_home", "apart")
        self.assertIn("Start odoo iicharge_gateway", self.read_page()[1])

    def test_processor_that_is_missing_is_said(self):
        self.report(runs_processor=False)
        self.assertIn("No process applies messages", self.read_page()[1])
        self.report("two", runs_gateway=False, state="off")
        self.assertNotIn("No process", self.read_page()[1])

    def test_messages_that_wait_are_said(self):
        self.report()
        self.assertNotIn("has waited", self.read_page()[1])
        at = fields.Datetime.now() - timedelta(seconds=90)
        self.journal_message("Heartbeat", {}, received_at=at)
        self.assertRegex(self.read_page()[1], r"has waited for 9\d s")

    def test_record_ends_with_its_process_and_old_ones_with_it(self):
        self.report("old", seen_at=fields.Datetime.now() - KEPT - timedelta(minutes=1))
        self.report()
        self.report("two")
        self.gateways._forget("one")
        self.assertEqual(self.gateways.search([]).mapped("process"), ["two"])


@tagged("post_install", "-at_install")
class TestServices(ChargingCase):
    def setUp(self):
        super().setUp()
        self.started, self.ended = [], []
        test = self

        class Service:
            has_failed = False

            def __init__(self, dbname, home, parts):
                self.dbname = dbname

            def start(self):
                test.started.append(self.dbname)

            def stop(self):
                test.ended.append(self.dbname)

        self.patch(services, "DatabaseService", Service)
        self.found = {}
        self.patch(services, "read_state", lambda name: self.found.get(name, services.WITHOUT))
        self.patch(services, "cron_database_list", lambda: list(self.found))
        self.services = services.Services(services.THREADS)

    def keep(self, **found):
        self.found = found
        self.services.keep()

    def test_databases_with_the_addon_are_served(self):
        self.keep(a=(), b=services.WITHOUT)
        self.assertEqual((self.started, self.ended), (["a"], []))
        self.keep(a=(), b=())
        self.assertEqual((self.started, self.ended), (["a", "b"], []))

    def test_one_that_lost_the_addon_or_is_gone_ends(self):
        self.keep(a=(), b=())
        self.keep(a=services.WITHOUT)
        self.assertEqual(sorted(self.ended), ["a", "b"])

    def test_one_that_cannot_be_asked_goes_on(self):
        self.keep(a=())
        self.keep(a=services.UNKNOWN)
        self.assertEqual(self.ended, [])

    def test_those_of_a_server_that_cannot_be_asked_go_on(self):
        self.keep(a=(), b=())

        def fail():
            raise psycopg2.OperationalError("the server restarts")

        for listing in (fail, list):
            self.patch(services, "cron_database_list", listing)
            self.found = {"a": services.UNKNOWN, "b": services.UNKNOWN}
            self.services.keep()
            self.assertEqual(self.ended, [])

    def test_one_that_was_dropped_ends(self):
        self.keep(a=(), b=())
        self.patch(services, "cron_database_list", lambda: ["b"])
        self.found = {"a": services.UNKNOWN, "b": ()}
        self.services.keep()
        self.assertEqual(self.ended, ["a"])

    def test_one_that_could_not_start_is_started_again(self):
        self.keep(a=())
        self.services._running["a"][1].has_failed = True
        self.services.keep()
        self.assertEqual((self.started, self.ended), (["a", "a"], ["a"]))

    def test_change_of_the_settings_starts_it_again(self):
        self.keep(a=())
        self.keep(a=(("iicharge.gateway_port", "9001"),))
        self.assertEqual((self.started, self.ended), (["a", "a"], ["a"]))

    def test_it_runs_where_the_setting_says(self):
        apart = (("iicharge.gateway_home", "apart"),)
        self.keep(a=apart)
        self.assertEqual(self.started, [])
        own = services.Services(services.PROCESS)
        own.keep(["b"])
        self.assertEqual(self.started, [])
        own.keep(["a"])
        self.assertEqual(self.started, ["a"])
