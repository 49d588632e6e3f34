# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import errno
from contextlib import ExitStack
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from odoo.addons.base.models.ir_cron import IrCron

from ...models.charger.iicharge_processor_task import WATCH, Task
from ...service import applying, iicharge_ocpp_message, processor
from ...service.processor import Processor
from ..common import ChargingCase, process_messages


@tagged("post_install", "-at_install")
class TestProcessor(ChargingCase):
    def test_charger_held_by_another_processor_is_left_alone(self):
        self.start(7001)
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", (applying.LOCK_CLASS, self.charger.id)
            )
            self.assertEqual(process_messages(self.env), (0, {self.charger.id: None}))
            self.assertFalse(self.session(7001))

    def test_charger_with_a_long_queue_does_not_delay_the_others(self):
        other = self.charger.copy({"identity": "TEST-OTHER"})
        for minute in range(3 * applying.MESSAGES_AT_ONCE):
            self.status("Available", minutes=minute / 100)
        message = self.journal_message("BootNotification", {}, charger=other)
        process_messages(self.env)
        self.assertEqual(message.state, "done")
        waiting = self.env["iicharge.ocpp.message"].search([("state", "=", "new")], order="id")
        oldest_done = self.env["iicharge.ocpp.message"].search(
            [("state", "=", "done"), ("charger_id", "=", self.charger.id)], limit=1
        )
        self.assertLess(oldest_done.id, waiting[0].id)

    def run_at(self, task, *seconds, worker=WATCH, **methods):
        """Run rounds at these times with one task only. :return: what each round returned"""
        now = [0.0]
        runner = processor.Processor(lambda: self.registry, worker, clock=lambda: now[0])
        returned = []
        tasks = self.registry["iicharge.processor.task"]
        with ExitStack() as stack:
            stack.enter_context(self.enter_registry_test_mode())
            stack.enter_context(patch.object(tasks, "_get_tasks", lambda self: [task]))
            for name, method in methods.items():
                model = self.registry[task.model]
                stack.enter_context(patch.object(model, name, method, create=True))
            for second in seconds:
                now[0] = second
                returned.append(runner.run_once())
        return returned

    def test_credit_limits_are_checked_every_15_seconds(self):
        tasks = self.env["iicharge.processor.task"]._get_tasks()
        [task] = [task for task in tasks if task.method == "_stop_at_limit"]
        looked = []
        times = (100, 105, 114, 115, 116, 131)
        self.run_at(
            task,
            *times,
            _find_limited_stays=lambda _model, skip: [7],
            _stop_at_limit=lambda _model, keys: looked.append(keys),
        )
        self.assertEqual(len(looked), 3)

    def test_task_that_fails_is_run_again(self):
        tried = []

        def fail(_model):
            tried.append(1)
            raise ZeroDivisionError

        task = Task("iicharge.session", "_fail", 15)
        with self.assertLogs(processor.__name__, "ERROR"):
            returned = self.run_at(task, 100, 104, 115, _fail=fail)
        self.assertEqual((len(tried), returned), (2, [15, 11, 15]))

    def test_task_that_fails_delays_no_other(self):
        worker = processor.Processor(lambda: self.registry)
        sessions = self.registry["iicharge.session"]
        with (
            self.enter_registry_test_mode(),
            patch.object(sessions, "_find_limited", side_effect=ZeroDivisionError),
            patch.object(sessions, "_find_abandoned_payments", return_value=[]) as find,
            self.assertLogs(processor.__name__, "ERROR"),
        ):
            worker.run_once()
        find.assert_called_once()

    def test_piece_that_meets_a_lock_pauses_alone_and_longer_each_time(self):
        done, waiting = [], {1, 2, 3}

        def do(_model, keys):
            if 2 in keys:
                raise psycopg2.errors.LockNotAvailable
            done.append(keys)
            waiting.difference_update(keys)

        task = Task("iicharge.session", "_do", find="_find", at_once=3)
        returned = self.run_at(
            task,
            *(0, 0.05, 0.1, 0.2, 0.31),
            _find=lambda _model, skip: sorted(waiting - set(skip)),
            _do=do,
        )
        self.assertEqual(done, [[1], [3]])
        self.assertEqual([wait and round(wait, 2) for wait in returned], [0, 0.05, 0.2, 0.1, 0.4])

    def test_piece_that_is_held_makes_no_regular_task_run_more_often(self):
        done = []

        def do(_model, keys):
            done.append(keys)
            return {2: 0} if 2 in keys else None

        task = Task("iicharge.session", "_do", 15, find="_find", at_once=3)
        self.run_at(
            task,
            *(0, 0.1, 15),
            _find=lambda _model, skip: [key for key in (1, 2, 3) if key not in skip],
            _do=do,
        )
        self.assertEqual(done, [[1, 2, 3], [2], [1, 3], [2]])

    def test_piece_that_another_process_is_at_is_passed_by(self):
        done, found = [], []

        def find(_model, skip):
            found.append(list(skip))
            return [key for key in (1, 2, 3, 4) if key not in skip][:2]

        def do(_model, keys):
            done.append(keys)
            return dict.fromkeys({1, 2}.intersection(keys) if len(done) == 1 else ())

        task = Task("iicharge.session", "_do", find="_find", at_once=2)
        returned = self.run_at(task, *(0, 0.01, 0.2), _find=find, _do=do)
        # the next ones at once; those that were passed by later, together: that was no failed try
        self.assertEqual(done, [[1, 2], [3, 4], [1, 2]])
        self.assertEqual((found, returned), ([[], [1, 2], []], [0, 0, 0]))

    def test_worker_runs_its_own_tasks_only(self):
        worker = processor.Processor(lambda: self.registry, WATCH)
        message = self.start(7001)
        with self.enter_registry_test_mode():
            worker.run_once()
        self.assertEqual(message.state, "new")

    def test_round_asks_once_whether_the_registry_has_changed(self):
        asked = []
        worker = processor.Processor(lambda: asked.append(1) or self.registry)
        self.start(7001)
        with self.enter_registry_test_mode():
            worker.run_once()
        self.assertEqual(len(asked), 1)

    def test_features_add_their_tasks(self):
        tasks = {task.method for task in self.env["iicharge.processor.task"]._get_tasks()}
        self.assertLessEqual(
            {
                "_apply_waiting",
                "_expire",
                "_post_bills",
                "_expire_due",
                "_stop_at_limit",
                "_release_abandoned_payments",
            },
            tasks,
        )

    def test_work_is_done_in_rounds_so_that_it_can_be_stopped(self):
        for minute in range(3 * applying.MESSAGES_AT_ONCE):
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

    def test_trouble_of_the_database_is_not_counted_against_the_message(self):
        message = self.start(7001)
        for error in (
            psycopg2.errors.SerializationFailure(),
            psycopg2.errors.DeadlockDetected(),
            psycopg2.errors.LockNotAvailable(),
            psycopg2.errors.DiskFull(),
            psycopg2.errors.QueryCanceled(),
            psycopg2.errors.UndefinedColumn(),
            psycopg2.errors.UndefinedTable(),
            OSError(errno.ENOSPC, "No space left on device"),
        ):
            with (
                self.subTest(type(error).__name__),
                patch.object(applying, "apply_message", side_effect=error),
            ):
                self.assertEqual(process_messages(self.env), (0, {self.charger.id: 0}))
            self.assertEqual((message.state, message.attempts), ("new", 0))
        self.process()
        self.assertEqual(self.session(7001).state, "charging")

    def test_trouble_behind_another_error_is_the_databases(self):
        message = self.start(7001)

        def fail(_message):
            try:
                raise psycopg2.errors.DiskFull
            except psycopg2.Error as error:
                raise ValueError("cannot do this") from error

        with patch.object(applying, "apply_message", fail):
            self.process()
        self.assertEqual((message.state, message.attempts), ("new", 0))

    def test_lost_connection_ends_the_round(self):
        self.start(7001)
        lost = psycopg2.OperationalError("server closed the connection unexpectedly")
        with (
            patch.object(applying, "apply_message", side_effect=lost),
            self.assertRaises(psycopg2.OperationalError),
        ):
            self.process()

    def test_charger_that_meets_a_lock_keeps_what_was_applied_before(self):
        self.start(7001)
        self.stop(7001)
        other = self.charger.copy({"identity": "TEST-OTHER"})
        message = self.journal_message("BootNotification", {}, charger=other)
        apply = applying.apply_message

        def meet(message):
            if message.action == "StopTransaction":
                raise psycopg2.errors.LockNotAvailable
            apply(message)

        with patch.object(applying, "apply_message", meet):
            self.assertEqual(process_messages(self.env).done, 2)
            self.assertEqual(process_messages(self.env).waits, {self.charger.id: 0})
        self.assertEqual((self.session(7001).state, message.state), ("charging", "done"))
        self.process()
        self.assertEqual(self.session(7001).state, "stopped")

    def test_readings_that_fail_among_those_of_others_fail_alone(self):
        chargers = [self.charger.copy({"identity": f"TEST-{number}"}) for number in range(3)]
        messages = [
            self.journal_message("MeterValues", {"connectorId": 1}, {}, charger=charger)
            for charger in chargers
        ]
        tried = []

        def failing(function):
            def call(message):
                tried.append(message)
                if message == messages[1]:
                    raise ValueError("cannot be applied")
                return function(message)

            return call

        with (
            patch.object(applying, "read_report", failing(applying.read_report)),
            patch.object(applying, "apply_message", failing(applying.apply_message)),
        ):
            outcome = process_messages(self.env)
        self.assertEqual(outcome, (2, {chargers[1].id: applying.RETRY_S}))
        self.assertEqual([message.state for message in messages], ["done", "new", "done"])
        self.assertEqual([message.attempts for message in messages], [0, 1, 0])
        # the first time for all of them, then each alone
        self.assertEqual(tried, [*messages[:2], *messages])

    def test_readings_of_others_share_a_savepoint(self):
        chargers = [self.charger.copy({"identity": f"TEST-{number}"}) for number in range(2)]
        for charger in chargers:
            self.journal_message("MeterValues", {"connectorId": 1}, {}, charger=charger)
        boot = self.journal_message("BootNotification", {}, charger=self.charger)
        alone = self.journal_message("MeterValues", {"connectorId": 1}, {}, charger=self.charger)
        with patch.object(applying, "_apply_or_count", wraps=applying._apply_or_count) as one:
            self.assertEqual(process_messages(self.env).done, 4)
        self.assertEqual([call.args[0] for call in one.call_args_list], [boot, alone])

    def test_reason_of_a_failed_attempt_is_dropped_when_it_succeeds(self):
        message = self.start(7001)
        with patch.object(applying, "apply_message", side_effect=ValueError("no")):
            process_messages(self.env)
        self.assertEqual((message.attempts, message.reason), (1, "ValueError: no"))
        self.process()
        self.assertEqual((message.state, message.reason), ("done", False))

    def test_parked_message_retried_is_applied(self):
        message = self.start(7001)
        message.write({"state": "parked", "attempts": 3, "reason": "was broken"})
        self.process()
        self.assertFalse(self.session(7001))
        message.with_user(self.users["technician"]).action_retry()
        self.process()
        self.assertEqual(message.state, "done")
        self.assertTrue(self.session(7001))

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

    def test_cron_out_of_time_leaves_the_rest_to_its_next_run(self):
        """A backlog over Odoo's time limit would restart the server."""
        with (
            patch.object(iicharge_ocpp_message, "CRON_S", -1),
            patch.object(Processor, "_run", return_value=True) as run,
            patch.object(IrCron, "_commit_progress") as commit_progress,
        ):
            self.env["iicharge.ocpp.message"]._cron_process()
        run.assert_not_called()
        commit_progress.assert_called_once_with(1, remaining=1)

    def remove_site(self, site_id):
        with self.registry.cursor() as cr:
            site = api.Environment(cr, SUPERUSER_ID, {})["iicharge.site"].browse(site_id)
            site.charger_ids.unlink()
            site.unlink()
