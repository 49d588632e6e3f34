# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from iicharge_odoo.core.metering.notable_readings import find_oddities
from iicharge_odoo.core.metering.readings import Reading

START = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def reading(minutes, energy_wh=None, **values):
    energy = None if energy_wh is None else Decimal(energy_wh)
    return Reading(at=START + timedelta(minutes=minutes), energy_wh=energy, **values)


def codes(*readings, rated_power_w=Decimal(11000)):
    return [found for _reading, found in find_oddities(readings, rated_power_w, START)]


def test_steady_readings_are_not_odd():
    assert codes(reading(0, 1000), reading(30, 6500), reading(60, 12000)) == [(), (), ()]


def test_register_that_falls_is_shown_at_the_lower_value():
    assert codes(reading(0, 5000), reading(10, 100)) == [(), ("register_fell",)]


def test_register_that_jumps_is_shown():
    assert codes(reading(0, 1000), reading(10, 9000)) == [(), ("register_jumped",)]


def test_register_in_whole_kwh_does_not_jump():
    assert codes(reading(0, 1000), reading(1, 2000)) == [(), ()]


def test_unknown_power_is_the_most_that_any_connector_has():
    assert codes(reading(0, 0), reading(10, 80000), rated_power_w=None) == [(), ()]
    assert codes(reading(0, 0), reading(10, 99000), rated_power_w=None)[1] == ("register_jumped",)


def test_value_without_register_hides_no_jump():
    found = codes(reading(0, 1000), reading(5), reading(10, 9000))
    assert found == [(), (), ("register_jumped",)]


def test_long_silence_is_shown_and_own_flags_come_first():
    found = codes(reading(1, 1000), reading(90, 2000, flags=("empty_value",)))
    assert found == [(), ("empty_value", "long_silence")]


def test_readings_come_out_by_time():
    found = find_oddities([reading(20, 300), reading(10, 100)], Decimal(11000), START)
    assert [r.energy_wh for r, _codes in found] == [100, 300]
    assert not any(codes for _r, codes in found)
