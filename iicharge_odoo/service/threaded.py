# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Gateway and processor as threads of Odoo's threaded server."""

import threading

import odoo.cli
from odoo.service.server import ThreadedServer
from odoo.tools import config

from .services import LOOK_S, THREADS, Services

# A shell makes a server too, which never serves.
_SERVING_COMMANDS = ("server", "start")


class Keeper(threading.Thread):
    """Thread that keeps the services of this process as they should be."""

    def __init__(self):
        super().__init__(name="iicharge-keeper", daemon=True)
        self.services = Services(THREADS)
        self._looking = threading.Event()
        self._stopping = threading.Event()

    def run(self):
        while not self._stopping.is_set():
            self._looking.clear()
            self.services.keep()
            self._looking.wait(LOOK_S)

    def look(self):
        self._looking.set()

    def stop(self):
        """End the threads of all databases; chargers reconnect."""
        self._stopping.set()
        self._looking.set()
        if self.is_alive():
            self.join(10)
        self.services.stop_all()


_lock = threading.Lock()
_keepers = []


def is_serving():
    """Return whether this process is an Odoo that serves; not a shell, a test run or an update."""
    return (
        odoo.cli.COMMAND in _SERVING_COMMANDS
        and not config["stop_after_init"]
        and not config["test_enable"]
    )


def keep(server):
    """Start the threads of the databases of a threaded server, or look at them at once."""
    if not is_serving():
        return
    with _lock:
        if not _keepers:
            _keepers.append(Keeper())
            server.on_stop(_keepers[0].stop)
            _keepers[0].start()
    _keepers[0].look()


def stop_for(dbname):
    """End the threads of one database in this process; chargers reconnect."""
    with _lock:
        keepers = list(_keepers)
    for keeper in keepers:
        keeper.services.stop(dbname)


def start_with_server():
    """Let the threads start with the server, before anybody uses a database.

    Only an addon among `server_wide_modules` is imported before the server starts.
    """
    start = ThreadedServer.start

    def start_and_keep(self, stop=False):
        start(self, stop)
        if not stop:
            keep(self)

    ThreadedServer.start = start_and_keep
