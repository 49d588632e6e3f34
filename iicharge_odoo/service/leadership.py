# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Elect one gateway for each database and listener: the first leads, the others wait."""

import logging
import selectors
import threading
import zlib

import psycopg2

_logger = logging.getLogger(__name__)

RETRY_S = 5
CHECK_S = 1
# First half of the two-part advisory lock; the second identifies the listener.
LOCK_CLASS = 0x11C6


class Leader(threading.Thread):
    """Holds an advisory lock on a connection of its own, and leads as long as it does.

    PostgreSQL frees the lock when the connection ends, also when this process is killed, so
    that another process leads within seconds, and never two at once.

    :param str dsn: of the database
    :param name: of what is led, for example "0.0.0.0:9000"
    :param lead: called when the lock is held; returns what is led, with two methods: `check`
        raises when it no longer works, `stop` ends it
    :param report: called with what is led, or None, and with the error that keeps it from leading
    """

    def __init__(self, dsn, name, lead, report=lambda led, error: None):
        super().__init__(name="iicharge-leader", daemon=True)
        self._dsn = dsn
        self._lock_id = zlib.crc32(name.encode()) & 0x7FFFFFFF
        self._lead = lead
        self._report = report
        self._stopping = threading.Event()
        self._logged = None

    def run(self):
        while not self._stopping.is_set():
            try:
                self._try_to_lead()
            except psycopg2.Error as error:
                _logger.info("The gateway waits for the database: %s", str(error).strip())
                self._report(None, error)
            except Exception as error:
                self._log_once(error)
                self._report(None, error)
            self._stopping.wait(RETRY_S)

    def _try_to_lead(self):
        connection = psycopg2.connect(self._dsn)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK_CLASS, self._lock_id))
                if not cursor.fetchone()[0]:
                    self._report(None, None)
                    return
            led = self._lead()
            self._report(led, None)
            self._logged = None
            try:
                while not self._stopping.wait(CHECK_S):
                    _check_alive(connection)
                    led.check()
            except Exception:
                connection.close()  # another process may lead now, even if this one cannot end
                raise
            finally:
                led.stop()
        finally:
            connection.close()

    def _log_once(self, error):
        """Log why it does not start, once: retries follow every few seconds, maybe for days."""
        text = f"{error} {error.__cause__ or ''}".strip()
        if text != self._logged:
            _logger.error("%s Retrying every %s s.", text, RETRY_S, exc_info=error)
            self._logged = text

    def stop(self, timeout_s=20):
        self._stopping.set()
        if self.is_alive():
            self.join(timeout_s)


def _check_alive(connection):
    """Raise psycopg2.OperationalError once the server has closed the connection."""
    if wait_readable([connection], 0):
        connection.poll()


def wait_readable(files, timeout_s):
    """Wait until one of the files can be read; not by `select`, which takes none above 1,023.

    :return: whether one can
    """
    with selectors.PollSelector() as selector:
        for file in files:
            selector.register(file, selectors.EVENT_READ)
        return bool(selector.select(timeout_s))
