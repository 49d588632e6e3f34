# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gateway of a database, as what is led: see leadership."""

import errno
import uuid

from odoo.modules.registry import Registry

from ..gateway.gateway import Gateway, GatewayThread
from .dsn import get_dsn
from .pg_journal import PgJournal
from .pg_store import PgCommands, PgConnections, PgPool
from .ports import OdooAuthorizer, OdooDirectory, OdooExecutor
from .state import PlaceTaken, find_listener


class LedGateway:
    """Gateway in a thread, with what it needs of PostgreSQL and Odoo.

    :ivar id: names it in the records of the connections that it holds
    :raise RuntimeError: it could not start; the cause says why
    """

    def __init__(self, dbname, settings):
        self.id = str(uuid.uuid4())
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
            connection_store=PgConnections(self._pool, self.id),
            command_source=PgCommands(self._pool),
        )

    def check(self):
        """:raise RuntimeError: chargers are no longer served"""
        self._thread.check()

    def stop(self):
        self._thread.stop()
        self._executor.close()
        self._pool.close()
