# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

import pytest

from iicharge_odoo.core.rating.certain_prices import CertainPrices, certain_prices
from iicharge_odoo.core.rating.terms import HotelTerms

from .test_quote import element, make_tariff

ALL = element(
    vat=10,
    ENERGY=Decimal("0.5"),
    TIME=Decimal(1),
    FLAT=Decimal(2),
    PARKING_TIME=Decimal(6),
)


def test_prices_that_always_apply_are_certain_with_tax():
    assert certain_prices(make_tariff(ALL), HotelTerms(idle_grace_s=1800)) == CertainPrices(
        per_kwh=Decimal("0.55"),
        per_hour=Decimal("1.1"),
        per_start=Decimal("2.2"),
        idle_per_hour=Decimal("6.6"),
        idle_grace_min=30,
    )


def test_price_with_a_condition_or_beside_another_is_not_certain():
    night = element({"start_time": "22:00", "end_time": "06:00"}, ENERGY=Decimal("0.3"))
    found = certain_prices(make_tariff(night, ALL))
    assert (found.per_kwh, found.per_hour) == (None, Decimal("1.1"))
    assert certain_prices(make_tariff(night)).per_kwh is None


def test_price_of_a_reservation_is_not_one_of_charging():
    kept = element({"reservation": "RESERVATION"}, FLAT=Decimal(9))
    assert certain_prices(make_tariff(kept, ALL)).per_start == Decimal("2.2")


@pytest.mark.parametrize(
    ("terms", "gone"),
    [
        (HotelTerms(free_energy_wh=Decimal(5000)), "per_kwh"),
        (HotelTerms(quiet_start="22:00", quiet_end="06:00"), "idle_per_hour"),
    ],
)
def test_price_that_the_hotel_softens_is_not_certain(terms, gone):
    found = certain_prices(make_tariff(ALL), terms)
    assert getattr(found, gone) is None and found.per_start == Decimal("2.2")


@pytest.mark.parametrize("limit", ["min_price", "max_price"])
def test_nothing_is_certain_under_a_least_or_most_sum(limit):
    tariff = make_tariff(ALL, **{limit: {"before_taxes": Decimal(5)}})
    assert certain_prices(tariff) == CertainPrices()
