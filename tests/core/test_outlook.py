# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""When a car is done, how far it is and why it is slow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from iicharge_odoo.core.metering import outlook

NOW = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
CAR = outlook.Charging(
    now=NOW,
    started_at=NOW - timedelta(hours=1),
    energy_wh=Decimal(8000),
    power_w=Decimal(8000),
    rated_w=Decimal(22000),
)


def test_end_of_a_car_without_limit_and_battery_is_not_known():
    assert outlook.get_expected_end(CAR) is None
    assert outlook.get_progress(CAR) is None


def test_limit_of_energy_says_when_and_how_far():
    car = replace(CAR, limit_wh=Decimal(20000))
    assert outlook.get_remaining_wh(car) == 12000
    assert outlook.get_expected_end(car) == NOW + timedelta(hours=1, minutes=30)
    assert outlook.get_progress(car) == Decimal("0.4")


def test_limit_of_money_is_reached_at_the_price_so_far():
    car = replace(CAR, amount=Decimal(4), limit_amount=Decimal(10))
    assert outlook.get_expected_end(car) == NOW + timedelta(hours=1, minutes=30)


def test_limit_that_is_passed_leaves_nothing():
    car = replace(CAR, limit_wh=Decimal(7000))
    assert outlook.get_remaining_wh(car) == 0
    assert outlook.get_progress(car) == 1


def test_battery_is_known_from_what_it_gained():
    car = replace(CAR, first_soc_percent=Decimal(40), soc_percent=Decimal(60))
    assert outlook.get_remaining_wh(car) == 16000
    assert outlook.get_expected_end(car) == NOW + timedelta(hours=2)
    assert outlook.get_progress(car) == Decimal("0.6")
    little = replace(car, soc_percent=Decimal(42))
    assert outlook.get_expected_end(little) is None


def test_whatever_comes_first_ends_it():
    car = replace(
        CAR,
        limit_wh=Decimal(12000),
        first_soc_percent=Decimal(40),
        soc_percent=Decimal(60),
    )
    assert outlook.get_expected_end(car) == NOW + timedelta(minutes=30)


def test_level_of_the_battery_ends_it_and_its_energy_counts_no_more():
    car = replace(
        CAR,
        limit_wh=Decimal(9000),
        limit_percent=Decimal(80),
        first_soc_percent=Decimal(40),
        soc_percent=Decimal(60),
    )
    assert outlook.get_remaining_wh(car) == 8000
    assert outlook.get_progress(car) == Decimal("0.75")
    unknown = replace(car, soc_percent=None)
    assert outlook.get_remaining_wh(unknown) == 1000


def test_time_ends_it_with_and_without_power():
    until = NOW + timedelta(hours=1)
    car = replace(CAR, limit_until=until)
    assert outlook.get_expected_end(car) == until
    assert outlook.get_expected_end(replace(car, limit_wh=Decimal(12000))) == NOW + timedelta(
        minutes=30
    )
    assert outlook.get_expected_end(replace(car, limit_wh=Decimal(90000))) == until


def test_no_power_and_the_far_future_have_no_time():
    limited = replace(CAR, limit_wh=Decimal(20000))
    assert outlook.get_expected_end(replace(limited, power_w=Decimal(0))) is None
    assert outlook.get_expected_end(replace(limited, power_w=Decimal(100))) is None


@pytest.mark.parametrize(
    ("change", "more", "reason"),
    [
        ({"power_w": Decimal(20000)}, {}, None),
        ({"power_w": Decimal(0)}, {}, None),
        ({"rated_w": Decimal(0)}, {}, None),
        ({}, {"is_hot": True}, "heat"),
        ({"soc_percent": Decimal(85)}, {}, "nearly_full"),
        ({}, {"others_w": (Decimal(13000),)}, "shared_power"),
        ({}, {"others_w": (Decimal(3000),)}, "car_limit"),
        # two cars of which each has its own power share nothing
        ({"power_w": Decimal(11000)}, {"others_w": (Decimal(22000),)}, "car_limit"),
        ({"power_w": Decimal(3600)}, {}, "one_phase"),
        ({"power_w": Decimal(7200)}, {}, "one_phase"),
        ({"power_w": Decimal(7200)}, {"is_dc": True}, "car_limit"),
        ({}, {}, "car_limit"),
        ({"started_at": NOW - timedelta(minutes=1)}, {}, None),
    ],
)
def test_slow_charging_has_a_reason(change, more, reason):
    assert outlook.get_slow_reason(replace(CAR, **change), **more) == reason
