# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ...service import processor
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestProcessor(ChargingCase):
    def test_charger_held_by_another_processor_is_left_alone(self):
        self.start(7001)
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", (processor.LOCK_CLASS, self.charger.id)
            )
            self.assertEqual(processor.process_messages(self.env).done, 0)
            self.assertFalse(self.session(7001))

    def test_charger_with_a_long_queue_does_not_delay_the_others(self):
        other = self.charger.copy({"identity": "TEST-OTHER"})
        for minute in range(3 * processor.MESSAGES_AT_ONCE):
            self.status("Available", minutes=minute / 100)
        message = self.journal_message("BootNotification", {}, charger=other)
        processor.process_messages(self.env)
        self.assertEqual(message.state, "done")
        waiting = self.env["iicharge.ocpp.message"].search([("state", "=", "new")], order="id")
        oldest_done = self.env["iicharge.ocpp.message"].search(
            [("state", "=", "done"), ("charger_id", "=", self.charger.id)], limit=1
        )
        self.assertLess(oldest_done.id, waiting[0].id)

    def test_credit_limits_are_checked_every_15_seconds(self):
        now, looked = [100.0], []
        worker = processor.Processor(lambda: self.registry, clock=lambda: now[0])
        look = patch.object(
            self.registry["iicharge.session"],
            "_stop_at_limit",
            lambda sessions: looked.append(now[0]),
        )
        with self.enter_registry_test_mode(), look:
            for second in (100, 105, 114, 115, 116, 131):
                now[0] = second
                worker.run_once()
        self.assertEqual(looked, [100, 115, 131])

    def test_task_that_fails_is_run_again_and_delays_no_other(self):
        now, done = [100.0], []
        worker = processor.Processor(lambda: self.registry, clock=lambda: now[0])

        def fail(sessions):
            done.append(("limit", now[0]))
            raise ZeroDivisionError

        sessions = self.registry["iicharge.session"]
        give_back = patch.object(
            sessions,
            "_release_abandoned_payments",
            lambda sessions: done.append(("register", now[0])),
        )
        with (
            self.enter_registry_test_mode(),
            patch.object(sessions, "_stop_at_own_limit", fail),
            give_back,
            self.assertLogs(processor.__name__, "ERROR"),
        ):
            for second in (100, 104, 115):
                now[0] = second
                worker.run_once()
        self.assertEqual([at for task, at in done if task == "limit"], [100, 115])
        self.assertEqual([at for task, at in done if task == "register"], [100, 115])

    def test_features_add_their_tasks(self):
        tasks = {task.method for task in self.env["iicharge.processor.task"]._get_tasks()}
        self.assertLessEqual(
            {
                "_expire",
                "_post_due",
                "_expire_due",
                "_stop_at_limit",
                "_release_abandoned_payments",
            },
            tasks,
        )

    def test_work_is_done_in_rounds_so_that_it_can_be_stopped(self):
        for minute in range(3 * processor.MESSAGES_AT_ONCE):
            self.status("Available", minutes=minute / 100)
        worker = processor.Processor(lambda: self.registry)
        with self.enter_registry_test_mode():
            self.assertEqual(worker.run_once(), 0)
            self.assertTrue(self.env["iicharge.ocpp.message"].search_count([("state", "=", "new")]))
            while worker.run_once() == 0:
                pass
            self.assertFalse(
                self.env["iicharge.ocpp.message"].search_count([("state", "=", "new")])
            )

    def test_messages_of_a_charger_are_applied_in_their_order(self):
        self.start(7001)
        self.stop(7001, minutes=30)
        self.start(7002, minutes=40)
        self.process()
        self.assertEqual(self.session(7001).state, "stopped")
        self.assertFalse(self.session(7001).review_reason_ids)
        self.assertEqual(self.session(7002).state, "charging")

    def test_conflict_or_update_under_way_is_not_counted_against_the_message(self):
        message = self.start(7001)
        for error in (
            psycopg2.errors.SerializationFailure(),
            psycopg2.errors.UndefinedColumn(),
            psycopg2.errors.UndefinedTable(),
        ):
            with (
                patch.object(processor, "apply_message", side_effect=error),
                self.assertRaises(type(error)),
            ):
                self.process()
            self.assertEqual((message.state, message.attempts), ("new", 0))

    def test_parked_message_retried_is_applied(self):
        message = self.start(7001)
        message.write({"state": "parked", "attempts": 3, "reason": "was broken"})
        self.process()
        self.assertFalse(self.session(7001))
        message.with_user(self.users["technician"]).action_retry()
        self.process()
        self.assertEqual(message.state, "done")
        self.assertTrue(self.session(7001))

    def test_old_messages_are_pruned_but_not_those_of_an_open_question(self):
        self.start(7001)
        self.stop(7001, meter_stop=-1)
        kept = self.journal_message("Heartbeat", {}, state="kept")
        self.process()
        self.env.cr.execute("UPDATE iicharge_ocpp_message SET received_at = '2020-01-01'")
        self.env.invalidate_all()
        self.env["iicharge.ocpp.message"]._gc_ocpp_messages()
        self.assertFalse(kept.exists())
        self.assertEqual(len(self.session(7001).ocpp_message_ids), 2)

    def test_cron_applies_what_no_thread_has_applied(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            site = env["iicharge.site"].create({"name": "Cron", "time_zone": "UTC"})
            charger = env["iicharge.charger"].create(
                {"name": "Cron", "identity": "test-cron", "site_id": site.id}
            )
            message = env["iicharge.ocpp.message"].create(
                {
                    "charger_id": charger.id,
                    "direction": "in",
                    "ocpp_version": "1.6",
                    "action": "StatusNotification",
                    "payload": '{"connectorId": 1, "status": "Charging", "errorCode": "NoError"}',
                    "received_at": self.t0,
                    "state": "new",
                }
            )
        self.addCleanup(self.remove_site, site.id)
        self.env["iicharge.ocpp.message"]._cron_process()
        with self.registry.cursor() as cr:
            cr.execute("SELECT state FROM iicharge_ocpp_message WHERE id = %s", (message.id,))
            self.assertEqual(cr.fetchone(), ("done",))

    def remove_site(self, site_id):
        with self.registry.cursor() as cr:
            site = api.Environment(cr, SUPERUSER_ID, {})["iicharge.site"].browse(site_id)
            site.charger_ids.unlink()
            site.unlink()
