# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, datetime, timedelta

import pytest

from iicharge_odoo.core.errors import UnknownTimeZone
from iicharge_odoo.core.metering.meter import get_zone, parse_timestamp

RECEIVED = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def read(text, zone="Europe/Amsterdam", received_at=RECEIVED):
    stamp = parse_timestamp(text, zone, received_at)
    return stamp.at, stamp.flags


@pytest.mark.parametrize(
    "text",
    ["2026-07-01T12:00:00Z", "2026-07-01T14:00:00+02:00", "2026-07-01T12:00:00.000000000Z"],
)
def test_timestamp_with_offset_is_read_as_it_says(text):
    assert read(text) == (RECEIVED, ())


def test_timestamp_without_offset_is_read_in_the_chargers_zone():
    assert read("2026-07-01T14:00:00") == (RECEIVED, ("timestamp_local",))


@pytest.mark.parametrize("hour_utc", [0, 1])
def test_timestamp_in_the_doubled_hour_is_read_near_its_receipt(hour_utc):
    received = datetime(2026, 10, 25, hour_utc, 30, 2, tzinfo=UTC)
    at, flags = read("2026-10-25T02:30:00", received_at=received)
    assert at == received - timedelta(seconds=2)
    assert flags == ("timestamp_local",)


def test_local_time_labelled_utc_is_flagged():
    assert read("2026-07-01T14:00:00Z") == (RECEIVED + timedelta(hours=2), ("clock_differs",))


def test_timestamp_within_five_minutes_is_not_flagged():
    assert read("2026-07-01T11:55:00Z")[1] == ()
    assert read("2026-07-01T11:54:59Z")[1] == ("clock_differs",)


def test_clock_never_set_takes_the_receipt_and_forbids_billing():
    stamp = parse_timestamp("1970-01-01T00:02:11Z", "UTC", RECEIVED)
    assert (stamp.at, stamp.flags) == (RECEIVED, ("clock_unset",))
    assert stamp.hold_reasons == ("clock_unset",)
    assert parse_timestamp("2026-07-01T14:00:00", "UTC", RECEIVED).hold_reasons == ()


@pytest.mark.parametrize(
    "text", [None, "", "soon", 17, "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+10:00"]
)
def test_timestamp_unreadable_takes_the_receipt_and_forbids_billing(text):
    stamp = parse_timestamp(text, "UTC", RECEIVED)
    assert (stamp.at, stamp.hold_reasons) == (RECEIVED, ("timestamp_unreadable",))


@pytest.mark.parametrize("text", ["2026-07-02T12:00:01Z", "9999-12-31T23:59:59Z"])
def test_clock_ahead_by_more_than_a_day_takes_the_receipt_and_forbids_billing(text):
    stamp = parse_timestamp(text, "UTC", RECEIVED)
    assert (stamp.at, stamp.hold_reasons) == (RECEIVED, ("clock_unset",))


def test_utc_needs_no_time_zone_data():
    assert get_zone("UTC") is UTC


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_time_zone_unknown_is_refused_with_advice(name):
    with pytest.raises(UnknownTimeZone, match="IANA"):
        get_zone(name)
