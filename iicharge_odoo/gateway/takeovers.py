# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Find two devices with one identity that evict each other (docs/chargers.md row 48)."""

from collections import OrderedDict, deque
from collections.abc import Callable

RAPID, WITHIN_S = 3, 60
_REMEMBERED = 10_000


class Takeovers:
    """When connections of each charger were replaced by newer ones."""

    def __init__(self, clock: Callable[[], float]):
        self._clock = clock
        self._times: OrderedDict[int, deque[float]] = OrderedDict()

    def add(self, charger_id: int) -> None:
        """Count a connection that was replaced, or tried to replace one."""
        times = self._times.setdefault(charger_id, deque(maxlen=RAPID))
        times.append(self._clock())
        self._times.move_to_end(charger_id)
        if len(self._times) > _REMEMBERED:
            self._times.popitem(last=False)

    def are_rapid(self, charger_id: int) -> bool:
        """Check whether the last minute had as many as two devices make."""
        times = self._times.get(charger_id, ())
        return len(times) == RAPID and times[0] > self._clock() - WITHIN_S
