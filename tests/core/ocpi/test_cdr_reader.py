# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""CDRs as usage to be rated."""

from decimal import Decimal as D

import pytest

from iicharge_odoo.core.errors import InvalidUsage
from iicharge_odoo.core.ocpi.cdr_reader import usage_from_cdr
from iicharge_odoo.core.rating.rate import rate
from iicharge_odoo.core.rating.usage import PeriodUsage

from ..rating.prices import ENERGY, FLAT, PARKING, START, component, minutes, tariff


def cdr(*periods, end=60, **more):
    return {
        "currency": "EUR",
        "start_date_time": START.isoformat(),
        "end_date_time": minutes(end).isoformat(),
        "charging_periods": [
            {
                "start_date_time": minutes(at).isoformat(),
                "dimensions": [{"type": k, "volume": v} for k, v in volumes.items()],
            }
            for at, volumes in periods
        ],
        **more,
    }


def rate_cdr(prices, source, **more):
    return rate(prices, usage_from_cdr(source, "EUR", **more))


def test_period_with_charging_and_parking_charges_first():
    prices = tariff((component("TIME", "6"), {"max_duration": 1800}), PARKING)
    source = cdr((0, {"TIME": D("0.5"), "PARKING_TIME": D("0.5"), "ENERGY": 4}))
    found = rate_cdr(prices, source)
    assert (found.total_time_cost.excl_vat, found.total_parking_cost.excl_vat) == (3, 3)
    assert [p.energy_wh for p in found.periods] == [4000, 0]


def test_hours_rounded_by_the_sender_are_whole_seconds_again():
    prices = tariff((component("TIME", "36"), None))
    assert rate_cdr(prices, cdr((0, {"TIME": D("0.6667")}))).charging_s == 2400
    assert rate_cdr(prices, cdr((0, {"TIME": D("0.667")}), end=40)).charging_s == 2400
    assert rate_cdr(prices, cdr((0, {"TIME": D("0.667")}))).charging_s == D("2401.2")
    assert rate_cdr(prices, cdr((0, {"TIME": D("0.75")}))).charging_s == 2700


@pytest.mark.parametrize("hours", [1 / 6, 0.1 + 0.2, D("0.1666"), D("0.16666666")])
def test_time_with_the_senders_binary_noise_is_exact(hours):
    prices = tariff((component("TIME", "36", step_size=1), None))
    found = rate_cdr(prices, cdr((0, {"TIME": hours})))
    assert found.charging_s == (1080 if 0.2 < hours else 600)


def test_energy_with_the_senders_binary_noise_is_exact():
    per_wh = tariff((component("ENERGY", "1", step_size=1), None))
    assert rate_cdr(per_wh, cdr((0, {"ENERGY": 0.1 + 0.2}))).total_cost.excl_vat == D("0.3")
    exactly = tariff((component("ENERGY", "1"), None))
    assert rate_cdr(exactly, cdr((0, {"ENERGY": D("0.0000000001")}))).energy_wh == D("1E-7")


def test_period_power_and_current_decide_the_element():
    by_power = tariff((component("ENERGY", "1"), {"min_power": 7}), ENERGY)
    assert rate_cdr(by_power, cdr((0, {"ENERGY": 6}))).total_cost.excl_vat == D("1.5")
    ranged = {"ENERGY": 6, "MIN_POWER": 7, "MAX_POWER": 11}
    assert rate_cdr(by_power, cdr((0, ranged))).total_cost.excl_vat == 6
    assert rate_cdr(by_power, cdr((0, {"ENERGY": 6, "POWER": 8}))).total_cost.excl_vat == 6
    by_current = tariff((component("ENERGY", "1"), {"min_current": 16}), ENERGY)
    found = rate_cdr(by_current, cdr((0, {"ENERGY": 6, "MIN_CURRENT": 16})))
    assert found.total_cost.excl_vat == 6


def test_energy_of_a_parking_period_is_billed():
    found = rate_cdr(tariff(ENERGY, PARKING), cdr((0, {"PARKING_TIME": 1, "ENERGY_IMPORT": 2})))
    assert (found.total_energy_cost.excl_vat, found.total_parking_cost.excl_vat) == (D("0.5"), 6)


def test_periods_of_a_cdr_stay_apart_at_the_same_price():
    source = cdr((0, {"ENERGY": 1}), (30, {"ENERGY": 2}), end=60)
    found = rate_cdr(tariff(ENERGY), source)
    assert [p.energy_wh for p in found.periods] == [1000, 2000]
    assert len(found.lines) == 1


def test_gap_before_the_first_period_costs_nothing():
    found = rate_cdr(tariff(ENERGY), cdr((10, {}), (20, {"ENERGY": 2, "FLAT": 1})))
    assert found.total_cost.excl_vat == D("0.5")
    assert found.held_s == 0


def test_cdr_of_version_2_1_1_brings_its_own_zone():
    source = cdr((0, {"ENERGY": 2}), location={"time_zone": "Europe/Helsinki"})
    source["stop_date_time"] = source.pop("end_date_time")
    night = tariff((component("ENERGY", "0.10"), {"start_time": "22:00"}), ENERGY)
    assert rate_cdr(night, source).total_cost.excl_vat == D("0.2")
    assert rate_cdr(night, source, time_zone="UTC").total_cost.excl_vat == D("0.5")


def test_cdr_of_a_reservation_alone_is_an_expired_one():
    source = cdr((0, {"RESERVATION_TIME": 1}))
    assert usage_from_cdr(source, "EUR").is_expired
    fee = (component("FLAT", "4"), {"reservation": "RESERVATION_EXPIRES"})
    assert rate_cdr(tariff(fee, FLAT), source).total_cost.excl_vat == 4


@pytest.mark.parametrize(
    ("source", "where"),
    [
        (cdr((0, {"TIME": 1}), end=-1), "end_date_time"),
        ({k: v for k, v in cdr((0, {})).items() if k != "end_date_time"}, "end_date_time"),
        (cdr(), "charging_periods"),
        (cdr((0, {"TIME": 1}), location={"time_zone": 7}), "location.time_zone"),
    ],
)
def test_cdr_unusable_says_where(source, where):
    with pytest.raises(InvalidUsage) as caught:
        usage_from_cdr(source, "EUR")
    assert caught.value.where == where


def test_dimension_given_twice_is_refused():
    source = cdr((0, {"TIME": 1}))
    source["charging_periods"][0]["dimensions"] *= 2
    with pytest.raises(InvalidUsage, match="twice"):
        usage_from_cdr(source, "EUR")


def test_volume_of_time_in_no_time_is_refused():
    with pytest.raises(InvalidUsage, match="ends when it begins"):
        rate_cdr(tariff(ENERGY), cdr((0, {"TIME": 1}), end=0))


def test_energy_in_no_time_is_billed():
    assert rate_cdr(tariff(ENERGY), cdr((0, {"ENERGY": 1}), end=0)).total_cost.excl_vat == D("0.25")


def test_usage_without_periods_is_refused():
    with pytest.raises(InvalidUsage, match="at least one"):
        rate(tariff(FLAT), PeriodUsage(START, minutes(5), []))
