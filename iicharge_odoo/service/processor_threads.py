# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The processor's threads for a database."""

import logging
import os
import sys
import threading
import time
import traceback

import psycopg2

from odoo.modules.registry import Registry

from ..models.charger.iicharge_processor_task import APPLY, WORKERS
from .dsn import get_dsn
from .leadership import wait_readable
from .pg_journal import JOURNAL_CHANNEL
from .pg_store import PRESENCE_CHANNEL
from .processor import Processor

_logger = logging.getLogger(__name__)

# Without a notification the processor runs after this long, for retries that are due.
IDLE_S = 5
# How often threads are looked at, and when one is stuck: no statement runs so long.
WATCH_S, STUCK_S = 10, 60


class Processors:
    """Threads of the processor, one for each worker, so that none waits for the others."""

    def __init__(self, dbname):
        self._dbname = dbname
        self._stopping = threading.Event()
        self._threads = [self._make(worker) for worker in WORKERS]
        self._watchdog = threading.Thread(target=self._watch, name="iicharge-watchdog", daemon=True)

    def _make(self, worker):
        if worker == APPLY:
            return ListeningThread(self._dbname, worker, self._wake_others)
        return WorkerThread(self._dbname, worker)

    def start(self):
        for thread in self._threads:
            thread.start()
        self._watchdog.start()

    def _watch(self):
        while not self._stopping.wait(WATCH_S):
            for index, thread in enumerate(self._threads):
                if not thread.is_alive():
                    _logger.error("%s has ended; starting it again", thread.name)
                    self._threads[index] = self._make(WORKERS[index])
                    self._threads[index].start()
                else:
                    thread.report_if_stuck()

    def stop(self):
        """End the threads; each ends what it is at, which waits for no lock for long."""
        self._stopping.set()
        for thread in self._threads:
            thread.ask_to_stop()
        for thread in self._threads:
            thread.wait_stopped()

    def _wake_others(self):
        for thread in self._threads[1:]:
            thread.wake()


class WorkerThread(threading.Thread):
    """Thread that runs the processor's tasks of one worker."""

    def __init__(self, dbname, worker):
        super().__init__(name=f"iicharge-{worker}", daemon=True)
        self._dbname = dbname
        self._stopping = threading.Event()
        self._awake = threading.Event()
        self._progressed_at = time.monotonic()
        self._is_reported = False
        self._processor = Processor(
            lambda: Registry(dbname).check_signaling(), worker, is_stopping=self._is_stopping
        )

    def _is_stopping(self):
        self._progressed_at = time.monotonic()  # asked between two pieces of work
        self._is_reported = False
        return self._stopping.is_set()

    def report_if_stuck(self):
        """Log where the thread is, once, when a piece of work takes too long."""
        silent_s = time.monotonic() - self._progressed_at
        if silent_s < STUCK_S or self._is_reported:
            return
        self._is_reported = True
        frame = sys._current_frames().get(self.ident)
        _logger.error(
            "%s has been at one piece of work for %.0f s:\n%s",
            self.name,
            silent_s,
            "".join(traceback.format_stack(frame)) if frame else "",
        )

    def run(self):
        while not self._stopping.is_set():
            try:
                self._work()
            except psycopg2.Error as error:
                _logger.info("The processor waits for the database: %s", str(error).strip())
                self._stopping.wait(1)
            except Exception:
                _logger.exception("Processor error; continuing")
                self._stopping.wait(1)

    def _work(self):
        while not self._stopping.is_set():
            self._awake.clear()
            self._wait(self._get_timeout(self._processor.run_once()))

    def _get_timeout(self, wait):
        # a retry that is due at once must not keep a core busy
        return IDLE_S if wait is None else 0 if wait == 0 else min(max(wait, 0.05), IDLE_S)

    def _wait(self, timeout_s):
        self._awake.wait(timeout_s)

    def wake(self):
        """Let it look for work now."""
        self._awake.set()

    def ask_to_stop(self):
        self._stopping.set()
        self.wake()

    def wait_stopped(self):
        if self.is_alive():
            self.join(10)


class ListeningThread(WorkerThread):
    """Thread that listens to the journal, and wakes the others when it has worked.

    :param wake_others: called after a round with work
    """

    def __init__(self, dbname, worker, wake_others):
        super().__init__(dbname, worker)
        self._wake_others = wake_others
        self._wake_read, self._wake_write = os.pipe()

    def _work(self):
        connection = psycopg2.connect(get_dsn(self._dbname))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {JOURNAL_CHANNEL}; LISTEN {PRESENCE_CHANNEL}")
            while not self._stopping.is_set():
                wait = self._processor.run_once()
                if wait == 0:
                    self._wake_others()
                timeout = self._get_timeout(wait)
                wait_readable([connection, self._wake_read], timeout)
                connection.poll()
                self._processor.notify_presence(_fetch_chargers(connection))
        finally:
            connection.close()

    def wake(self):
        os.write(self._wake_write, b"x")


def _fetch_chargers(connection):
    """Return the chargers named by the presence notifications that have come."""
    taken = {
        int(notify.payload) for notify in connection.notifies if notify.channel == PRESENCE_CHANNEL
    }
    connection.notifies.clear()
    return sorted(taken)
