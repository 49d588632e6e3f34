# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest

from iicharge_odoo.core.metering.meter import (
    Metering,
    Reading,
    billed_energy,
    energy_curve,
    last_reading,
    running_energy,
)

START = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
STOP = START + timedelta(hours=2)


def readings(*registers, power_w=None, step=timedelta(minutes=10)):
    return [
        Reading(START + step * (i + 1), energy_wh=None if r is None else D(r), power_w=power_w)
        for i, r in enumerate(registers)
    ]


def metering(start, stop, samples=(), rated_power_w=D(22000), stopped_at=STOP):
    wh = [None if v is None else D(v) for v in (start, stop)]
    return Metering(*wh, samples, rated_power_w, START, stopped_at)


def verdict(*args, **options):
    return billed_energy(metering(*args, **options))


def curve_of(energy, *args):
    return energy_curve(metering(*args), D(energy))


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
    assert (found.energy_wh, found.flags) == (6000, ("register_glitch",))


def test_samples_of_another_register_do_not_bill():
    found = verdict(7_000_000, 7_010_000, readings(100, 5000, 10, 600))
    assert (found.energy_wh, found.flags) == (10_000, ("registers_mixed",))


def test_restart_that_does_not_lead_to_the_stop_does_not_bill():
    assert verdict(0, 6000, readings(5000, 100, 7000)).energy_wh == 6000


def test_reading_after_the_stop_changes_nothing():
    late = Reading(STOP + timedelta(minutes=1), energy_wh=D(0))
    assert verdict(0, 6000, [*readings(5000), late]).energy_wh == 6000


def test_lifetime_register_billed_as_session_is_held():
    found = verdict(0, 7_783_903)
    assert (found.energy_wh, found.reasons) == (None, ("implausible_energy",))


def test_energy_at_the_ceiling_is_billed_and_above_is_held():
    assert verdict(0, 48_400).energy_wh == 48_400
    assert verdict(0, 48_401).reasons == ("implausible_energy",)


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
    curve = curve_of(450, 100, 550, readings(300, 500))
    assert [wh for _, wh in curve] == [0, 200, 400, 450]
    assert (curve[0][0], curve[-1][0]) == (START, STOP)


def test_curve_of_a_register_of_the_session_is_what_it_shows():
    curve = curve_of(300, 7_000_000, 7_000_300, readings(50, 250, 300))
    assert [wh for _, wh in curve] == [0, 50, 250, 300, 300]


def test_curve_over_a_restart_never_falls_nor_passes_the_bill():
    curve = curve_of(290, 0, 150, readings(50, 150, 20, 90, 120))
    assert [wh for _, wh in curve] == [0, 50, 150, 170, 240, 270, 290]


def test_curve_without_samples_is_a_line():
    assert curve_of(300, 1, 301) == [(START, 0), (STOP, 300)]


# --- glitches: energy billed, from true start and stop -------------------------------------
HOURS_8 = START + timedelta(hours=8)


def spread(*registers, **options):
    step = (HOURS_8 - START) / (len(registers) + 1)
    return [
        Reading(START + step * (i + 1), energy_wh=D(register), **options)
        for i, register in enumerate(registers)
    ]


def lifetime(*registers):
    return spread(*registers, context="Sample.Clock", has_transaction_id=False)


@pytest.mark.parametrize(
    ("start", "samples", "flag"),
    [
        (153_000, spread(154_000, 155_000, 0, 0, 156_000, 157_000), "register_glitch"),
        (153_000, spread(155_000, 154_990, 154_995, 156_000), "register_glitch"),
        (153_000, spread(154_000, 155_000, 156_000, 157_000, 0), "register_glitch"),
        (153_000, spread(154_000, 900_000, 155_000), "register_glitch"),
        (153_000, spread(154_000, 1, 155_000), "register_glitch"),
        (0, spread(1000, 2000, 9000, 3000, 4000), "register_glitch"),
        (0, spread(1000, 2000, 0, 0, 3000, 4000), "register_glitch"),
        (0, spread(2000, 1990, 1995, 3000), "register_glitch"),
        (0, spread(1000, 2000, 3000, 4000, 0), "register_glitch"),
        (0, spread(1000, 12_000, 2000, 13_000, 3000, 14_000, 4000), "register_glitch"),
        (0, spread(7_000_000, 7_002_000, 7_004_000), "registers_mixed"),
        (7_000_000, spread(0, 1000, 2000, 4000), "registers_mixed"),
        (2000, spread(500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500), "registers_mixed"),
        (0, lifetime(12_000, 13_000, 14_000, 15_000), "registers_mixed"),
        (0, [*spread(1000, 2000), *lifetime(12_000, 13_000, 15_000)], "registers_mixed"),
        (0, [*spread(1000, 2000), *lifetime(100_000, 101_000, 103_000)], "registers_mixed"),
        (153_000, spread(0, context="Transaction.Begin"), None),
        (153_000, spread(153_000, 153_000, 158_000), None),
    ],
)
@pytest.mark.parametrize("rated_power_w", [22_000, 3700])
def test_glitch_bills_start_and_stop(start, samples, flag, rated_power_w):
    found = verdict(start, start + 5000, samples, D(rated_power_w), HOURS_8)
    assert (found.energy_wh, found.reasons) == (5000, ())
    assert found.flags == ((flag,) if flag else ())


@pytest.mark.parametrize("hours", [1, 8, 24])
@pytest.mark.parametrize("register", [0, 700, 153_000])
def test_register_in_whole_kwh_has_no_glitch(hours, register):
    stopped_at = START + timedelta(hours=hours)
    steps = [register * 1000 + wh // 1000 * 1000 for wh in range(0, 3600 * hours, 60)]
    samples = readings(*steps[1:-1], step=timedelta(minutes=1))
    found = verdict(steps[0], steps[-1], samples, D(3700), stopped_at)
    assert (found.energy_wh, found.flags) == (steps[-1] - steps[0], ())


@pytest.mark.parametrize(
    ("start", "stop", "samples", "reason", "estimate"),
    [
        # the meter was not read at the start, or not at the stop
        (0, 158_000, spread(153_500, 154_000, 155_000, 156_000), "meter_start_doubtful", 4500),
        (0, 25_000, spread(*range(100, 4900, 100)), "meter_stop_doubtful", 4800),
        (0, 0, spread(1000, 2000, 3000, 4000), "register_unclear", 4000),
        (153_000, 0, spread(154_000, 155_000, 156_000), "register_went_back", 3000),
        # another register saw more, or much less, than start and stop
        (0, 5000, lifetime(912_000, 919_000, 926_000, 933_000), "meters_disagree", 5000),
        (0, 99_000, lifetime(*range(12_000, 12_800, 10)), "meters_disagree", 99_000),
        # a restart that is as likely as a glitch
        (0, 9000, spread(1000, 900, 2000, 3000), "register_unclear", 9000),
        # a restart after which the register passes what it was before
        (0, 5000, spread(1000, 2000, 300, 1000, 1700, 2400, 3100, 3800), "register_unclear", 7000),
    ],
)
def test_energy_that_the_readings_deny_is_held(start, stop, samples, reason, estimate):
    found = verdict(start, stop, samples, D(22_000), HOURS_8)
    assert (found.energy_wh, found.reasons) == (None, (reason,))
    assert found.estimate_wh == estimate


def test_restart_with_glitches_is_added_up():
    before, after = (50_000, 53_000, 52_990, 56_000, 0, 59_000), (1000, 4000, 0, 7000, 10_000)
    found = verdict(47_000, 13_000, spread(*before, *after), D(22_000), HOURS_8)
    assert (found.energy_wh, found.flags) == (25_000, ("register_restarted",))


def test_long_series_with_a_restart_is_judged_in_time():
    before = [wh * 10 for wh in range(1, 4000)]
    after = [wh * 10 for wh in range(1, 3000)]
    found = verdict(0, 30_000, spread(*before, 0, *after), D(22_000), HOURS_8)
    assert found.flags == ("register_restarted",)
    assert 69_800 <= found.energy_wh <= 69_990


def test_curve_leaves_glitches_out():
    samples = spread(154_000, 155_000, 0, 0, 156_000, 157_000)
    curve = energy_curve(metering(153_000, 158_000, samples, D(22_000), HOURS_8), D(5000))
    assert [wh for _, wh in curve] == [0, 1000, 2000, 3000, 4000, 5000]


@pytest.mark.parametrize(
    ("registers", "stop", "expected"),
    [
        # full at the end: what no reading saw flowed at the begin
        ((900_000, 902_000, 904_000, 904_000), 6000, [0, 2000, 4000, 6000, 6000, 6000]),
        # began late: it flowed at the end
        ((900_000, 900_000, 902_000, 904_000), 6000, [0, 0, 0, 2000, 4000, 6000]),
        # at one power all along, or at none: evenly
        ((900_000, 902_000, 904_000, 906_000), 9000, [0, 1500, 3500, 5500, 7500, 9000]),
        ((900_000, 900_000, 900_000, 900_000), 2000, [0, 1000, 1000, 1000, 1000, 2000]),
        # more than the connector delivers in that time did not flow then
        ((900_000, 902_000, 904_000, 904_000), 12_500, [0, 8066, 10_066, 12_066, 12_066, 12_500]),
    ],
)
def test_curve_shares_what_another_register_has_not_seen(registers, stop, expected):
    step = timedelta(minutes=20)
    samples = [Reading(START + step * (i + 1), energy_wh=D(wh)) for i, wh in enumerate(registers)]
    stopped_at = START + step * 5
    curve = energy_curve(metering(0, stop, samples, D(22_000), stopped_at), D(stop))
    assert [int(wh) for _, wh in curve] == expected


def run(start, samples, rated_power_w=D(22_000)):
    """Return the energy at each reading, as a running session shows it."""
    known = [(Reading(START, energy_wh=D(start)), D(0))]
    for reading in samples:
        known.append((reading, running_energy(known, reading, rated_power_w)))
    return [energy_wh for _reading, energy_wh in known[1:]]


@pytest.mark.parametrize(
    ("start", "samples", "expected"),
    [
        (153_000, spread(154_000, 0, 155_000), [1000, 1000, 2000]),
        (153_000, spread(154_000, 0, 0, 155_000, 156_000), [1000, 1000, 1000, 2000, 3000]),
        (153_000, spread(154_000, 153_990, 155_000), [1000, 990, 2000]),
        (153_000, spread(154_000, 900_000, 155_000), [1000, 1000, 2000]),
        # a spike that is possible shows until the next reading denies it
        (0, spread(1000, 2000, 9000, 3000), [1000, 2000, 9000, 3000]),
        # a restart shows as soon as the register climbs again
        (50_000, spread(51_000, 52_000, 100, 600, 1600), [1000, 2000, 2000, 2600, 3600]),
        # a session register under a lifetime register at the start
        (7_000_000, spread(100, 1100, 2100), [0, 1000, 2000]),
    ],
)
def test_running_energy_leaves_glitches_out(start, samples, expected):
    assert run(start, samples) == expected


def test_running_energy_leaves_another_register_out():
    own, other = spread(1000, 2000, 3000), lifetime(912_000, 913_000, 914_000)
    samples = [own[0], other[0], own[1], other[1], own[2], other[2]]
    assert run(0, samples) == [1000, 1000, 2000, 2000, 3000, 3000]
    assert running_energy([], own[0], None) == 0


def test_last_reading_is_the_last_that_fits():
    samples = spread(154_000, 155_000, 0)
    assert last_reading(metering(153_000, None)) is None
    found = last_reading(metering(153_000, None, samples, stopped_at=HOURS_8))
    assert found == (samples[1].at, 155_000)
