# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Read big frames in a thread, so that no other charger waits for them.

To read a frame of 1 MB and to hide its secrets takes up to a second. Nearly all frames are
smaller than 1 KB and are read at once.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime

from .frames import Call, CallError, CallResult, Frame, Unreadable, decode, raw_text
from .hiding import Clean, hide_secrets

_logger = logging.getLogger(__name__)

BIG_BYTES = 16_384
"""Frames above it are read in the thread."""

Take = Callable[[Frame | None, datetime], None]


@dataclass(slots=True)
class Apart:
    """Frames of one charger that wait: a big one, and those behind it, as their order counts.

    :param take: called in the loop with each frame
    :param hold: called when frames begin to wait, and when none does any more
    :param fail: called when a frame could not be handled
    """

    executor: Executor
    take: Take
    hold: Callable[[], None]
    fail: Callable[[], None]
    _frames: list[tuple[bytes, datetime]] = field(default_factory=list)
    _task: asyncio.Task | None = None

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, data: bytes, at: datetime) -> None:
        """Read a frame after those that wait."""
        self._frames.append((data, at))
        if len(self._frames) == 1:
            self.hold()
            self._task = asyncio.create_task(self._read_all())

    async def _read_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._frames:
                data, at = self._frames[0]
                if len(data) > BIG_BYTES:
                    frame = await loop.run_in_executor(self.executor, read_big, data)
                else:
                    frame = decode(data)
                self._frames.pop(0)
                self.take(frame, at)
        except Exception:
            _logger.exception("A frame could not be read")
            self._frames.clear()
            self.fail()
        finally:
            self.hold()


def read_big(data: bytes) -> Frame | None:
    """Read a frame, and hide its secrets in what is kept of it."""
    frame = decode(data)
    if isinstance(frame, Call | CallResult):
        frame.payload_json = Clean(hide_secrets(frame.payload_json))
    elif isinstance(frame, CallError):
        frame.error_json = Clean(hide_secrets(frame.error_json))
    elif isinstance(frame, Unreadable):
        frame.text = Clean(hide_secrets(raw_text(frame.raw)))
    return frame
