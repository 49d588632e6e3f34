# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Takes the journal's new messages, in order for each charger, and applies them.

It may run in any number of threads and processes at once: a charger is held by an advisory
lock for the length of one transaction, and a message changes its state in the same
transaction as its effects. Under REPEATABLE READ the update of a message that another
processor has just applied fails, so that no message has an effect twice.
"""

import logging
import time

from odoo import SUPERUSER_ID, api
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, mute_logger

from .apply_v16 import apply_message

_logger = logging.getLogger(__name__)

BATCH = 50
MAX_ATTEMPTS = 3
EXPIRE_EVERY_S = 5
# First half of a two-part advisory lock; the second is the charger's id.
LOCK_CLASS = 0x11C4


def get_waiting_chargers(env):
    """Ids of chargers with new messages, those that wait longest first."""
    env["iicharge.ocpp.message"].flush_model()
    env.cr.execute(
        """SELECT charger_id FROM iicharge_ocpp_message
            WHERE state = 'new' GROUP BY charger_id ORDER BY min(id)"""
    )
    return [row[0] for row in env.cr.fetchall()]


def process_charger(env, charger_id, limit=BATCH):
    """Apply up to `limit` new messages of one charger. The caller commits.

    :return: (how many were dealt with, whether one must be tried again)
    """
    env.cr.execute(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_CLASS, charger_id))
    if not env.cr.fetchone()[0]:
        return 0, False
    Message = env["iicharge.ocpp.message"]
    messages = Message.search(
        [("charger_id", "=", charger_id), ("state", "=", "new")], order="id", limit=limit
    )
    for count, message in enumerate(messages):
        if not _apply_or_count(message):
            return count, True
    if messages:
        _tell_screens(messages.charger_id)
    return len(messages), False


def _apply_or_count(message):
    """Apply one message; False when it failed and is to be tried again."""
    try:
        with message.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            apply_message(message)
            message.state = "done"
            message.env.flush_all()
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
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
                "Frame %s (%s of charger %s) is parked after %s attempts; see its reason",
                message.id,
                message.action,
                message.charger_id.identity,
                attempts,
                exc_info=True,
            )
        return parked
    return True


def _tell_screens(charger):
    """Wake the screens that show this charger; they read what they may see themselves."""
    for group in ("group_front_desk", "group_technician"):
        charger.env.ref(f"iicharge_odoo.{group}")._bus_send(
            "iicharge/changed",
            {"charger_id": charger.id, "connector_ids": charger.connector_ids.ids},
        )


class Processor:
    """Runs the work of one database until nothing is left; called in a loop by its thread.

    :param get_registry: gives the database's registry as it is now
    """

    def __init__(self, get_registry, clock=time.monotonic):
        self._get_registry = get_registry
        self._clock = clock
        self._retry_at = {}
        self._expire_at = 0

    def run_once(self):
        """Apply what is new and post what is due.

        :return: seconds until something is to be tried again, or None
        """
        while self._apply_round() + self._post_round():
            pass
        now = self._clock()
        if now >= self._expire_at:
            self._expire_at = now + EXPIRE_EVERY_S
            self._in_transaction(lambda env: env["iicharge.command"]._expire())
        waits = [at - now for at in self._retry_at.values()]
        return max(min(waits), 0.05) if waits else None

    def _in_transaction(self, work):
        """Run `work(env)` in a transaction of its own, again while others are in the way."""
        pause = 0.01
        while True:
            try:
                with self._get_registry().cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    result = work(env)
                    env.flush_all()
                    cr.commit()
                return result
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                time.sleep(pause)
                pause = min(pause * 2, 1)

    def _apply_round(self):
        done = 0
        for charger_id in self._in_transaction(get_waiting_chargers):
            if self._retry_at.get(charger_id, 0) > self._clock():
                continue
            count, again = self._in_transaction(
                lambda env, charger_id=charger_id: process_charger(env, charger_id)
            )
            done += count
            self._retry_at.pop(charger_id, None)
            if again:
                self._retry_at[charger_id] = self._clock() + 1
        return done

    def _post_round(self):
        return self._in_transaction(lambda env: env["iicharge.charge"]._post_due())
