# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest

from iicharge_odoo.core.metering.meter import Reading, billed_energy, energy_curve

START = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
STOP = START + timedelta(hours=2)


def readings(*registers, power_w=None, step=timedelta(minutes=10)):
    return [
        Reading(START + step * (i + 1), energy_wh=None if r is None else D(r), power_w=power_w)
        for i, r in enumerate(registers)
    ]


def verdict(start, stop, samples=(), rated_power_w=D(11000), stopped_at=STOP):
    wh = [None if v is None else D(v) for v in (start, stop)]
    return billed_energy(*wh, samples, rated_power_w, START, stopped_at)


def test_plain_session_bills_stop_minus_start():
    found = verdict(100, "10100.5", readings(3000, None, 6000))
    assert (found.energy_wh, found.reasons, found.flags) == (D("10000.5"), (), ())


def test_no_energy_bills_zero():
    assert verdict(100, 100).energy_wh == 0


@pytest.mark.parametrize("stop", [None, -1])
def test_stop_unknown_is_held_with_the_last_sample_as_estimate(stop):
    found = verdict(100, stop, readings(3000, 6000))
    assert (found.energy_wh, found.reasons) == (None, ("meter_stop_missing",))
    assert found.estimate_wh == 5900


def test_stop_unknown_and_foreign_samples_leave_no_estimate():
    assert verdict(100_000, None, readings(10, 20)).estimate_wh is None
    assert verdict(100_000, None).estimate_wh is None


@pytest.mark.parametrize("start", [None, -5])
def test_start_unknown_is_held(start):
    found = verdict(start, 5000)
    assert (found.energy_wh, found.reasons) == (None, ("meter_start_missing",))


def test_stop_below_start_is_held_never_negative():
    found = verdict(5000, 3000)
    assert (found.energy_wh, found.reasons) == (None, ("register_went_back",))
    assert found.estimate_wh == 3000


def test_register_restarted_inside_session_is_added_up():
    found = verdict(100_000, 200, readings(100_500, 101_000, 0, 150))
    assert (found.energy_wh, found.reasons) == (1200, ())
    assert found.flags == ("register_restarted",)


def test_session_register_restarted_is_added_up_too():
    assert verdict(0, 3000, readings(2000, 5000, 100, 2000)).energy_wh == 8000


def test_single_low_value_is_no_restart():
    found = verdict(0, 6000, readings(2000, 0, 2100, 5000))
    assert (found.energy_wh, found.flags) == (6000, ())


def test_samples_of_another_register_do_not_bill():
    found = verdict(7_000_000, 7_010_000, readings(100, 5000, 10, 600))
    assert (found.energy_wh, found.flags) == (10_000, ())


def test_restart_that_does_not_lead_to_the_stop_does_not_bill():
    assert verdict(0, 6000, readings(5000, 100, 7000)).energy_wh == 6000


def test_reading_after_the_stop_changes_nothing():
    late = Reading(STOP + timedelta(minutes=1), energy_wh=D(0))
    assert verdict(0, 6000, [*readings(5000), late]).energy_wh == 6000


def test_lifetime_register_billed_as_session_is_held():
    found = verdict(0, 7_783_903)
    assert (found.energy_wh, found.reasons) == (None, ("implausible_energy",))


def test_energy_at_the_ceiling_is_billed_and_above_is_held():
    assert verdict(0, 24_200).energy_wh == 24_200
    assert verdict(0, 24_201).reasons == ("implausible_energy",)


@pytest.mark.parametrize("rated_power_w", [None, D(0)])
def test_rated_power_unknown_still_has_a_ceiling(rated_power_w):
    assert verdict(0, 60_000, rated_power_w=rated_power_w).energy_wh == 60_000
    found = verdict(0, 7_783_903, rated_power_w=rated_power_w)
    assert found.reasons == ("implausible_energy",)


def test_stop_before_start_is_held():
    found = verdict(0, 10, stopped_at=START - timedelta(seconds=1))
    assert "stopped_before_start" in found.reasons


def test_kwh_labelled_wh_is_held_with_the_corrected_estimate():
    found = verdict(0, 11, readings(*range(1, 12), power_w=D(6000)))
    assert found.reasons == ("unit_suspect",)
    assert found.estimate_wh == 11_000


def test_wh_labelled_kwh_is_held():
    found = verdict(0, 10_000_000, readings(*[None] * 11, power_w=D(6000)))
    assert found.reasons == ("implausible_energy", "unit_suspect")
    assert found.estimate_wh == 10_000


def test_energy_that_fits_the_power_is_billed():
    assert verdict(0, 10_000, readings(*[None] * 11, power_w=D(6000))).energy_wh == 10_000
    assert verdict(0, 0, readings(*[None] * 11, power_w=D(6000))).energy_wh == 0


def test_curve_ends_at_the_billed_energy():
    curve = energy_curve(D(100), readings(300, 500), D(450), START, STOP)
    assert [wh for _, wh in curve] == [0, 200, 400, 450]
    assert (curve[0][0], curve[-1][0]) == (START, STOP)


def test_curve_of_another_register_counts_from_its_first_value():
    curve = energy_curve(D(7_000_000), readings(50, 250), D(300), START, STOP)
    assert [wh for _, wh in curve] == [0, 0, 200, 300]


def test_curve_over_a_restart_never_falls_nor_passes_the_bill():
    curve = energy_curve(None, readings(50, 250, 20, 90), D(300), START, STOP)
    assert [wh for _, wh in curve] == [0, 0, 200, 220, 290, 300]


def test_curve_without_samples_is_a_line():
    assert energy_curve(D(1), [], D(300), START, STOP) == [(START, 0), (STOP, 300)]
