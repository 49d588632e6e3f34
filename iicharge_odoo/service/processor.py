# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Run the tasks of `iicharge.processor.task`, each piece of work in a short transaction.

Nothing waits long for anything: a statement that meets a lock fails soon, the piece of work
that it belongs to pauses on its own, and the others go on. Any number of processors may run at
once, in threads and processes; the tasks take row locks or advisory locks.
"""

import logging
import time

from odoo import SUPERUSER_ID, api

from .backoff import LONGEST_PAUSE_S, Backoff
from .quiet import quiet_sql
from .transient import is_connection_lost, is_transient

_logger = logging.getLogger(__name__)

# How long a statement waits for a lock: briefly where it is the first try, which may share its
# transaction, and longer with each try that follows.
FIRST_LOCK_S, LONGEST_LOCK_S = 0.05, 1
# No statement runs longer than this, and no transaction idles longer: then code is stuck.
STATEMENT_S, IDLE_TRANSACTION_S = 20, 120
# A fault of the work itself is not tried again sooner.
FAULT_S = 1
# So many tries in a row take some seconds; then the log names what waits.
TRIES_TO_LOG = 7
# The journal shows what happened; a chatter entry for each step of each session would only
# cost time and hide what people did.
PROCESSOR_CONTEXT = {"tracking_disable": True}
# Key of a task that is not cut into pieces, and of finding them.
WHOLE = None


class Processor:
    """The processor's work for one database, in rounds; its thread calls it in a loop.

    :param get_registry: returns the database's current registry
    :param worker: run only the tasks of this worker; None: of all
    :param is_stopping: returns whether to return before the round is complete
    """

    def __init__(self, get_registry, worker=None, clock=time.monotonic, is_stopping=lambda: False):
        self._get_registry = get_registry
        self._worker = worker
        self._clock = clock
        self._is_stopping = is_stopping
        self._registry = self._tasks_of = None
        self._tasks = []
        self._due_at = {}
        self._backoffs = {}

    def run_once(self):
        """Run the tasks that are due, one round each.

        :return: seconds until the next round (0: there was work, and more may wait), or None
        :raise psycopg2.Error: the database cannot be used now
        """
        # read once for each round: to ask whether it has changed takes a transaction
        self._registry = self._get_registry()
        worked = False
        for task in self._get_tasks():
            if self._is_stopping():
                return None
            if self._is_due(task):
                worked |= self._run(task)
        if worked:
            return 0
        waits = [backoff.get_wait() for backoff in self._backoffs.values()]
        return min((wait for wait in waits if wait is not None), default=None)

    def _is_due(self, task):
        """Return whether the task's time, or that of a piece of work which was held, has come."""
        backoff = self._backoffs.setdefault(task, Backoff(self._clock))
        if WHOLE in backoff:
            return WHOLE not in backoff.get_waiting()
        return self._clock() >= self._due_at.get(task, 0) or backoff.get_wait() == 0

    def notify_presence(self, charger_ids):
        """Notify screens of chargers that connected or disconnected."""
        if charger_ids:
            self._registry = self._get_registry()
            self._in_transaction(
                lambda env: env["iicharge.charger"].browse(charger_ids).exists()._notify_changed()
            )

    def _get_tasks(self):
        """Return the tasks of the addons that are installed, read once for each registry."""
        if self._registry is not self._tasks_of:
            tasks = self._in_transaction(lambda env: env["iicharge.processor.task"]._get_tasks())
            self._tasks = [task for task in tasks if self._worker in (None, task.worker)]
            self._tasks_of = self._registry
        return self._tasks

    def _in_transaction(self, work, lock_s=LONGEST_LOCK_S):
        """Run `work(env)` in a transaction of its own, which waits for no lock for long."""
        with quiet_sql(), self._registry.cursor() as cr:
            cr.execute(
                "SET LOCAL lock_timeout = %s; SET LOCAL statement_timeout = %s;"
                " SET LOCAL idle_in_transaction_session_timeout = %s",
                [int(seconds * 1000) for seconds in (lock_s, STATEMENT_S, IDLE_TRANSACTION_S)],
            )
            return work(api.Environment(cr, SUPERUSER_ID, PROCESSOR_CONTEXT))
            # the cursor flushes and commits as it closes

    # --- tasks ---------------------------------------------------------------------------
    def _run(self, task):
        """Run a task; one that fails delays no other, and runs again after a pause.

        :return: whether there was work, so that more may wait
        """
        backoff = self._backoffs[task]
        is_time = self._clock() >= self._due_at.get(task, 0)
        if is_time:
            self._due_at[task] = self._clock() + task.every_s
        try:
            if task.find:
                return self._run_pieces(task, backoff, is_time)
            more = self._in_transaction(lambda env: getattr(env[task.model], task.method)())
            backoff.release(WHOLE)
            return bool(more)
        except Exception as error:
            if is_connection_lost(error):
                raise
            self._hold(task, WHOLE, error)
            return False

    def _run_pieces(self, task, backoff, is_time):
        """Do the pieces of work that are new side by side, and one that was held alone.

        So a round waits long for one lock at most, however many pieces wait for one.

        :param is_time: whether the task is due, and not only a piece that was held
        :return: whether to look for more at once
        """
        waiting = backoff.get_waiting()
        found = self._in_transaction(lambda env: getattr(env[task.model], task.find)(waiting))
        backoff.release(WHOLE)
        backoff.keep(found)
        fresh = [key for key in found if key not in backoff] if is_time else []
        held = [key for key in found if key in backoff][:1]
        pieces = [*batched(fresh, task.at_once), *batched(held, 1)]
        worked = [self._do(task, keys) for keys in pieces if not self._is_stopping()]
        return any(worked) and not task.every_s

    def _do(self, task, keys):
        """Do pieces of work in one transaction; where that fails, each alone.

        :return: whether to look for more: some were done, or left to another process
        """
        backoff = self._backoffs[task]
        lock_s = min(FIRST_LOCK_S * 2 ** backoff.get_tries(keys[0]), LONGEST_LOCK_S)
        try:
            result = self._in_transaction(
                lambda env: getattr(env[task.model], task.method)(keys), lock_s
            )
        except Exception as error:
            if is_connection_lost(error):
                for key in keys:
                    backoff.hold(key)
                raise
            if len(keys) == 1:
                self._hold(task, keys[0], error)
                return False
            worked = [self._do(task, [key]) for key in keys if not self._is_stopping()]
            return any(worked)
        waits = result if isinstance(result, dict) else {}
        for key in keys:
            if key not in waits:
                backoff.release(key)
            elif waits[key] is None:
                backoff.pass_by(key)
            else:
                backoff.hold(key, waits[key])
        # what others are at is not found again at once: the next round finds what follows it
        return len(waits) < len(keys) or None in waits.values()

    def _hold(self, task, key, error):
        """Let a piece of work wait; log its own fault at once, that of others after some tries."""
        name = f"{task.method} of {task.model}" + ("" if key is WHOLE else f" ({key})")
        backoff = self._backoffs[task]
        if not is_transient(error):
            _logger.error("%s failed; retrying", name, exc_info=error)
            backoff.hold(key, max(task.every_s, FAULT_S))
        elif backoff.hold(key) == TRIES_TO_LOG:
            _logger.warning(
                "%s waits, retrying every %s s: %s", name, LONGEST_PAUSE_S, str(error).strip()
            )


def batched(items, size):
    """Return the items in lists of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]
