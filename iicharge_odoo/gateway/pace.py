# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Space out our calls to a charger that has just started (docs/chargers.md row 7)."""

import asyncio
from collections.abc import Callable

from .settings import Settings


class Pace:
    """When the next call to each charger may go out.

    :param wake: called in the loop when one may again
    """

    def __init__(self, settings: Settings, wake: Callable[[], None]):
        self._settings = settings
        self._wake = wake
        self._calm_at: dict[int, float] = {}
        self._next_at: dict[int, float] = {}

    def started(self, charger_id: int) -> None:
        """It has started or connected: give it time."""
        self._calm_at[charger_id] = asyncio.get_running_loop().time() + self._settings.calm_s
        self._wait(charger_id, self._settings.settle_s)

    def called(self, charger_id: int) -> None:
        """A call to it has ended."""
        if asyncio.get_running_loop().time() < self._calm_at.get(charger_id, 0):
            self._wait(charger_id, self._settings.pace_s)

    def may_call(self, charger_id: int) -> bool:
        """Check whether a call may go out now."""
        return asyncio.get_running_loop().time() >= self._next_at.get(charger_id, 0)

    def _wait(self, charger_id: int, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._next_at[charger_id] = loop.time() + seconds
        # a little later, as timers may be early by the clock's resolution
        loop.call_later(seconds + 0.01 if seconds else 0, self._wake)
