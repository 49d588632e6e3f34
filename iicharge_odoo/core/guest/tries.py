# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""How often somebody may name a wrong room or PIN."""

from collections.abc import Iterable
from datetime import datetime, timedelta

MOST_TRIES = 5
WITHIN = timedelta(hours=1)


def count_left(tries: Iterable[datetime], now: datetime) -> int:
    """Count the wrong tries that are left, after those made at these times."""
    return max(MOST_TRIES - len(_get_recent(tries, now)), 0)


def get_locked_until(tries: Iterable[datetime], now: datetime) -> datetime | None:
    """Get until when no further try is taken; None where one is.

    A try counts for an hour: the lock ends when fewer than `MOST_TRIES` are left of the last one.
    """
    recent = _get_recent(tries, now)
    return recent[-MOST_TRIES] + WITHIN if len(recent) >= MOST_TRIES else None


def _get_recent(tries: Iterable[datetime], now: datetime) -> list[datetime]:
    return sorted(at for at in tries if at > now - WITHIN)
