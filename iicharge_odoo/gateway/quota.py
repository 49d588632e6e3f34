# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""How much is kept of a charger that has not been accepted yet: who it is, and no flood."""

from collections import OrderedDict
from datetime import datetime, timedelta

from .ports import JournalEntry

MESSAGES, BYTES = 200, 262_144
PERIOD = timedelta(days=1)
_REMEMBERED = 10_000


class Quota:
    """Messages and bytes that may still be kept of one charger in this period."""

    def __init__(self):
        self._since: datetime | None = None
        self._messages = self._bytes = 0

    def take(self, entry: JournalEntry) -> bool:
        """Check whether an entry may be kept, and count it."""
        if self._since is None or entry.received_at - self._since >= PERIOD:
            self._since, self._messages, self._bytes = entry.received_at, 0, 0
        size = len(entry.payload)
        if self._messages >= MESSAGES or self._bytes + size > BYTES:
            return False
        self._messages += 1
        self._bytes += size
        return True


class Quotas:
    """The quotas of all chargers; a charger that connects again does not get a new one."""

    def __init__(self):
        self._quotas: OrderedDict[int, Quota] = OrderedDict()

    def get(self, charger_id: int) -> Quota:
        """Return the quota of a charger; that of the longest gone is dropped at very many."""
        quota = self._quotas.setdefault(charger_id, Quota())
        self._quotas.move_to_end(charger_id)
        if len(self._quotas) > _REMEMBERED:
            self._quotas.popitem(last=False)
        return quota
