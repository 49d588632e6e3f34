# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Where gateway and processor run: threads, a worker, or a process of their own (standalone)."""

import odoo.service.server
from odoo.service.server import PreforkServer, ThreadedServer

from . import prefork, threaded


def start_for(dbname):
    """Start what runs for a database in this process; called whenever a registry was loaded."""
    server = odoo.service.server.server
    if isinstance(server, ThreadedServer):
        threaded.keep(server)
    elif isinstance(server, PreforkServer):
        prefork.warn_if_not_started(server, dbname)


def start_with_server():
    """Let what runs start with Odoo's server, whichever it is."""
    threaded.start_with_server()
    prefork.start_with_server()
