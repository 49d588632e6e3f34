# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Bound what is logged: whoever reaches the port can cause lines, and must not fill the disk."""

import logging
import time
from collections.abc import Callable

PERIOD_S = 60
LINES = 30


class FewLines(logging.Filter):
    """Let each message of a logger through a few times a minute, whatever its arguments are.

    The first line of the next minute says how many there were more.
    """

    def __init__(self, lines: int = LINES, clock: Callable[[], float] = time.monotonic):
        super().__init__()
        self._lines = lines
        self._clock = clock
        self._began_at = clock()
        self._counts: dict[object, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Decide on a line, and count it."""
        now = self._clock()
        left_out = 0
        if now - self._began_at >= PERIOD_S:
            left_out = sum(max(count - self._lines, 0) for count in self._counts.values())
            self._began_at = now
            self._counts = {}
        count = self._counts[record.msg] = self._counts.get(record.msg, 0) + 1
        if left_out:
            text = f"{record.getMessage()} ({left_out} more lines were left out since the last one)"
            record.msg, record.args = text, ()
        return count <= self._lines
