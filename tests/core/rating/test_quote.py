# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iicharge_odoo.core.errors import InvalidUsage
from iicharge_odoo.core.rating.dimensions import Dimension
from iicharge_odoo.core.rating.quote import (
    AC,
    DC,
    Battery,
    QuoteRequest,
    applicable_prices,
    charging_curve,
    energy_prices_of_day,
    quote,
)
from iicharge_odoo.core.rating.tariff import Tariff
from iicharge_odoo.core.rating.terms import HotelTerms

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


def make_tariff(*elements, **values):
    return Tariff.from_ocpi({"currency": "EUR", "elements": list(elements), **values})


def element(restrictions=None, vat=None, **prices):
    components = [
        {"type": name, "price": price, "vat": vat, "step_size": 1} for name, price in prices.items()
    ]
    return {"price_components": components, "restrictions": restrictions}


PER_KWH = make_tariff(element(ENERGY=Decimal("0.5"), vat=10))


def ask(tariff=PER_KWH, terms=None, **values):
    values = {"started_at": START, "current_type": AC, "rated_power_w": Decimal(22000), **values}
    return quote(tariff, QuoteRequest(**values), *([terms] if terms else []))


def test_energy_on_ac_takes_what_car_and_connector_allow():
    found = ask(energy_wh=Decimal(11000))
    assert (found.fast.charging_s, found.fast.average_power_w) == (3600, 11000)
    assert found.slow.charging_s == round(11000 / 7400 * 3600)
    assert found.fast.breakdown.total_cost.incl_vat == Decimal("6.05")
    assert found.slow.breakdown.total_cost.excl_vat == Decimal("5.5")


def test_connector_weaker_than_the_car_limits():
    found = ask(energy_wh=Decimal(3700), rated_power_w=Decimal(3700))
    assert found.fast.charging_s == found.slow.charging_s == 3600


def test_known_car_leaves_no_range_on_ac():
    found = ask(energy_wh=Decimal(22000), car_power_w=Decimal(22000))
    assert found.fast == found.slow
    assert found.fast.charging_s == 3600


def test_dc_below_80_percent_flows_evenly():
    battery = Battery(Decimal(100_000), Decimal(20), Decimal(80))
    (only,) = charging_curve(DC, Decimal(60_000), battery)
    assert only.duration_s == 3600


def test_dc_falls_above_80_percent():
    curve = list(charging_curve(DC, Decimal(100_000), Battery(Decimal(100_000), Decimal(79))))
    powers = [stretch.power_w for stretch in curve]
    assert len(curve) == 21
    assert powers[0] == 100_000
    assert all(later < sooner for sooner, later in pairwise(powers))
    assert powers[-1] == 22_000
    assert sum(stretch.energy_wh for stretch in curve) == 21_000


def test_dc_from_inside_the_taper_starts_there():
    battery = Battery(Decimal(100_000), Decimal("90.5"), Decimal("91.5"))
    first, second = charging_curve(DC, Decimal(100_000), battery)
    assert first.energy_wh == second.energy_wh == 500
    assert first.power_w == Decimal(57_000)
    assert second.power_w == Decimal(55_000)


def test_ac_keeps_its_power_to_the_end():
    (only,) = charging_curve(AC, Decimal(11_000), Battery(Decimal(50_000), Decimal(50)))
    assert only.power_w == 11_000


def test_energy_on_dc_ranges_from_even_to_tapered():
    found = ask(
        energy_wh=Decimal(30_000),
        current_type=DC,
        rated_power_w=Decimal(60_000),
        car_power_w=Decimal(60_000),
    )
    assert found.fast.charging_s == 1800
    assert found.slow.charging_s > 2000
    assert found.slow.average_power_w < found.fast.average_power_w
    assert found.fast.breakdown.total_cost == found.slow.breakdown.total_cost


def test_percent_of_a_battery_is_an_energy():
    found = ask(battery=Battery(Decimal(55_000), Decimal(20), Decimal(80)))
    assert found.fast.energy_wh == 33_000
    assert found.fast.charging_s == 3 * 3600


def test_departure_bounds_the_energy():
    found = ask(energy_wh=Decimal(40_000), departs_at=START + timedelta(hours=2))
    assert found.fast.energy_wh == 22_000
    assert found.slow.energy_wh == 14_800
    assert found.fast.charging_s == found.slow.charging_s == 7200
    assert found.fast.idle_s == 0


def test_departure_cuts_the_taper_between_two_stretches():
    battery = Battery(Decimal(100_000), Decimal(70))
    found = ask(
        battery=battery,
        current_type=DC,
        rated_power_w=Decimal(100_000),
        car_power_w=Decimal(100_000),
        departs_at=START + timedelta(seconds=360),
    )
    assert found.fast.energy_wh == 10_000


def test_full_before_departure_is_idle_until_then():
    tariff = make_tariff(element(ENERGY=Decimal("0.5")), element(PARKING_TIME=6))
    found = ask(tariff, energy_wh=Decimal(11_000), departs_at=START + timedelta(hours=2))
    assert (found.fast.charging_s, found.fast.idle_s) == (3600, 3600)
    assert found.fast.breakdown.total_parking_cost.excl_vat == 6
    assert found.slow.idle_s < found.fast.idle_s


def test_departure_alone_fills_a_usual_battery():
    found = ask(departs_at=START + timedelta(hours=12))
    assert found.fast.energy_wh == 48_000


def test_terms_of_the_hotel_count():
    found = ask(terms=HotelTerms(free_energy_wh=Decimal(4000)), energy_wh=Decimal(10_000))
    assert found.fast.breakdown.total_cost.excl_vat == 3


def test_current_restriction_sees_the_current():
    tariff = make_tariff(element({"min_current": 40}, ENERGY=1), element(ENERGY=2))
    found = ask(tariff, energy_wh=Decimal(1000))
    # 11 kW are 47.8 A over all phases, 7.4 kW are 32.2 A
    assert found.fast.breakdown.total_cost.excl_vat == 1
    assert found.slow.breakdown.total_cost.excl_vat == 2


def test_end_between_two_seconds_is_rounded_to_one():
    found = ask(energy_wh=Decimal("0.5"))
    assert found.fast.charging_s == 0
    assert found.fast.energy_wh == Decimal("0.5")


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({}, "energy_wh"),
        ({"energy_wh": Decimal(0)}, "energy_wh"),
        ({"energy_wh": Decimal(1), "rated_power_w": Decimal(0)}, "rated_power_w"),
        ({"energy_wh": Decimal(1), "car_power_w": Decimal(0)}, "car_power_w"),
        ({"departs_at": START}, "departs_at"),
        ({"energy_wh": Decimal(1), "battery": Battery(Decimal(1), Decimal(0))}, "energy_wh"),
    ],
)
def test_impossible_request_names_the_field(values, where):
    with pytest.raises(InvalidUsage) as caught:
        ask(**values)
    assert caught.value.where == where


@pytest.mark.parametrize(
    "battery",
    [(0, 10, 80), (50, 80, 80), (50, -1, 80), (50, 10, 101)],
)
def test_impossible_battery_is_refused(battery):
    with pytest.raises(InvalidUsage):
        Battery(*map(Decimal, battery))


def test_prices_come_in_the_order_of_afir():
    tariff = make_tariff(
        element({"reservation": "RESERVATION"}, FLAT=3),
        element(FLAT=1, PARKING_TIME=6, TIME=2, ENERGY=Decimal("0.5"), vat=20),
    )
    found = applicable_prices(tariff)
    assert [price.dimension for price in found] == [
        Dimension.ENERGY,
        Dimension.TIME,
        Dimension.PARKING_TIME,
        Dimension.FLAT,
        Dimension.FLAT,
    ]
    assert found[-1].restrictions.reservation == "RESERVATION"
    assert (found[0].excl_vat, found[0].incl_vat) == (Decimal("0.5"), Decimal("0.6"))


def test_prices_with_tax_are_shown_without_it_too():
    tariff = make_tariff(element(ENERGY=Decimal("0.6"), vat=20), tax_included="YES")
    (price,) = applicable_prices(tariff)
    assert (price.excl_vat, price.incl_vat) == (Decimal("0.5"), Decimal("0.6"))


def test_prices_of_a_day_change_where_the_tariff_says():
    tariff = make_tariff(
        element({"start_time": "22:00", "end_time": "06:00"}, ENERGY=Decimal("0.2")),
        element({"start_time": "12:00", "end_time": "13:00"}, FLAT=1),
        element(ENERGY=Decimal("0.5")),
    )
    day = energy_prices_of_day(tariff, date(2026, 11, 23), Decimal(11_000))
    assert [(minute, price.excl_vat) for minute, price in day] == [
        (0, Decimal("0.2")),
        (360, Decimal("0.5")),
        (1320, Decimal("0.2")),
    ]


def test_day_without_a_price_for_energy_is_free():
    ((minute, price),) = energy_prices_of_day(
        make_tariff(element(FLAT=1)), date(2026, 11, 23), Decimal(11_000)
    )
    assert (minute, price.incl_vat) == (0, 0)


@given(
    st.decimals(1, 200_000, places=0),
    st.decimals(1000, 300_000, places=0),
    st.sampled_from([AC, DC]),
    st.integers(1, 100_000),
)
def test_any_quote_is_ordered_and_keeps_the_energy(energy_wh, rated_power_w, kind, departs_s):
    found = ask(energy_wh=energy_wh, rated_power_w=rated_power_w, current_type=kind)
    assert found.fast.charging_s <= found.slow.charging_s
    assert found.fast.breakdown.energy_wh == found.fast.energy_wh
    assert round(found.slow.energy_wh, 9) == energy_wh
    assert found.slow.average_power_w <= rated_power_w
    bounded = ask(
        energy_wh=energy_wh,
        rated_power_w=rated_power_w,
        current_type=kind,
        departs_at=START + timedelta(seconds=departs_s),
    )
    assert bounded.slow.energy_wh <= found.slow.energy_wh
    assert bounded.slow.charging_s + bounded.slow.idle_s == departs_s


@pytest.mark.parametrize("name", ["energy_wh", "rated_power_w", "car_power_w"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("1e21", "must not be above"),
        ("NaN", "must be a finite number"),
        ("Infinity", "must be a finite number"),
        ("-Infinity", "must be a finite number"),
        ("0", "must be above zero"),
    ],
)
def test_amount_that_cannot_be_is_refused(name, value, problem):
    given = {"energy_wh": Decimal(10_000), "rated_power_w": Decimal(11_000), name: Decimal(value)}
    started_at = datetime(2026, 7, 1, 12, tzinfo=UTC)
    with pytest.raises(InvalidUsage, match=problem):
        QuoteRequest(started_at, "ac", **given)


@pytest.mark.parametrize("battery", [("NaN", 20, 80), ("1e21", 20, 80), (60_000, "NaN", 80)])
def test_battery_that_cannot_be_is_refused(battery):
    with pytest.raises(InvalidUsage):
        Battery(*map(Decimal, battery))
