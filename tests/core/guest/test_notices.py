# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, datetime, time, timedelta

import pytest

from iicharge_odoo.core.guest.notices import Notice, NoticeFacts, find_notices, is_quiet

NOW = datetime(2026, 7, 16, 12, tzinfo=UTC)


def minutes(count):
    return timedelta(minutes=count)


def find(**facts):
    return find_notices(NoticeFacts(**{"started_at": NOW - minutes(90), **facts}), NOW)


def test_start_is_written_while_it_is_new():
    assert find(started_at=NOW - minutes(2), is_charging=True) == [Notice.STARTED]
    assert find(is_charging=True) == []
    assert find(started_at=NOW - minutes(2)) == []


def test_full_car_and_fee_are_written_while_the_car_is_there():
    assert find(is_full=True) == [Notice.FULL]
    assert find(is_full=True, fee_from=NOW + minutes(16)) == [Notice.FULL]
    assert find(is_full=True, fee_from=NOW + minutes(15)) == [Notice.FULL, Notice.FEE]
    assert find(fee_from=NOW - minutes(60)) == [Notice.FEE]
    assert find(stopped_at=NOW, is_full=True, fee_from=NOW) == []


@pytest.mark.parametrize("reason", ["EmergencyStop", "PowerLoss", "HardReset", "DeAuthorized"])
def test_what_nobody_wanted_is_cut_off(reason):
    assert find(stopped_at=NOW - minutes(1), stop_reason=reason) == [Notice.CUT_OFF]
    assert find(stopped_at=NOW - minutes(601), stop_reason=reason) == []


@pytest.mark.parametrize("reason", ["", "Local", "Remote", "EVDisconnected"])
def test_what_the_guest_ended_is_not_cut_off(reason):
    assert find(stopped_at=NOW, stop_reason=reason) == []
    assert find(stopped_at=NOW, stop_reason=reason, is_limited=True) == [Notice.CUT_OFF]


def test_receipt_is_written_once_there_is_a_price_and_also_days_later():
    assert find(stopped_at=NOW - minutes(3000)) == []
    assert find(stopped_at=NOW - minutes(3000), is_priced=True) == [Notice.RECEIPT]


@pytest.mark.parametrize(
    ("at", "begin", "end", "quiet"),
    [
        (time(23), 22, 7, True),
        (time(6, 59), 22, 7, True),
        (time(7), 22, 7, False),
        (time(21, 59), 22, 7, False),
        (time(13, 30), 13, 14.5, True),
        (time(14, 30), 13, 14.5, False),
        (time(0), 0, 0, False),
        (time(12), 0, 24, True),
    ],
)
def test_quiet_hours_may_go_over_midnight(at, begin, end, quiet):
    assert is_quiet(at, begin, end) is quiet
