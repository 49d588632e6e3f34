# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Forks of a process that has loaded Odoo: a hundredth of the time of a start."""

import mmap
import os
import signal
import struct
import sys
import time
import traceback

from odoo import SUPERUSER_ID, api, sql_db
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.iicharge_odoo.service.processor import PROCESSOR_CONTEXT, Processor

_inherited = []


def fork(registry, work):
    """Run `work()` in a process of its own with connections of its own.

    :return: its pid
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _drop_connections(registry)
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        # nothing of the parent's is closed or flushed here
        os._exit(status)


def _drop_connections(registry):
    """Drop the parent's connections without closing them: their servers would end."""
    _inherited.extend([sql_db._Pool, sql_db._Pool_readonly, registry._db])
    sql_db._Pool = sql_db._Pool_readonly = None
    registry._db = sql_db.db_connect(registry.db_name)


def wait_for(pid):
    """:return: True if it ended well; False if it was killed"""
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    if status:
        raise AssertionError(f"A child failed: {status}. Its traceback is in the log.")
    return True


class Tally:
    """Numbers that processes share, also those that are killed; each writes its own row."""

    _NUMBER = struct.Struct("q")

    def __init__(self, names, rows):
        self._names = list(names)
        self._memory = mmap.mmap(-1, rows * len(self._names) * self._NUMBER.size)
        self._rows = rows

    def add(self, row, name, amount=1):
        at = (row * len(self._names) + self._names.index(name)) * self._NUMBER.size
        (known,) = self._NUMBER.unpack_from(self._memory, at)
        self._NUMBER.pack_into(self._memory, at, known + amount)

    def get(self, name):
        index = self._names.index(name)
        ats = ((row * len(self._names) + index) for row in range(self._rows))
        return sum(self._NUMBER.unpack_from(self._memory, at * self._NUMBER.size)[0] for at in ats)


class CountingProcessor(Processor):
    """The processor; it counts conflicts with others."""

    def __init__(self, registry, count):
        super().__init__(lambda: registry)
        self._count = count

    def do(self, work):
        """Run `work(env)`; again after conflicts."""
        self._registry = self._get_registry()
        while True:
            try:
                return self._in_transaction(work)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                time.sleep(0.01)

    def _in_transaction(self, work, *arguments):
        def counted(env):
            try:
                result = work(env)
                env.flush_all()  # as the cursor would do right after
                return result
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self._count()
                raise

        return super()._in_transaction(counted, *arguments)


def environment(cr):
    """Return an environment as the processor uses."""
    return api.Environment(cr, SUPERUSER_ID, PROCESSOR_CONTEXT)
