# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Take the journal's new messages, in order for each charger, and apply them.

It may run in any number of threads and processes at once: a charger is held by an advisory
lock for the length of one transaction, and a message changes its state in the same
transaction as its effects. Under REPEATABLE READ the update of a message that another
processor has just applied fails, so that no message has an effect twice.
"""

import logging
import time
from typing import NamedTuple

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, mute_logger

from .apply import apply_message

_logger = logging.getLogger(__name__)

# Many chargers share a transaction: most of the cost of one is its beginning and its end.
CHARGERS_AT_ONCE = 20
MESSAGES_AT_ONCE = 50
MAX_ATTEMPTS = 3
RETRY_S = 1
# The journal shows what happened; a chatter entry for each step of each session would only
# cost time and hide what people did.
PROCESSOR_CONTEXT = {"tracking_disable": True}
# The database is not as this code expects: an update is due or under way.
# No message is the cause; all wait until it is done.
_SCHEMA_ERRORS = (psycopg2.errors.UndefinedColumn, psycopg2.errors.UndefinedTable)
# First half of a two-part advisory lock; the second is the charger's id.
LOCK_CLASS = 0x11C4


class Outcome(NamedTuple):
    """Result of one round: messages handled, and chargers whose message is to be retried."""

    done: int
    failed: set[int]


def process_messages(env, skip=()):
    """Apply a batch of new messages, the oldest chargers first. The caller commits.

    A message that fails holds up only its own charger.

    :param skip: ids of chargers to leave alone
    """
    messages = _fetch_messages(env, skip)
    done, failed = env["iicharge.ocpp.message"], set()
    for message in messages:
        if message.charger_id.id in failed:
            continue
        if _apply_or_count(message):
            done |= message
        else:
            failed.add(message.charger_id.id)
    if done:
        done.charger_id._notify_changed()
    return Outcome(len(done), failed)


def _fetch_messages(env, skip):
    """Return the oldest new messages of chargers that no other process holds.

    Each charger gets the same share: one that sends its backlog of days does not delay others.
    """
    env["iicharge.ocpp.message"].flush_model()
    chargers = _lock_waiting_chargers(env, skip)
    if not chargers:
        return env["iicharge.ocpp.message"]
    env.cr.execute(
        SQL(
            """SELECT message.id FROM unnest(%s) AS held (charger_id), LATERAL (
                   SELECT id FROM iicharge_ocpp_message
                    WHERE state = 'new' AND charger_id = held.charger_id ORDER BY id LIMIT %s
               ) message ORDER BY message.id""",
            chargers,
            max(MESSAGES_AT_ONCE // len(chargers), 1),
        )
    )
    return env["iicharge.ocpp.message"].browse(row[0] for row in env.cr.fetchall())


def _lock_waiting_chargers(env, skip):
    # From charger to charger along the index: its cost follows the number of chargers
    # that wait, not that of their messages.
    env.cr.execute(
        SQL(
            """WITH RECURSIVE waiting AS (
                   (SELECT charger_id, id FROM iicharge_ocpp_message
                     WHERE state = 'new' ORDER BY charger_id, id LIMIT 1)
                   UNION ALL
                   SELECT next.charger_id, next.id FROM waiting, LATERAL (
                       SELECT charger_id, id FROM iicharge_ocpp_message
                        WHERE state = 'new' AND charger_id > waiting.charger_id
                        ORDER BY charger_id, id LIMIT 1
                   ) next
               ), oldest AS (
                   SELECT charger_id FROM waiting
                    WHERE charger_id != ALL(%s) ORDER BY id LIMIT %s
               )
               SELECT charger_id FROM oldest WHERE pg_try_advisory_xact_lock(%s, charger_id)""",
            list(skip),
            CHARGERS_AT_ONCE,
            LOCK_CLASS,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def _apply_or_count(message):
    """Apply one message; return False when it failed and is to be retried."""
    try:
        with message.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            apply_message(message)
            message.state = "done"
    except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, *_SCHEMA_ERRORS):
        raise
    except Exception as error:
        message.env.invalidate_all(flush=False)
        attempts = message.attempts + 1
        parked = attempts >= MAX_ATTEMPTS
        message.write(
            {
                "attempts": attempts,
                "reason": f"{type(error).__name__}: {error}",
                "state": "parked" if parked else "new",
            }
        )
        if parked:
            _logger.error(
                "Message %s (%s of charger %s) is parked after %s attempts; see its reason",
                message.id,
                message.action,
                message.charger_id.identity,
                attempts,
                exc_info=True,
            )
        return parked
    return True


class Processor:
    """The processor's work for one database, in rounds; its thread calls it in a loop and can
    stop between two.

    :param get_registry: returns the database's current registry
    """

    def __init__(self, get_registry, clock=time.monotonic):
        self._get_registry = get_registry
        self._clock = clock
        self._retry_at = {}
        self._tasks_of = None
        self._tasks = []
        self._due_at = {}

    def run_once(self):
        """Apply new messages and run the tasks that are due, one round each.

        :return: seconds until the next round (0: there was work, and more may wait), or None
        """
        worked = self._apply_round()
        now = self._clock()
        for task in self._get_tasks():
            if now >= self._due_at.get(task, now):
                self._due_at[task] = now + task.every_s
                worked += self._run_task(task, now)
        if worked:
            return 0
        waits = [at - now for at in self._retry_at.values()]
        return max(min(waits), 0.05) if waits else None

    def notify_presence(self, charger_ids):
        """Notify screens of chargers that connected or disconnected."""
        if charger_ids:
            self._in_transaction(
                lambda env: env["iicharge.charger"].browse(charger_ids).exists()._notify_changed()
            )

    def _in_transaction(self, work):
        """Run `work(env)` in a transaction of its own; retry on conflicts with others."""
        pause = 0.01
        while True:
            try:
                with self._get_registry().cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, PROCESSOR_CONTEXT)
                    result = work(env)
                return result  # the cursor flushes and commits as it closes
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                time.sleep(pause)
                pause = min(pause * 2, 1)

    def _apply_round(self):
        now = self._clock()
        waiting = {charger_id for charger_id, at in self._retry_at.items() if at > now}
        outcome = self._in_transaction(lambda env: process_messages(env, skip=waiting))
        self._retry_at = {charger_id: self._retry_at[charger_id] for charger_id in waiting}
        self._retry_at |= dict.fromkeys(outcome.failed, now + RETRY_S)
        return outcome.done

    def _get_tasks(self):
        """Return the tasks of the addons that are installed, read once for each registry."""
        registry = self._get_registry()
        if registry is not self._tasks_of:
            self._tasks = self._in_transaction(
                lambda env: env["iicharge.processor.task"]._get_tasks()
            )
            self._tasks_of = registry
        return self._tasks

    def _run_task(self, task, now):
        """Run a task; one that fails delays no other, and runs again at its next time.

        :return: whether more of it may wait
        """
        try:
            return bool(self._in_transaction(lambda env: getattr(env[task.model], task.method)()))
        except (psycopg2.OperationalError, psycopg2.InterfaceError, *_SCHEMA_ERRORS):
            raise  # no task is the cause
        except Exception:
            _logger.exception("Task %s of %s failed; retrying", task.method, task.model)
            self._due_at[task] = now + max(task.every_s, RETRY_S)
            return False
