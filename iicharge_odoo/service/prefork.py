# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Gateway and processor as a worker of Odoo's prefork server.

The server's own process forks the worker, watches it, kills it when it is stuck, and forks it again
when it has ended, as it does with its other workers. For that the addon is imported by that
process: it is among `server_wide_modules`, or a database with it is named by `-d`.
"""

import logging
import os
import select
import time

import psycopg2

from odoo import sql_db
from odoo.service.server import PreforkServer, Worker, empty_pipe

from .services import LOOK_S, WORKER, Services
from .threaded import is_serving

_logger = logging.getLogger(__name__)

# A worker that ends at once is not forked again sooner.
FORK_EVERY_S = 5
# A database that is away for longer is gone: Odoo ends then, as it does without us, and whoever
# started it starts it without that one.
AWAY_S = 300
# The process that has imported this file; a fork of it knows its number, too.
_imported_in = os.getpid()
_warned = set()


class GatewayWorker(Worker):
    """Worker that runs gateway and processor of all databases with the addon.

    It obeys the limits of memory as other workers do: above the soft one it ends after it has
    closed its connections, and chargers connect to the next one.
    """

    def __init__(self, multi):
        super().__init__(multi)
        self._services = Services(WORKER)
        self._looked_at = 0

    # nothing to pass on: Odoo's own workers return nothing here
    def start(self):  # pylint: disable=missing-return
        super().start()
        if self.multi.socket:
            self.multi.socket.close()  # it answers no browser

    def sleep(self):
        select.select([self.wakeup_fd_r], [], [], self.multi.beat)
        empty_pipe(self.wakeup_fd_r)

    def process_work(self):
        if time.monotonic() - self._looked_at >= LOOK_S:
            self._looked_at = time.monotonic()
            self._services.keep()

    # nothing to pass on, as above
    def stop(self):  # pylint: disable=missing-return
        self._services.stop_all()
        super().stop()


def start_with_server():
    """Let the server's own process fork the worker, and again when it has ended."""
    process_spawn = PreforkServer.process_spawn
    forked_at, away_since = 0, None

    def spawn(self):
        nonlocal forked_at, away_since
        try:
            process_spawn(self)
        except psycopg2.OperationalError as error:
            # Odoo would end, and with it the gateway, whose chargers would have to come again.
            away_since = away_since or time.monotonic()
            if time.monotonic() - away_since >= AWAY_S:
                raise
            _logger.warning("Workers are started when the database is back: %s", error)
            sql_db.close_all()  # not to be shared among forked workers
            return
        away_since = None
        if not is_serving() or any(
            isinstance(each, GatewayWorker) for each in self.workers.values()
        ):
            return
        if time.monotonic() - forked_at >= FORK_EVERY_S:
            forked_at = time.monotonic()
            self.worker_spawn(GatewayWorker, {})

    PreforkServer.process_spawn = spawn


def warn_if_not_started(server, dbname):
    """Log, once in a process, that chargers cannot connect; nothing else would say so."""
    if _imported_in == server.pid or not is_serving() or dbname in _warned:
        return
    _warned.add(dbname)
    _logger.warning(
        "Chargers of database %s cannot connect: with workers the OCPP gateway starts with the "
        "server only. Add iicharge_odoo to server_wide_modules, for example "
        "server_wide_modules = base,rpc,web,iicharge_odoo, and restart Odoo.",
        dbname,
    )
