# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What runs in this process, by database."""

import logging
import os
import threading
from contextlib import closing

import psycopg2

from odoo.service.server import cron_database_list

from .database_service import PARTS, DatabaseService
from .dsn import get_dsn

_logger = logging.getLogger(__name__)

# How often the databases are looked through: for one that has got or lost the addon, or whose
# settings have changed.
LOOK_S = 10
ADDON = "iicharge_odoo"
# Settings that a gateway reads when it starts.
_SETTINGS = [
    "database.is_neutralized",
    "iicharge.gateway_enabled",
    "iicharge.gateway_home",
    "iicharge.gateway_host",
    "iicharge.gateway_port",
    "iicharge.trusted_proxies",
]
APART = "apart"
"""Value of the setting iicharge.gateway_home: nothing runs in Odoo's own server."""
THREADS, WORKER, PROCESS = "threads", "worker", "process"
"""What a process is: Odoo's threaded server, a worker of the prefork server, one of its own."""
UNKNOWN, WITHOUT = "unknown", "without"


class Services:
    """The services of this process.

    :param home: see DatabaseService
    """

    def __init__(self, home, parts=PARTS):
        self._home = home
        self._parts = parts
        self._running = {}
        self._lock = threading.Lock()

    def keep(self, names=()):
        """Let those run that should: of each database with the addon, by its settings as they are.

        :param names: databases; none: all that this Odoo serves
        """
        listed = names or _list_databases()
        with self._lock:
            running = list(self._running)
        found = {name: read_state(name) for name in {*listed, *running}}
        if listed:
            # one that was dropped cannot be asked either
            found |= {
                name: WITHOUT for name in running if name not in listed and found[name] is UNKNOWN
            }
        wanted = {name: settings for name, settings in found.items() if self._is_for(settings)}
        with self._lock:
            ended = [
                self._running.pop(name)[1]
                for name, (settings, service) in list(self._running.items())
                # a database that cannot be asked now keeps what it has
                if found.get(name, UNKNOWN) is not UNKNOWN
                and (wanted.get(name) != settings or service.has_failed)
            ]
        for service in ended:
            service.stop()
        with self._lock:
            for name in wanted.keys() - self._running.keys():
                service = DatabaseService(name, self._home, self._parts)
                self._running[name] = (wanted[name], service)
                service.start()

    def _is_for(self, settings):
        if settings in (UNKNOWN, WITHOUT):
            return False
        home = os.environ.get("IICHARGE_GATEWAY_HOME") or dict(settings).get(
            "iicharge.gateway_home"
        )
        return (home == APART) == (self._home == PROCESS)

    def stop(self, name):
        """End what runs for one database."""
        with self._lock:
            _settings, service = self._running.pop(name, (None, None))
        if service:
            service.stop()

    def stop_all(self):
        with self._lock:
            services = [service for _settings, service in self._running.values()]
            self._running.clear()
        for service in services:
            service.stop()


def _list_databases():
    """List the databases that this Odoo serves; empty where the server cannot be asked now."""
    try:
        return cron_database_list()
    except psycopg2.Error as error:
        _logger.info("The databases cannot be listed now: %s", str(error).strip())
        return []


def read_state(name):
    """Read whether a database has the addon, and how its gateway is set.

    :return: the settings, as sorted pairs; WITHOUT: the addon is not installed; UNKNOWN: the
        database cannot be asked now
    """
    try:
        with closing(psycopg2.connect(get_dsn(name), connect_timeout=5)) as db, db.cursor() as cr:
            cr.execute(
                "SELECT 1 FROM ir_module_module WHERE name = %s"
                " AND state IN ('installed', 'to upgrade')",
                [ADDON],
            )
            if not cr.fetchone():
                return WITHOUT
            cr.execute(
                "SELECT key, value FROM ir_config_parameter WHERE key = ANY(%s) ORDER BY key",
                [_SETTINGS],
            )
            return tuple(cr.fetchall())
    except psycopg2.errors.UndefinedTable:
        return WITHOUT
    except psycopg2.Error as error:
        _logger.info("Database %s cannot be asked now: %s", name, str(error).strip())
        return UNKNOWN
