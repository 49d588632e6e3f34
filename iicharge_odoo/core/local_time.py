# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Local time of a site: read its clock, and find the next time at which it shows a value."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

_DAY = timedelta(days=1)
_MIDNIGHT = time()
_MINUTE = timedelta(minutes=1)
_MICROSECOND = timedelta(microseconds=1)


class Span(NamedTuple):
    """UTC times from ``start`` up to ``end`` in which one offset from UTC holds."""

    start: datetime
    end: datetime
    offset: timedelta


@lru_cache(maxsize=1024)
def offset_spans(zone: tzinfo, day: datetime) -> tuple[Span, ...]:
    """Cut a UTC day where the zone's offset changes: at most once a day.

    :param day: UTC midnight
    """
    end = day + _DAY
    before, after = _offset(zone, day), _offset(zone, end - _MICROSECOND)
    if before == after:
        return (Span(day, end, before),)
    low, high = day, end - _MICROSECOND
    while high - low > _MICROSECOND:
        middle = low + (high - low) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return (Span(day, high, before), Span(high, end, after))


def next_boundary(zone: tzinfo, at: datetime, clocks: Sequence[int]) -> datetime:
    """Return the next moment after `at` (UTC) at which a restriction by clock may change.

    That is one of the local times `clocks` (minutes of the day, rising, at least one), a
    change of the offset, or the end of the UTC day: the caller then asks again. A local
    time that a change of the clock skips is never met, one that it repeats is met twice.
    """
    span = _span_of(zone, at)
    wall = at + span.offset
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    following = (midnight + day * _DAY + clock * _MINUTE for day in (0, 1) for clock in clocks)
    local = next(moment for moment in following if moment > wall)
    return min(local - span.offset, span.end)


def wall_time(zone: tzinfo, at: datetime) -> datetime:
    """Return what the local clock shows at `at` (UTC)."""
    return at + _span_of(zone, at).offset


def day_interval(zone: tzinfo, day: date) -> tuple[datetime, datetime]:
    """Return the UTC times from a local day's midnight up to the next one's.

    Where the clock changes a day has 23 or 25 hours. A midnight that the change skips is
    the moment of the change; one that it repeats is the first of both.
    """
    return _midnight(zone, day), _midnight(zone, day + _DAY)


def _midnight(zone: tzinfo, day: date) -> datetime:
    return datetime.combine(day, _MIDNIGHT, tzinfo=zone).astimezone(UTC)


def _span_of(zone: tzinfo, at: datetime) -> Span:
    spans = offset_spans(zone, at.replace(hour=0, minute=0, second=0, microsecond=0))
    return spans[0] if at < spans[0].end else spans[-1]


def _offset(zone: tzinfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
