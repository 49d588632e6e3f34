# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
import threading
from contextlib import contextmanager

_local = threading.local()


def _is_logged(_record):
    return not getattr(_local, "quiet", False)


@contextmanager
def quiet_sql():
    """Keep failing statements of this thread out of Odoo's log; who catches the error logs it.

    Odoo's `mute_logger` mutes all threads, and for good where two of them overlap.
    """
    logging.getLogger("odoo.sql_db").addFilter(_is_logged)  # the second time does nothing
    before = getattr(_local, "quiet", False)
    _local.quiet = True
    try:
        yield
    finally:
        _local.quiet = before
