# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest

from iicharge_odoo.core.errors import InvalidTariff, InvalidUsage, UnknownTimeZone
from iicharge_odoo.core.rating.rate import RunningCost, rate
from iicharge_odoo.core.rating.terms import HotelTerms
from iicharge_odoo.core.rating.usage import Reservation, Sample, StateChange, Usage
from iicharge_odoo.core.session import SessionState

from .prices import ENERGY, FLAT, IDLE, PARKING, START, component, minutes, session, tariff, total


def test_idle_fee_begins_after_the_grace():
    usage = session(60, states=[(20, IDLE)])
    assert total(tariff(PARKING), usage, HotelTerms(idle_grace_s=600))[0] == 3
    assert total(tariff(PARKING), usage, HotelTerms(idle_grace_s=2400))[0] == 0


def test_grace_is_given_once_a_session():
    usage = session(60, states=[(20, IDLE), (25, "charging"), (30, IDLE)])
    assert total(tariff(PARKING), usage, HotelTerms(idle_grace_s=600))[0] == D("2.5")


def test_quiet_hours_take_no_idle_fee_and_use_no_grace():
    terms = HotelTerms(idle_grace_s=600, quiet_start="21:30", quiet_end="22:00")
    usage = session(120, states=[(30, IDLE)], time_zone="Europe/Amsterdam")
    found = rate(tariff(PARKING), usage, terms)
    assert [p.note for p in found.periods] == [None, "quiet", "grace", None]
    assert found.total_cost.excl_vat == 5


def test_free_energy_is_a_discount_used_once():
    terms = HotelTerms(free_energy_wh=D(3000))
    found = rate(tariff(ENERGY), session(60, 10_000), terms)
    assert (found.total_cost.excl_vat, found.total_cost.incl_vat) == (D("1.75"), D("1.925"))
    (discount,) = found.discounts
    assert (discount.energy_wh, discount.cost.excl_vat) == (3000, D("-0.75"))
    assert found.free_energy_used_wh == 3000
    assert found.total_energy_cost.excl_vat == D("2.5")
    assert rate(tariff(ENERGY), session(60, 2000), terms).free_energy_used_wh == 2000


def test_where_no_tax_applies_none_is_added():
    """TaxIncluded N/A, whatever the component's vat says (OCPI 2.3.0)."""
    price = (component("ENERGY", 1, vat=20), None)
    found = rate(tariff(price, tax_included="N/A"), session(60, 10_000))
    assert (found.total_cost.excl_vat, found.total_cost.incl_vat) == (10, 10)
    assert [share.tax_percent for share in found.tax_shares] == [0]


def test_free_energy_for_an_unknown_period_is_refused():
    with pytest.raises(InvalidTariff, match="free_energy_per"):
        HotelTerms(free_energy_wh=D(3000), free_energy_per="week")


def test_free_energy_is_not_used_up_where_energy_is_free_anyway():
    free_first = (component("ENERGY", "0.25"), {"min_kwh": 5})
    found = rate(tariff(free_first), session(60, 6000), HotelTerms(free_energy_wh=D(800)))
    assert (found.total_cost.excl_vat, found.free_energy_used_wh) == (D("0.05"), 800)


def test_energy_below_zero_takes_nothing_of_what_is_free():
    below = (component("ENERGY", "-0.10"), {"min_kwh": 5})
    above = (component("ENERGY", "0.25"), None)
    found = rate(tariff(below, above), session(60, 10_000), HotelTerms(free_energy_wh=D(8000)))
    assert (found.total_cost.excl_vat, found.free_energy_used_wh) == (D("-0.50"), 5000)


def test_free_session_costs_no_least_price():
    least = {"min_price": {"before_taxes": 1}}
    terms = HotelTerms(free_energy_wh=D(3000))
    assert total(tariff(ENERGY, **least), session(60, 2000), terms) == (0, 0)
    assert total(tariff(ENERGY, **least), session(60, 0), terms) == (0, 0)
    assert total(tariff(ENERGY, **least), session(60, 4000), terms)[0] == 1
    assert total(tariff(ENERGY, **least), session(60, 0))[0] == 1


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"idle_grace_s": -1}, "terms.idle_grace_s"),
        ({"free_energy_wh": D(-1)}, "terms.free_energy_wh"),
        ({"quiet_start": "22:00"}, "terms.quiet_end"),
        ({"quiet_start": "10 pm", "quiet_end": "06:00"}, "terms.quiet_start"),
    ],
)
def test_terms_unusable_say_where(values, where):
    with pytest.raises(InvalidTariff) as caught:
        HotelTerms(**values)
    assert caught.value.where == where


# States and energy


def test_energy_between_samples_flows_while_the_car_charges():
    cheap_late = tariff((component("ENERGY", "1"), {"max_duration": 1200}), ENERGY)
    # The car stops asking after 20 of 60 minutes: all 6 kWh flowed before.
    assert total(cheap_late, session(60, 6000, states=[(20, IDLE)]))[0] == 6
    assert total(cheap_late, session(60, 6000))[0] == 3


def test_energy_while_the_car_never_charged_flows_evenly():
    half_price_late = tariff((component("ENERGY", "1"), {"max_duration": 1800}), ENERGY)
    usage = session(60, 100, states=[(0, IDLE), (30, SessionState.SUSPENDED_EVSE)])
    assert total(half_price_late, usage)[0] == D("0.0625")


def test_energy_at_the_very_moment_of_the_stop_is_billed():
    samples = [Sample(minutes(10), D(1000)), Sample(minutes(10), D(1004))]
    assert total(tariff(ENERGY), Usage(START, minutes(10), samples))[0] == D("0.251")


def test_energy_added_at_the_same_moment_while_running_is_billed():
    running = RunningCost(tariff(ENERGY), START)
    at = minutes(10)
    running.add_sample(minutes(5), D(500))
    running.add_sample(at, D(1000))
    running.add_sample(at, D(1004))
    assert running.total(minutes(11)).excl_vat == D("0.251")


def test_power_reading_holds_until_the_next_sample():
    by_power = tariff((component("ENERGY", "1"), {"min_power": 7}), ENERGY)
    samples = [
        Sample(START, D(0), power_w=D(7400)),
        Sample(minutes(10), D(1000), power_w=D(3000)),
        Sample(minutes(20), D(2000), power_w=D(3000)),
        Sample(minutes(30), D(3000)),
        Sample(minutes(40), D(6000)),
    ]
    assert total(by_power, Usage(START, minutes(40), samples))[0] == D("4.5")


def test_zone_of_the_site_decides_the_price():
    night = tariff((component("ENERGY", "0.10"), {"start_time": "22:00"}), ENERGY)
    assert total(night, session(60, 1000, time_zone="Europe/Amsterdam"))[0] == D("0.25")
    assert total(night, session(60, 1000, time_zone="Europe/Helsinki"))[0] == D("0.10")
    with pytest.raises(UnknownTimeZone):
        rate(night, session(60, 1000, time_zone="Nowhere"))


@pytest.mark.parametrize(
    ("day", "hours"), [(datetime(2026, 3, 28, 23, tzinfo=UTC), 5),
                       (datetime(2026, 10, 24, 22, tzinfo=UTC), 7)]
)  # fmt: skip
def test_night_with_a_change_of_the_clock_bills_the_hours_that_passed(day, hours):
    night = tariff((component("TIME", "1"), {"start_time": "00:00", "end_time": "06:00"}))
    usage = Usage(day, day + timedelta(hours=12), [], time_zone="Europe/Amsterdam")
    assert total(night, usage)[0] == hours


def test_session_that_ends_as_it_begins_owes_the_start_fee():
    assert total(tariff(FLAT, ENERGY), session(0)) == (D("0.5"), D("0.6"))


def test_start_fee_is_owed_once_even_when_another_one_applies_later():
    late = (component("FLAT", "9"), {"min_duration": 600})
    assert total(tariff(late, FLAT), session(60))[0] == D("0.5")


def test_expired_reservation_owes_both_fees_and_no_start_fee():
    fees = [
        (component("FLAT", "4"), {"reservation": "RESERVATION_EXPIRES"}),
        (component("FLAT", "2"), {"reservation": "RESERVATION"}),
    ]
    found = rate(
        tariff(*fees, FLAT),
        Usage(START, START, [], reservation=Reservation(minutes(-60), expired_at=START)),
    )
    assert found.total_cost.excl_vat == found.total_reservation_cost.excl_vat == 6
    assert found.reserved_s == 3600


def test_reservation_without_a_price_is_free():
    usage = session(10, reservation=Reservation(minutes(-60)))
    assert total(tariff(FLAT), usage)[0] == D("0.5")


# Steps and limits


def test_parking_followed_by_charging_is_not_rounded_itself():
    both = tariff(
        (component("TIME", "6", step_size=600), None),
        (component("PARKING_TIME", "6", step_size=600), None),
    )
    usage = session(30, states=[(7, IDLE), (15, "charging")])
    found = rate(both, usage)
    assert (found.total_time_cost.excl_vat, found.total_parking_cost.excl_vat) == (3, D("0.8"))


@pytest.mark.parametrize(
    ("limits", "wh", "expected"),
    [
        ({"max_price": {"before_taxes": 1}}, 8000, ("1", "1.1")),
        ({"max_price": {"before_taxes": 5}}, 8000, ("2", "2.2")),
        ({"max_price": {"before_taxes": 0}}, 0, ("0", "0")),
        ({"max_price": {"before_taxes": 1, "after_taxes": 1}}, 8000, ("1", "1")),
        ({"min_price": {"excl_vat": 3}}, 8000, ("3", "3.3")),
        ({"min_price": {"excl_vat": 3}}, 0, ("3", "3.3")),
        ({"min_price": {"excl_vat": 3, "incl_vat": 4}}, 0, ("3", "4")),
    ],
)
def test_limit_holds_before_and_after_tax(limits, wh, expected):
    assert total(tariff(ENERGY, **limits), session(60, wh)) == tuple(map(D, expected))


def shares(found):
    return [(s.tax_percent, s.cost.excl_vat, s.cost.incl_vat) for s in found.tax_shares]


def test_tax_shares_keep_both_totals_where_rates_allow_it():
    most = {"max_price": {"before_taxes": 10, "after_taxes": 11}}
    found = rate(tariff(FLAT, ENERGY, **most), session(60, 50_000))
    assert shares(found) == [(20, 0, 0), (10, 10, 11)]


def test_tax_shares_keep_the_total_with_tax_where_rates_do_not():
    most = {"max_price": {"before_taxes": 10, "after_taxes": D("10.5")}}
    found = rate(tariff(ENERGY, **most), session(60, 50_000))
    assert [(r, i) for r, _, i in shares(found)] == [(10, D("10.5"))]
    both = {"max_price": {"before_taxes": 10, "after_taxes": 20}}
    found = rate(tariff(FLAT, ENERGY, **both), session(60, 5000, states=[]))
    assert shares(found) == [(20, D("0.5"), D("0.6")), (10, D("1.25"), D("1.375"))]


def test_tax_shares_never_go_below_nothing():
    most = {"max_price": {"before_taxes": 10, "after_taxes": D("10.2")}}
    found = rate(tariff(FLAT, ENERGY, **most), session(60, 50_000))
    assert sum(i for _, _, i in shares(found)) == D("10.2")
    assert all(e > 0 for _, e, _ in shares(found))


def test_least_price_of_nothing_is_taxed_as_the_first_component():
    found = rate(tariff(ENERGY, min_price={"before_taxes": 3}), session(60, 0))
    assert shares(found) == [(10, 3, D("3.3"))]
    assert (found.limited_by, found.limit_cost.excl_vat) == ("min_price", 3)


# Words and data


def test_breakdown_shows_how_the_sum_came_about():
    reserved = (component("TIME", "6", vat=20), {"reservation": "RESERVATION"})
    fee = (component("FLAT", "1"), {"reservation": "RESERVATION"})
    time = (component("TIME", "1", vat=20), None)
    found = rate(
        tariff(reserved, fee, FLAT, ENERGY, time, PARKING, max_price={"before_taxes": 5}),
        session(60, 10_000, states=[(50, IDLE)], reservation=Reservation(minutes(-10))),
        HotelTerms(free_energy_wh=D(1000)),
    )
    assert found.to_text().splitlines() == [
        "Reservation fee at 1: 1 without tax, 1 with 0 % tax",
        "Start fee at 0.5: 0.5 without tax, 0.6 with 20 % tax",
        "Reservation 10 min at 6 per hour: 1 without tax, 1.2 with 20 % tax",
        "Energy 10 kWh at 0.25 per kWh: 2.5 without tax, 2.75 with 10 % tax",
        "Charging time 50 min at 1 per hour: 0.833333 without tax, 1 with 20 % tax",
        "Parking time 10 min at 6 per hour: 1 without tax, 1.2 with 20 % tax",
        "1 kWh free at 0.25 per kWh: -0.25 without tax, -0.275 with 10 % tax",
        "Maximum price: -1.583333 without tax, -1.797785 with tax",
        "Total: 5 EUR without tax, 5.677215 EUR with tax",
    ]
    data = found.to_json()
    assert data["limited_by"] == "max_price"
    assert data["discounts"] == [
        {"energy_kwh": "1", "cost": {"excl_vat": "-0.25", "incl_vat": "-0.275"}}
    ]
    assert [p["kind"] for p in data["periods"]] == ["reserved", "charging", "parking"]


def test_least_price_is_shown_in_words():
    found = rate(tariff(ENERGY, min_price={"before_taxes": 3}), session(60, 0))
    assert "Minimum price: 3 without tax, 3.3 with tax" in found.to_text()


# Errors


@pytest.mark.parametrize(
    ("usage", "where"),
    [
        (Usage(START, minutes(5), [Sample(minutes(9), D(1))]), "samples"),
        (Usage(START, minutes(5), [], [StateChange(minutes(9), IDLE)]), "states"),
        (Usage(START, minutes(5), [Sample(minutes(-1), D(1))]), "samples"),
        (Usage(START, minutes(5), [Sample(START, D(5)), Sample(minutes(1), D(4))]), "samples"),
        (Usage(START, minutes(5), [], [StateChange(minutes(-1), IDLE)]), "states"),
        (Usage(START, minutes(5), [], [StateChange(START, "stopped")]), "states"),
        (Usage(START, minutes(-5), [], [StateChange(minutes(-6), IDLE)]), "states"),
        (Usage(START, minutes(5), [], reservation=Reservation(minutes(1))), "reservation"),
        (Usage(START, minutes(5), [], reservation=Reservation(minutes(-1), minutes(1))),
         "reservation"),
    ],
)  # fmt: skip
def test_usage_out_of_order_is_refused(usage, where):
    with pytest.raises(InvalidUsage) as caught:
        rate(tariff(ENERGY), usage)
    assert caught.value.where == where


def test_running_sample_out_of_order_after_a_state_is_refused():
    running = RunningCost(tariff(ENERGY), START)
    running.add_sample(minutes(1), D(50))
    running.add_state(minutes(2), IDLE)
    with pytest.raises(InvalidUsage, match="energy falls"):
        running.add_sample(minutes(3), D(49))
    with pytest.raises(InvalidUsage, match="out of order"):
        running.add_sample(minutes(1), D(60))
    assert running.total(minutes(4)).excl_vat == D("0.0125")


def work_of(call):
    """Count the Python calls that a call makes."""
    count = 0

    def profile(_frame, event, _argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("restrictions", [{"end_time": "06:00"}, {"max_power": 7}, {"max_kwh": 9}])
def test_value_after_ten_hours_costs_the_work_of_one_after_a_minute(restrictions):
    prices = tariff((component("ENERGY", "1"), restrictions), ENERGY, PARKING)
    running = RunningCost(prices, START, "Europe/Amsterdam")
    work = {}
    for minute in range(1, 1201):
        at, energy_wh = minutes(minute), D(minute * 100)
        added = work_of(lambda at=at, wh=energy_wh: running.add_sample(at, wh))
        asked = work_of(lambda at=at: running.total(at))
        work[minute] = added + asked
        if minute % 60 == 30:
            running.add_state(at, IDLE if minute % 120 == 30 else "charging")
    assert work[1199] <= work[60] * 3 // 2
    assert len(running.breakdown(minutes(1200)).periods) >= 20


def test_running_cost_counts_energy_that_no_value_shows_yet():
    usage = session(60, 10_000)
    running = RunningCost(tariff(ENERGY), usage.started_at)
    running.add_sample(usage.started_at + timedelta(minutes=30), D(4000))
    samples = (Sample(usage.started_at + timedelta(minutes=30), D(4000)), usage.samples[-1])
    whole = rate(tariff(ENERGY), Usage(usage.started_at, usage.stopped_at, samples))
    assert running.breakdown(usage.stopped_at, D(10_000)) == whole
    assert running.breakdown(usage.stopped_at).energy_wh == 4000
