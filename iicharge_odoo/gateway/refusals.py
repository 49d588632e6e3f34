# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Connections that were refused, for a technician to see what a charger does wrong.

Collected and written every few seconds, each kind once: a flood of them costs a row.
"""

from dataclasses import replace

from .ports import ConnectionStore, Refused

MOST = 100
"""Kinds that are kept between two writes."""


class Refusals:
    """Refused connections that are not written yet."""

    def __init__(self, store: ConnectionStore):
        self._store = store
        self._kept: dict[tuple[str, str, str], Refused] = {}

    def add(self, refused: Refused) -> None:
        """Keep one; the newest of a kind, with their number."""
        # without an identity the address is all that is known of it
        place = "" if refused.identity else refused.address
        kind = (refused.identity.casefold(), refused.reason, place)
        before = self._kept.get(kind)
        if before is not None:
            self._kept[kind] = replace(refused, count=before.count + 1)
        elif len(self._kept) < MOST:
            self._kept[kind] = refused

    async def write(self) -> None:
        """Write what was collected; what cannot be written now is written with the next."""
        if not self._kept:
            return
        written, self._kept = self._kept, {}
        try:
            await self._store.refused(list(written.values()))
        except Exception:
            for kind, refused in written.items():
                newer = self._kept.setdefault(kind, refused)
                if newer is not refused:
                    self._kept[kind] = replace(newer, count=newer.count + refused.count)
            raise
