# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Readings of an energy meter, as OCPP 1.6 SampledValues (section 7.43)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .clock import format_timestamp

PHASES = ("L1", "L2", "L3")


@dataclass(frozen=True)
class Measurement:
    """One reading of the meter: register in Wh, power in W, voltage in V, `soc` 0 to 1 or None.

    `phases` is 1 or 3 for alternating current and 0 for direct current.
    """

    register_wh: int
    power_w: float
    voltage_v: float
    phases: int
    soc: float | None


def meter_value(
    at: datetime,
    measurement: Measurement,
    measurands: Iterable[str],
    context: str = "Sample.Periodic",
) -> dict:
    """Return a MeterValue holding the asked `measurands`; one with no value is left out.

    Energy and power are totals; current and voltage are per phase on alternating current.
    """
    sampled = [
        {"value": value, "context": context, "measurand": measurand, **extra}
        for measurand in measurands
        for value, extra in _readings(measurand, measurement)
    ]
    return {"timestamp": format_timestamp(at), "sampledValue": sampled}


def _readings(measurand: str, measurement: Measurement) -> list[tuple[str, dict]]:
    outlet = {"location": "Outlet"}
    if measurand == "Energy.Active.Import.Register":
        return [(str(measurement.register_wh), {**outlet, "unit": "Wh"})]
    if measurand == "Power.Active.Import":
        return [(f"{measurement.power_w:.1f}", {**outlet, "unit": "W"})]
    if measurand == "SoC":
        if measurement.soc is None:
            return []
        return [(f"{measurement.soc * 100:.0f}", {"location": "EV", "unit": "Percent"})]
    if measurand == "Voltage":
        value, unit, suffix = f"{measurement.voltage_v:.1f}", "V", "-N"
    elif measurand == "Current.Import":
        current_a = measurement.power_w / (measurement.voltage_v * (measurement.phases or 1))
        value, unit, suffix = f"{current_a:.2f}", "A", ""
    else:
        raise ValueError(f"measurand {measurand!r} is not one that the simulator measures")
    if not measurement.phases:
        return [(value, {**outlet, "unit": unit})]
    names = PHASES[: measurement.phases]
    return [(value, {**outlet, "unit": unit, "phase": name + suffix}) for name in names]
