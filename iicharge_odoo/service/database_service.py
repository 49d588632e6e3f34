# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Gateway and processor of one database in this process."""

import logging
import os
import socket
import threading
import uuid
from datetime import UTC, datetime

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from .dsn import get_dsn
from .gateway_settings import read_settings
from .leadership import Leader
from .led_gateway import LedGateway
from .processor_threads import Processors
from .state import FAILED, OFF, RUNNING, TAKEN, WAITING, PlaceTaken, State, drop_state, set_state

_logger = logging.getLogger(__name__)

# How often it is written that this process is alive; REPORTED_FOR of the model is longer.
REPORT_S = 10
GATEWAY, PROCESSOR = PARTS = ("gateway", "processor")


class DatabaseService:
    """Gateway and processor of one database in this process.

    :param home: what the process is: a value of the field `home` of `iicharge.gateway`
    :param parts: which of PARTS run here
    :ivar has_failed: it could not start; who keeps it makes another one
    """

    def __init__(self, dbname, home, parts=PARTS):
        self.has_failed = False
        self._dbname = dbname
        self._parts = parts
        self._processor = Processors(dbname) if PROCESSOR in parts else None
        self._leader = None
        self._place = ""
        self._stopping = threading.Event()
        self._reporter = Reporter(dbname, home, parts)
        self._starter = threading.Thread(
            target=self._try_to_start, name="iicharge-start", daemon=True
        )

    def start(self):
        self._starter.start()

    def _try_to_start(self):
        try:
            self._start()
        except Exception:
            _logger.exception("Gateway and processor of %s could not start", self._dbname)
            self.has_failed = True

    def _start(self):
        # waits until the registry is ready; settings may have changed since it was loaded
        registry = Registry(self._dbname).check_signaling()
        with registry.cursor() as cr:
            settings = read_settings(api.Environment(cr, SUPERUSER_ID, {}))
        if self._stopping.is_set():
            return
        if self._processor:
            self._processor.start()
        if GATEWAY not in self._parts:
            settings = None
        self._set_state(State(WAITING if settings else OFF))
        self._reporter.start()
        if settings:
            self._place = f"{settings.host}:{settings.port}"
            self._leader = Leader(
                get_dsn(self._dbname),
                # one gateway for each listener; those of several machines serve side by side
                f"{socket.gethostname()} {self._place}",
                lambda: LedGateway(self._dbname, settings),
                self._report,
            )
            self._leader.start()

    def _report(self, led, error):
        kind, detail = (RUNNING, led.id) if led else (WAITING, "")
        if error is not None:
            kind, detail = FAILED, f"{error} {error.__cause__ or ''}".strip()
        if isinstance(error, PlaceTaken):
            kind, detail = TAKEN, error.other
        self._set_state(State(kind, self._place, detail))

    def _set_state(self, state):
        set_state(self._dbname, state)
        self._reporter.report(state)

    def stop(self):
        """End the threads; chargers reconnect."""
        self._stopping.set()
        if self._starter.ident:
            self._starter.join(10)
        if self._leader:
            self._leader.stop()
        drop_state(self._dbname)
        if self._processor:
            self._processor.stop()
        self._reporter.stop()


class Reporter(threading.Thread):
    """Thread that keeps a record of what this process does for a database (iicharge.gateway).

    Other processes read it: the settings page is shown by one that may run no gateway.
    """

    def __init__(self, dbname, home, parts):
        super().__init__(name="iicharge-reporter", daemon=True)
        self._dbname = dbname
        self._values = {
            "process": str(uuid.uuid4()),
            "machine": socket.gethostname(),
            "pid": os.getpid(),
            "home": home,
            "runs_gateway": GATEWAY in parts,
            "runs_processor": PROCESSOR in parts,
        }
        self._changed = threading.Event()
        self._stopping = threading.Event()

    def report(self, state):
        values = {"state": state.kind, "place": state.place, "detail": state.detail}
        if not values.items() <= self._values.items():
            self._values = {**self._values, **values, "since": _now()}
            self._changed.set()

    def run(self):
        while not self._stopping.is_set():
            self._changed.clear()
            self._write("_report", {**self._values, "seen_at": _now()})
            self._changed.wait(REPORT_S)
        self._write("_forget", self._values["process"])

    def _write(self, method, value):
        try:
            with Registry(self._dbname).cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '5s'")
                env = api.Environment(cr, SUPERUSER_ID, {})
                getattr(env["iicharge.gateway"], method)(value)
        except (psycopg2.Error, KeyError) as error:
            # while the database restarts, or the addon is updated or uninstalled
            _logger.info("The state of the gateway is not written: %s", str(error).strip())

    def stop(self):
        self._stopping.set()
        self._changed.set()
        if self.is_alive():
            self.join(10)


def _now():
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
