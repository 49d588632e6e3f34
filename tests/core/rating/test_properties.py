# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Properties of rating that hold for every tariff and every session."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from iicharge_odoo.core.rating.rate import RunningCost, rate
from iicharge_odoo.core.rating.tariff import Tariff
from iicharge_odoo.core.rating.usage import ChargingPeriod, PeriodUsage, Sample, StateChange
from iicharge_odoo.core.session import SessionState

from .random_cases import make_case, terms_of, usage_of

TICK_S = 60
RANDOMS = st.randoms(use_true_random=False)
NEAR = Decimal("1e-20")


def without_steps(tariff):
    for element in tariff["elements"]:
        for component in element["price_components"]:
            component["step_size"] = 0
    return tariff


def near(one, other):
    return abs(one.excl_vat - other.excl_vat) < NEAR and abs(one.incl_vat - other.incl_vat) < NEAR


@settings(max_examples=30, deadline=None)
@given(RANDOMS, st.integers(1, 99))
def test_stretch_split_by_one_more_sample_costs_the_same(rng, hundredths):
    tariff, session = make_case(rng, TICK_S, 60)
    session.states = []
    tariff, terms = Tariff.from_ocpi(without_steps(tariff)), terms_of(session)
    usage = usage_of(session)
    start = Sample(usage.started_at, Decimal(0))
    following = usage.samples[0]
    # Whole hundredths, so that time and energy in between are exact.
    at = start.at + (following.at - start.at) * hundredths / 100
    between = Sample(at, following.energy_wh * hundredths / 100)
    split = dataclasses.replace(usage, samples=[between, *usage.samples])
    assert near(rate(tariff, split, terms).total_cost, rate(tariff, usage, terms).total_cost)


@settings(max_examples=30, deadline=None)
@given(RANDOMS, st.fractions(Fraction(1, 100), Fraction(99, 100)))
def test_charging_period_split_anywhere_costs_the_same(rng, share):
    tariff, session = make_case(rng, TICK_S, 60)
    usage = usage_of(session)
    wall_us = session.duration_s * 1_000_000
    first_us = wall_us * share // 1
    parts = [Fraction(first_us, wall_us), 1 - Fraction(first_us, wall_us)]
    kind = rng.choice(("charging_s", "parking_s"))
    starts = [usage.started_at, usage.started_at + timedelta(microseconds=int(first_us))]
    power = (Fraction(4000), Fraction(9000))

    def period(at, part):
        times = {"charging_s": Fraction(0), "parking_s": Fraction(0), "reserved_s": Fraction(0)}
        times[kind] = session.duration_s * part
        return ChargingPeriod(at, 9500 * part, **times, power_w=power)

    def cost(*periods):
        whole = PeriodUsage(usage.started_at, usage.stopped_at, periods, False, usage.time_zone)
        return rate(Tariff.from_ocpi(without_steps(tariff)), whole, terms_of(session)).total_cost

    one = cost(period(starts[0], Fraction(1)))
    assert near(cost(*map(period, starts, parts)), one)


@settings(max_examples=30, deadline=None)
@given(RANDOMS, st.integers(0, 200), st.integers(0, 20_000))
def test_session_that_goes_on_never_costs_less(rng, more_minutes, more_wh):
    tariff, session = make_case(rng, TICK_S, 60)
    tariff, terms = Tariff.from_ocpi(without_steps(tariff)), terms_of(session)
    usage = usage_of(session)
    last_wh = usage.samples[-1].energy_wh
    samples = [*usage.samples, Sample(usage.stopped_at, last_wh)]
    stop = usage.stopped_at + timedelta(minutes=more_minutes)
    longer = dataclasses.replace(
        usage, samples=[*samples, Sample(stop, last_wh + more_wh)], stopped_at=stop
    )
    before = rate(tariff, dataclasses.replace(usage, samples=samples), terms).total_cost
    after = rate(tariff, longer, terms).total_cost
    assert after.excl_vat >= before.excl_vat - NEAR
    assert after.incl_vat >= before.incl_vat - NEAR


@settings(max_examples=30, deadline=None)
@given(RANDOMS)
def test_prices_with_tax_inside_cost_the_same_as_without(rng):
    tariff, session = make_case(rng, TICK_S, 60)
    tariff["tax_included"] = "NO"
    usage, terms = usage_of(session), terms_of(session)
    excluded = rate(Tariff.from_ocpi(tariff), usage, terms).total_cost
    tariff["tax_included"] = "YES"
    for element in tariff["elements"]:
        for component in element["price_components"]:
            component["price"] *= 1 + component.get("vat", Decimal(0)) / 100
    assert near(rate(Tariff.from_ocpi(tariff), usage, terms).total_cost, excluded)


@settings(max_examples=20, deadline=None)
@given(RANDOMS)
def test_running_cost_equals_the_final_rating_at_every_point(rng):
    tariff, session = make_case(rng, TICK_S, 60)
    tariff, usage, terms = Tariff.from_ocpi(tariff), usage_of(session), terms_of(session)
    running = RunningCost(tariff, usage.started_at, usage.time_zone, terms, usage.reservation)
    events = sorted([*usage.samples, *usage.states], key=lambda event: event.at)
    for done, event in enumerate(events, start=1):
        if isinstance(event, Sample):
            running.add_sample(*event)
        else:
            running.add_state(*event)
        so_far = dataclasses.replace(
            usage,
            stopped_at=event.at,
            samples=[e for e in events[:done] if isinstance(e, Sample)],
            states=[e for e in events[:done] if isinstance(e, StateChange)],
        )
        final = rate(tariff, so_far, terms)
        assert running.total(event.at) == final.total_cost
        assert running.breakdown(event.at) == final
    assert running.breakdown(usage.stopped_at) == rate(tariff, usage, terms)


@settings(max_examples=30, deadline=None)
@given(RANDOMS)
def test_parts_of_a_breakdown_add_up_to_its_total(rng):
    tariff, session = make_case(rng, TICK_S, 60)
    found = rate(Tariff.from_ocpi(tariff), usage_of(session), terms_of(session))
    of_tariff = sum((line.cost.excl_vat for line in found.lines), Decimal(0))
    by_dimension = (
        found.total_energy_cost.excl_vat
        + found.total_time_cost.excl_vat
        + found.total_parking_cost.excl_vat
        + found.total_fixed_cost.excl_vat
        + found.total_reservation_cost.excl_vat
    )
    assert abs(by_dimension - of_tariff) < NEAR
    given_back = sum((d.cost.excl_vat for d in found.discounts), Decimal(0))
    whole = of_tariff + given_back + found.limit_cost.excl_vat
    assert abs(whole - found.total_cost.excl_vat) < NEAR
    shares = sum((share.cost.incl_vat for share in found.tax_shares), Decimal(0))
    assert abs(shares - found.total_cost.incl_vat) < NEAR
    for share in found.tax_shares:
        taxed = share.cost.excl_vat * (1 + share.tax_percent / 100)
        assert abs(taxed - share.cost.incl_vat) < NEAR


def test_held_back_time_is_neither_charging_nor_parking():
    tariff = Tariff.from_ocpi(
        {
            "currency": "EUR",
            "elements": [
                {
                    "price_components": [
                        {"type": "TIME", "price": 1, "step_size": 1},
                        {"type": "PARKING_TIME", "price": 1, "step_size": 1},
                    ]
                }
            ],
        }
    )

    start = datetime(2026, 5, 1, 8, tzinfo=UTC)
    running = RunningCost(tariff, start)
    running.add_state(start, SessionState.SUSPENDED_EVSE)
    found = running.breakdown(start + timedelta(hours=5))
    assert found.total_cost.excl_vat == 0
    assert (found.held_s, found.charging_s, found.parking_s) == (18_000, 0, 0)
