# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gateway and the processor as threads of Odoo's threaded server."""

import errno
import logging
import os
import sys
import threading
import time
import traceback
import uuid

import psycopg2
from psycopg2.extensions import make_dsn

import odoo.cli
import odoo.service.server
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import connection_info_for
from odoo.tools import config

from ..gateway.addresses import read_networks
from ..gateway.gateway import Gateway, GatewayThread
from ..gateway.settings import Settings
from ..models.charger.iicharge_processor_task import APPLY, WORKERS
from .leadership import Leader, wait_readable
from .pg_journal import JOURNAL_CHANNEL, PgJournal
from .pg_store import PRESENCE_CHANNEL, PgCommands, PgConnections, PgPool
from .ports import OdooAuthorizer, OdooDirectory, OdooExecutor
from .processor import Processor
from .state import (
    FAILED,
    OFF,
    RUNNING,
    TAKEN,
    WAITING,
    PlaceTaken,
    State,
    drop_state,
    find_listener,
    set_state,
)

_logger = logging.getLogger(__name__)

# Without a notification the processor runs after this long, for retries that are due.
IDLE_S = 5
# How often threads are looked at, and when one is stuck: no statement runs so long.
WATCH_S, STUCK_S = 10, 60
_TRUE = ("true", "1", "yes")

# A shell makes a server too, which never serves.
_SERVING_COMMANDS = ("server", "start")

_services = {}
_warned = set()
_services_lock = threading.Lock()


def start_for(dbname):
    """Start the threads for a database, once, if this process is a threaded server.

    Called whenever a registry has been loaded; a shell, a test run, an update or a worker
    of the prefork server starts nothing.
    """
    server = odoo.service.server.server
    if odoo.cli.COMMAND not in _SERVING_COMMANDS:
        return
    if config["stop_after_init"] or config["test_enable"]:
        return
    if not isinstance(server, odoo.service.server.ThreadedServer):
        _warn_of_workers(dbname)
        return
    with _services_lock:
        if dbname not in _services:
            if not _services:
                server.on_stop(stop_all)
            _services[dbname] = DatabaseService(dbname)
            _services[dbname].start()


def _warn_of_workers(dbname):
    """Log, once in a process, that chargers cannot connect; nothing else would say so."""
    with _services_lock:
        if dbname not in _warned:
            _warned.add(dbname)
            _logger.warning(
                "Chargers of database %s cannot connect: the OCPP gateway runs in Odoo's threaded "
                "server only, and this Odoo has workers = %s. Set workers = 0.",
                dbname,
                config["workers"],
            )


def stop_for(dbname):
    """End the threads of one database in this process; chargers reconnect."""
    with _services_lock:
        service = _services.pop(dbname, None)
    if service:
        service.stop()


def stop_all():
    """End the threads of all databases; chargers reconnect."""
    with _services_lock:
        services = list(_services.values())
        _services.clear()
    for service in services:
        service.stop()


def get_dsn(dbname):
    """Return the DSN of the database outside Odoo's pool, for LISTEN, locks and the journal."""
    _name, info = connection_info_for(dbname)
    return make_dsn(**info)


def read_settings(env):
    """Return the gateway's settings: the environment, else the settings page.

    :return: `gateway.settings.Settings`, or None where the gateway is switched off
    """
    # sudo: plain addresses and numbers, read by the server itself
    get_param = env["ir.config_parameter"].sudo().get_param
    enabled = os.environ.get("IICHARGE_GATEWAY") or get_param("iicharge.gateway_enabled", "True")
    if enabled.lower() not in _TRUE:
        return None
    return Settings(
        host=os.environ.get("IICHARGE_GATEWAY_HOST")
        or get_param("iicharge.gateway_host", "127.0.0.1"),
        port=int(
            os.environ.get("IICHARGE_GATEWAY_PORT") or get_param("iicharge.gateway_port", "9000")
        ),
        trusted_proxies=_read_proxies(
            os.environ.get("IICHARGE_TRUSTED_PROXIES") or get_param("iicharge.trusted_proxies", "")
        ),
    )


def _read_proxies(text):
    try:
        return read_networks(text)
    except ValueError as error:
        _logger.error("No proxy is trusted, as one is not an address or network: %s", error)
        return ()


class DatabaseService:
    """Gateway and processor of one database in this process."""

    def __init__(self, dbname):
        self._dbname = dbname
        self._processor = Processors(dbname)
        self._leader = None
        self._place = ""

    def start(self):
        threading.Thread(target=self._start, name="iicharge-start", daemon=True).start()

    def _start(self):
        registry = Registry(self._dbname)  # waits until the registry is ready
        with registry.cursor() as cr:
            settings = read_settings(api.Environment(cr, SUPERUSER_ID, {}))
        self._processor.start()
        set_state(self._dbname, State(WAITING if settings else OFF))
        if settings:
            self._place = f"{settings.host}:{settings.port}"
            self._leader = Leader(
                get_dsn(self._dbname),
                self._place,
                lambda: LedGateway(self._dbname, settings),
                self._report,
            )
            self._leader.start()

    def _report(self, led, error):
        kind, other = RUNNING if led else WAITING, ""
        if error is not None:
            kind, other = FAILED, ""
        if isinstance(error, PlaceTaken):
            kind, other = TAKEN, error.other
        set_state(self._dbname, State(kind, self._place, other))

    def stop(self):
        if self._leader:
            self._leader.stop()
        drop_state(self._dbname)
        self._processor.stop()


class LedGateway:
    """Gateway in a thread, with what it needs of PostgreSQL and Odoo.

    :raise RuntimeError: it could not start; the cause says why
    """

    def __init__(self, dbname, settings):
        self._dbname = dbname
        self._settings = settings
        self._executor = OdooExecutor(lambda: Registry(dbname))
        self._pool = PgPool(get_dsn(dbname))
        self._thread = GatewayThread(self._make)
        self._thread.start()
        try:
            self._thread.wait_started()
        except RuntimeError as error:
            self.stop()
            if getattr(error.__cause__, "errno", None) == errno.EADDRINUSE:
                place = f"{settings.host}:{settings.port}"
                other = find_listener(settings.port, dbname)
                raise PlaceTaken(dbname, place, other) from error
            raise

    def _make(self):
        return Gateway(
            self._settings,
            directory=OdooDirectory(self._pool, self._executor),
            authorizer=OdooAuthorizer(self._executor),
            journal_store=PgJournal(get_dsn(self._dbname)),
            connection_store=PgConnections(self._pool, str(uuid.uuid4())),
            command_source=PgCommands(self._pool),
        )

    def check(self):
        """:raise RuntimeError: chargers are no longer served"""
        self._thread.check()

    def stop(self):
        self._thread.stop()
        self._executor.close()
        self._pool.close()


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
