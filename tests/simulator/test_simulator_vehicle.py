# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The charging curve and the meter, without a socket."""

import pytest

from iicharge_odoo.simulator.configuration import MEASURANDS
from iicharge_odoo.simulator.meter import Measurement, meter_value
from iicharge_odoo.simulator.vehicle import Vehicle

from .harness import EPOCH


def test_ac_charging_holds_its_power_and_tapers_at_the_end():
    car = Vehicle(50_000, 0.2, 0.8, ac_power_w=11_000)
    powers = []
    while not car.full:
        powers.append(car.power_w("AC", 22_000))
        car.charge("AC", 22_000, 60)
    flat = powers.index(next(power for power in powers if power < 11_000))
    assert flat / len(powers) > 0.8
    assert powers[flat:] == sorted(powers[flat:], reverse=True)
    assert min(powers) >= 2_750
    assert car.power_w("AC", 22_000) == 0


def test_dc_charging_tapers_above_sixty_percent():
    def power_at(soc):
        return Vehicle(60_000, soc, dc_power_w=100_000).power_w("DC", 60_000)

    assert power_at(0.1) == power_at(0.6) == 60_000
    assert power_at(0.7) == pytest.approx(48_000)
    assert power_at(0.8) == pytest.approx(36_000)
    assert power_at(0.95) < 15_000


@pytest.mark.parametrize("current", ["AC", "DC"])
def test_energy_is_power_over_time(current):
    car = Vehicle(60_000, 0.3)
    for _ in range(60):
        before_w = car.power_w(current, 22_000)
        taken_wh = car.charge(current, 22_000, 30)
        after_w = car.power_w(current, 22_000)
        assert taken_wh <= 22_000 * 30 / 3600 + 1e-9
        assert after_w * 30 / 3600 - 1e-9 <= taken_wh <= before_w * 30 / 3600 + 1e-9


def test_charging_takes_exactly_what_is_missing():
    car = Vehicle(40_000, 0.5, 0.75)
    assert car.charge("DC", 60_000, 24 * 3600) == pytest.approx(10_000)
    assert car.full
    assert car.charge("DC", 60_000, 60) == 0


@pytest.mark.parametrize("values", [(0, 0.5, 1.0), (50_000, -0.1, 1.0), (50_000, 0.5, 80)])
def test_impossible_car_is_refused(values):
    with pytest.raises(ValueError, match="capacity must be positive"):
        Vehicle(*values)


def test_ac_sample_has_current_and_voltage_per_phase_that_make_the_power():
    measurement = Measurement(1234, 11_000, 230.0, 3, None)
    sampled = meter_value(EPOCH, measurement, MEASURANDS)["sampledValue"]
    currents = [float(v["value"]) for v in sampled if v["measurand"] == "Current.Import"]
    voltages = [float(v["value"]) for v in sampled if v["measurand"] == "Voltage"]
    assert sum(a * v for a, v in zip(currents, voltages, strict=True)) == pytest.approx(
        11_000, rel=0.001
    )
    assert "SoC" not in [v["measurand"] for v in sampled]


def test_dc_sample_has_state_of_charge_and_no_phases():
    measurement = Measurement(1234, 40_000, 400.0, 0, 0.42)
    sampled = meter_value(EPOCH, measurement, MEASURANDS)["sampledValue"]
    assert {v["measurand"]: v["value"] for v in sampled} == {
        "Energy.Active.Import.Register": "1234",
        "Power.Active.Import": "40000.0",
        "Current.Import": "100.00",
        "Voltage": "400.0",
        "SoC": "42",
    }
    assert not any("phase" in v for v in sampled)
