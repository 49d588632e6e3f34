# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A climb followed reading by reading is the curve that all readings together give."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from iicharge_odoo.core.metering.climb import Climb
from iicharge_odoo.core.metering.meter import Metering, Reading, energy_curve

START = datetime(2026, 7, 1, 12, tzinfo=UTC)
STEPS_WH = (0, 0, 50, 90, 90, 180, 180, 181, 400, 900, 1000, 1000, 1500, -5, -30, -2000)


def make_readings(rng):
    """Make readings of a charger that may err: a glitch, a coarse or a second register."""
    step = rng.choice((1, 1, 100, 1000))
    wh, minutes, readings = Decimal(rng.choice((0, 1000, 1234))), 0, []
    steps = STEPS_WH[: rng.choice((7, 13, len(STEPS_WH)))]
    for _ in range(rng.randrange(1, 25)):
        minutes += rng.choice((1, 1, 1, 2, 30))
        wh = max(wh + rng.choice(steps), Decimal(0))
        odd = rng.random() < rng.choice((0, 0, 0.1))
        context = rng.choice(("Sample.Clock", "Transaction.Begin")) if odd else "Sample.Periodic"
        shown = None if rng.random() < 0.05 else wh // step * step
        readings.append(Reading(START + timedelta(minutes=minutes), shown, context=context))
    return readings


def follow(metering, readings):
    climb = Climb(metering)
    points = [(reading.at, climb.add(reading)) for reading in readings]
    return climb, [(at, wh) for at, wh in points if wh is not None]


@pytest.mark.parametrize("seed", range(40))
def test_smooth_climb_is_the_curve_of_all_readings(seed):
    rng, smooth = random.Random(seed), 0
    for _ in range(50):
        readings = make_readings(rng)
        start_wh = rng.choice((readings[0].energy_wh, Decimal(0), Decimal(1000), None))
        until = readings[-1].at + timedelta(minutes=1)
        metering = Metering(start_wh, None, (), Decimal(22_000), START, until)
        climb, points = follow(metering, readings)
        if not climb.is_smooth:
            continue
        smooth += 1
        whole = Metering(start_wh, None, readings, Decimal(22_000), START, until)
        curve = [(START, 0), *points, (until, climb.energy_wh)]
        assert energy_curve(whole, climb.energy_wh) == curve
    assert smooth > 5


@pytest.mark.parametrize(
    "registers",
    [
        [1000, 1200, 1100],  # falls
        [1000, 9000],  # jumps
        [1000, 2000, 3000, 3100],  # whole kWh that turn out to be finer
    ],
)
def test_register_that_needs_explaining_is_not_smooth(registers):
    metering = Metering(Decimal(1000), None, (), Decimal(11_000), START, START)
    readings = [
        Reading(START + timedelta(minutes=number + 1), Decimal(wh))
        for number, wh in enumerate(registers)
    ]
    climb, _points = follow(metering, readings)
    assert not climb.is_smooth
    assert climb.add(Reading(START + timedelta(hours=1), Decimal(9500))) is None


def test_second_register_is_not_smooth():
    climb = Climb(Metering(Decimal(0), None, (), Decimal(11_000), START, START))
    assert climb.add(Reading(START + timedelta(minutes=1), Decimal(100))) == 100
    other = Reading(START + timedelta(minutes=2), Decimal(200), has_transaction_id=False)
    assert climb.add(other) is None
    assert not climb.is_smooth


def test_start_that_is_not_known_is_not_smooth():
    assert not Climb(Metering(None, None, (), Decimal(11_000), START, START)).is_smooth
