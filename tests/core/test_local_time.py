# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from iicharge_odoo.core.local_time import day_interval, next_boundary, offset_spans, wall_time

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_plain_day_has_one_span():
    (span,) = offset_spans(AMSTERDAM, utc(2026, 7, 1))
    assert span == (utc(2026, 7, 1), utc(2026, 7, 2), timedelta(hours=2))


@pytest.mark.parametrize(
    ("zone", "day", "change"),
    [
        ("Europe/Amsterdam", utc(2026, 3, 29), utc(2026, 3, 29, 1)),
        ("Europe/Amsterdam", utc(2026, 10, 25), utc(2026, 10, 25, 1)),
        ("America/New_York", utc(2026, 3, 8), utc(2026, 3, 8, 7)),
        ("Australia/Lord_Howe", utc(2026, 4, 4), utc(2026, 4, 4, 15)),
    ],
)
def test_day_with_a_change_of_the_clock_has_two_spans(zone, day, change):
    before, after = offset_spans(ZoneInfo(zone), day)
    assert before.end == after.start == change
    assert before.offset != after.offset


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/St_Johns", "Pacific/Apia"])
def test_wall_time_is_what_the_zone_data_says(zone):
    info = ZoneInfo(zone)
    for hour in range(0, 24 * 365, 7):
        at = utc(2026, 1, 1) + timedelta(hours=hour)
        assert wall_time(info, at).replace(tzinfo=None) == at.astimezone(info).replace(tzinfo=None)


def test_next_boundary_is_the_next_local_time_of_day():
    assert next_boundary(AMSTERDAM, utc(2026, 7, 1, 8), [0, 1020]) == utc(2026, 7, 1, 15)
    assert next_boundary(AMSTERDAM, utc(2026, 7, 1, 15), [0, 1020]) == utc(2026, 7, 1, 22)


def test_next_boundary_stops_at_a_change_of_the_clock():
    assert next_boundary(AMSTERDAM, utc(2026, 3, 29, 0, 30), [150]) == utc(2026, 3, 29, 1)
    # 02:30 does not exist that day; the next one is met after the end of the UTC day.
    assert next_boundary(AMSTERDAM, utc(2026, 3, 29, 1), [150]) == utc(2026, 3, 30)
    assert next_boundary(AMSTERDAM, utc(2026, 3, 30), [150]) == utc(2026, 3, 30, 0, 30)


def test_local_time_that_comes_twice_is_met_twice():
    met, at = [], utc(2026, 10, 24, 23, 59)
    while at < utc(2026, 10, 25, 4):
        at = next_boundary(AMSTERDAM, at, [150])
        if wall_time(AMSTERDAM, at).strftime("%H:%M") == "02:30":
            met.append(at)
    assert met == [utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)]


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("Europe/Amsterdam", date(2026, 7, 1), utc(2026, 6, 30, 22), 24),
        ("Europe/Amsterdam", date(2026, 3, 29), utc(2026, 3, 28, 23), 23),
        ("Europe/Amsterdam", date(2026, 10, 25), utc(2026, 10, 24, 22), 25),
        # the clock goes from 24:00 to 01:00, and from 24:00 back to 23:00
        ("Africa/Cairo", date(2026, 4, 24), utc(2026, 4, 23, 22), 23),
        ("Africa/Cairo", date(2026, 10, 29), utc(2026, 10, 28, 21), 25),
        ("Pacific/Apia", date(2011, 12, 30), utc(2011, 12, 30, 10), 0),
    ],
)
def test_local_day_has_the_hours_that_its_clock_showed(zone, day, start, hours):
    assert day_interval(ZoneInfo(zone), day) == (start, start + timedelta(hours=hours))


def test_days_follow_each_other_without_a_gap():
    zone = ZoneInfo("Africa/Cairo")
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    intervals = [day_interval(zone, day) for day in days]
    assert all(a[1] == b[0] for a, b in pairwise(intervals))
