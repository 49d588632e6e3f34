# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest

from iicharge_odoo.core.metering.plausibility import (
    Limits,
    Receipt,
    find_amount_doubts,
    find_time_doubts,
)
from iicharge_odoo.core.money import Money

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
LIMITS = Limits(timedelta(hours=72), Money(D(300), "EUR"), Money(D(5), "EUR"))
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def doubts(start_at, start_received, stop_at, stop_received, contact=None, stop_contact=None):
    times = [
        None if at is None else NOON + at
        for at in (start_at, start_received, contact, stop_at, stop_received, stop_contact)
    ]
    return find_time_doubts(Receipt(*times[:3]), Receipt(*times[3:]), LIMITS)


def test_session_reported_as_it_happened_has_no_doubts():
    assert doubts(0 * HOUR, 0 * HOUR, HOUR, HOUR + 2 * MINUTE) == ()


def test_start_in_2016_is_held():
    found = doubts(-3800 * DAY, 0 * HOUR, HOUR, HOUR, contact=-HOUR)
    assert found == ("clock_differs", "session_too_long")


def test_start_40_days_back_is_held_also_of_a_charger_never_seen():
    assert doubts(-40 * DAY, 0 * HOUR, HOUR, HOUR) == ("clock_differs", "session_too_long")


def test_clock_an_hour_ahead_is_held():
    assert doubts(HOUR, 0 * HOUR, 3 * HOUR, 2 * HOUR) == ("clock_differs",)


def test_clock_an_hour_behind_while_connected_is_held():
    found = doubts(-HOUR, 0 * HOUR, HOUR, 2 * HOUR, contact=-15 * MINUTE, stop_contact=1.75 * HOUR)
    assert found == ("clock_differs",)


@pytest.mark.parametrize("contact", [None, -15 * MINUTE])
@pytest.mark.parametrize("wrong", [-HOUR, HOUR])
def test_clock_set_right_in_mid_session_is_held(wrong, contact):
    assert doubts(wrong, 0 * HOUR, 2 * HOUR, 2 * HOUR, contact) == ("clock_differs",)


def test_clock_put_wrong_in_mid_session_is_held():
    contact = 2 * HOUR - 15 * MINUTE
    assert doubts(0 * HOUR, 0 * HOUR, HOUR, 2 * HOUR, stop_contact=contact) == ("clock_differs",)


@pytest.mark.parametrize("contact", [None, -10 * HOUR])
def test_queue_delivered_after_hours_is_billed_by_its_own_times(contact):
    assert doubts(-9 * HOUR, 0 * HOUR, -7 * HOUR, MINUTE, contact, contact) == ()


def test_start_kept_while_the_charger_was_offline_is_accepted():
    assert doubts(-2 * HOUR, 0 * HOUR, HOUR, HOUR, contact=-3 * HOUR) == ()


def test_stop_kept_while_the_charger_was_offline_is_accepted():
    assert doubts(0 * HOUR, 0 * HOUR, HOUR, 6 * HOUR, stop_contact=0.5 * HOUR) == ()


def test_session_longer_than_the_site_allows_is_held():
    assert doubts(0 * DAY, 0 * DAY, 3 * DAY, 3 * DAY) == ()
    assert doubts(0 * DAY, 0 * DAY, 3 * DAY + MINUTE, 3 * DAY + MINUTE) == ("session_too_long",)
    long = Receipt(NOON + 90 * DAY, NOON + 90 * DAY)
    assert find_time_doubts(Receipt(NOON, NOON), long, Limits()) == ()


@pytest.mark.parametrize(
    ("energy_wh", "amount", "expected"),
    [
        (5000, "2.50", ()),
        (0, "0", ()),
        (0, "-1.00", ("amount_below_zero",)),
        (20_000, "-0.01", ("amount_below_zero",)),
        (0, "5", ()),
        (0, "5.01", ("fee_without_energy",)),
        (3, "302.91", ("fee_without_energy", "amount_out_of_proportion", "amount_too_large")),
        (99, "6", ("fee_without_energy",)),
        (100, "10", ()),
        (100, "10.01", ("amount_out_of_proportion",)),
        (60_000, "300", ()),
        (60_000, "300.01", ("amount_out_of_proportion", "amount_too_large")),
        (70_000, "300.01", ("amount_too_large",)),
    ],
)
def test_amount_is_held_against_energy_and_limits(energy_wh, amount, expected):
    assert find_amount_doubts(D(energy_wh), Money(D(amount), "EUR"), LIMITS) == expected


def test_part_below_zero_is_held_also_where_the_sum_is_not():
    amount, part = Money(D("2.50"), "EUR"), Money(D(-1), "EUR")
    assert find_amount_doubts(D(5000), amount, LIMITS, part) == ("amount_below_zero",)


def test_site_without_limits_takes_any_sum():
    limits = Limits(hold_fee_without_energy=False)
    assert find_amount_doubts(D(0), Money(D(10**6), "EUR"), limits) == ()


def test_sum_in_another_currency_than_the_limit_is_refused():
    with pytest.raises(ValueError, match="different currencies"):
        find_amount_doubts(D(5000), Money(D(2), "JPY"), LIMITS)
