# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Gateway and processor in a process of their own: `odoo iicharge_gateway`."""

import logging
import os
import signal
import sys
import threading

from odoo.service.server import cron_database_list

from .services import LOOK_S, PROCESS, Services

_logger = logging.getLogger(__name__)


def run(parts):
    """Serve until a signal: SIGTERM or SIGINT ends it, SIGHUP starts it again.

    :param parts: see DatabaseService
    """
    services = Services(PROCESS, parts)
    stopping, received = threading.Event(), []

    def stop(number, _frame):
        received.append(number)
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    _logger.info("%s of %s", " and ".join(parts), ", ".join(cron_database_list()) or "no database")
    while not stopping.is_set():
        services.keep()
        stopping.wait(LOOK_S)
    _logger.info("Stopping")
    services.stop_all()
    if signal.SIGHUP in received:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
