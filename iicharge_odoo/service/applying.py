# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Take the journal's new messages, in order for each charger, and apply them.

Any number of threads and processes may do so at once: a charger is held by an advisory lock
for the length of one transaction, and a message changes its state in the same transaction as
its effects. Under REPEATABLE READ the update of a message that another process has just
applied fails, so that no message has an effect twice.
"""

import logging
from typing import NamedTuple

from odoo.tools import SQL

from .apply import REPORTS, apply_message, read_report
from .quiet import quiet_sql
from .transient import is_connection_lost, is_transient

_logger = logging.getLogger(__name__)

# Chargers share a transaction, as most of the cost of one is its beginning and its end. One
# that meets a lock or a conflict leaves it and is tried alone, later.
CHARGERS_AT_ONCE = 100
# A transaction is as long as these take, so that what it has locked is soon free again for people.
# Counted and not timed: shorter ones would add to the load of a busy machine.
MESSAGES_AT_ONCE = 50
# Readings are added together, so many in about the time that those take.
REPORTS_AT_ONCE = 500
# Once a charger has met a lock in a transaction, the others hardly wait for one.
BLOCKED_LOCK_MS = 10
MAX_ATTEMPTS = 3
RETRY_S = 1
# First half of a two-part advisory lock; the second is the charger's id.
LOCK_CLASS = 0x11C4


class Outcome(NamedTuple):
    """Result of a transaction: the messages that are done, and the chargers that must wait,
    with the seconds for which they must at least; None: another process holds them."""

    done: int
    waits: dict[int, float | None]


def find_waiting_chargers(env, skip=(), limit=CHARGERS_AT_ONCE):
    """Return ids of chargers that have new messages, the one that waits longest first.

    :param skip: ids of chargers to leave out
    """
    env["iicharge.ocpp.message"].flush_model()
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
               )
               SELECT charger_id FROM waiting
                WHERE charger_id != ALL(%s::int[]) ORDER BY id LIMIT %s""",
            list(skip),
            limit,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def apply_messages(env, charger_ids):
    """Apply new messages of these chargers. The caller commits.

    A message that fails, or meets a lock or a conflict, holds up only its own charger; what
    was applied before it stays.

    :return: `Outcome`
    :raise psycopg2.Error: the connection is lost, and with it all that was done
    """
    is_blocked = False
    held = _lock_chargers(env, charger_ids)
    waits = dict.fromkeys(set(charger_ids) - set(held))
    done = env["iicharge.ocpp.message"]
    messages = _fetch_messages(env, held)
    reports = _get_reports(messages)
    _prefetch_sessions(reports)
    done |= _apply_reports(reports)
    others = _share_out(messages - done)
    _prefetch_sessions(others)
    # a charger whose readings wait is one of those that are tried alone, in their order
    slow = (reports - done).charger_id
    done |= _apply_together(others.filtered(lambda message: message.charger_id not in slow))
    for message in others - done:
        charger_id = message.charger_id.id
        if charger_id in waits:
            continue
        wait_s = _apply_or_count(message)
        if wait_s is None:
            done |= message
        else:
            waits[charger_id] = wait_s
            if wait_s == 0 and not is_blocked:
                # the others need not wait for the same lock
                env.cr.execute("SET LOCAL lock_timeout = %s", [BLOCKED_LOCK_MS])
                is_blocked = True
    if done:
        done.charger_id._notify_changed()
    return Outcome(len(done), waits)


def _lock_chargers(env, charger_ids):
    """Return the chargers that no other process holds; they are held from now on."""
    env.cr.execute(
        SQL(
            """SELECT id FROM unnest(%s::int[]) AS charger (id)
                WHERE pg_try_advisory_xact_lock(%s, id)""",
            list(charger_ids),
            LOCK_CLASS,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def _fetch_messages(env, charger_ids):
    """Return the oldest new messages of these chargers.

    Each charger gets the same share: one that sends its backlog of days does not delay others.
    """
    if not charger_ids:
        return env["iicharge.ocpp.message"]
    env["iicharge.ocpp.message"].flush_model()
    env.cr.execute(
        SQL(
            """SELECT message.id FROM unnest(%s) AS held (charger_id), LATERAL (
                   SELECT id FROM iicharge_ocpp_message
                    WHERE state = 'new' AND charger_id = held.charger_id ORDER BY id LIMIT %s
               ) message ORDER BY message.id""",
            charger_ids,
            max(REPORTS_AT_ONCE // len(charger_ids), 1),
        )
    )
    return env["iicharge.ocpp.message"].browse(row[0] for row in env.cr.fetchall())


def _get_reports(messages):
    """Get each charger's readings, up to its first message of another kind."""
    reports, passed = [], set()
    for message in messages:
        if message.action not in REPORTS or message.direction != "in":
            passed.add(message.charger_id)
        elif message.charger_id not in passed:
            reports.append(message.id)
    return messages.browse(reports)


def _share_out(messages):
    """Get those that are applied one by one in this transaction, the same share of each charger."""
    by_charger = messages.grouped("charger_id").values()
    share = max(MESSAGES_AT_ONCE // max(len(by_charger), 1), 1)
    shared = messages.browse().union(*(own[:share] for own in by_charger))
    return shared.sorted("id")[:MESSAGES_AT_ONCE]


def _prefetch_sessions(messages):
    """Read for several messages at once what each would read for itself: most of what they cost.

    Where a lock is in the way the transaction fails, and each charger is tried alone.
    """
    sessions = messages.env["iicharge.session"]
    for action, paths in (
        ("StopTransaction", sessions._get_stop_paths()),
        ("MeterValues", sessions._get_reading_paths()),
    ):
        chargers = messages.filtered(lambda message, action=action: message.action == action)
        if len(chargers.charger_id) > 1:
            sessions._prefetch_running(chargers.charger_id, paths)


def _apply_reports(messages):
    """Apply readings of many chargers by a few statements: most of what a fleet sends.

    :return: those that are done; none where any failed: each is tried alone then, as are the
        messages of a charger with an unusual one
    """
    if len(messages) < 2:
        return messages.browse()

    def apply():
        sessions = messages.env["iicharge.session"]
        read = {message: read_report(message) for message in messages}
        unusual = sessions._find_unusual([report for report in read.values() if report[0]])
        usual = {
            message: report
            for message, report in read.items()
            if message.charger_id not in unusual.charger_id
        }
        sessions._add_reports([report for report in usual.values() if report[0]])
        messages._set_applied({message: session for message, (session, _) in usual.items()})
        return messages.browse().union(*usual)

    return _try_together(messages, apply)


def _apply_together(messages):
    """Apply messages of several chargers in one savepoint, so that they are written together, as
    the stops of many are that come at once.

    :return: those that are done; none where any failed: each is tried alone then
    """
    if len(messages.charger_id) < 2:
        return messages.browse()

    def apply():
        stopped = set()
        for message in messages:
            is_start = message.action == "StartTransaction"
            if message.charger_id in stopped or (is_start and stopped):
                # finds what was before it done: sessions that stop together are rated at a flush
                messages.env.cr.flush()
                stopped.clear()
            if message.action == "StopTransaction":
                stopped.add(message.charger_id)
            apply_message(message)
        messages.write({"state": "done", "reason": False})
        return messages

    return _try_together(messages, apply)


def _try_together(messages, apply):
    try:
        with messages.env.cr.savepoint(), quiet_sql():
            return apply()
    except Exception as error:
        if is_connection_lost(error):
            raise
        messages.env.invalidate_all(flush=False)
        return messages.browse()


def _apply_or_count(message):
    """Apply one message.

    :return: None when it is done with; else the seconds for which its charger must wait
    """
    try:
        with message.env.cr.savepoint(), quiet_sql():
            apply_message(message)
            message.write({"state": "done", "reason": False})
    except Exception as error:
        if is_connection_lost(error):
            raise
        message.env.invalidate_all(flush=False)
        if is_transient(error):
            return 0  # no fault of the message
        return None if _count_failure(message, error) else RETRY_S
    return None


def _count_failure(message, error):
    """Count a failed attempt. :return: whether the message is parked now"""
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
            exc_info=error,
        )
    return parked
