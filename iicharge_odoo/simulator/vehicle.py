# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The car: its power by state of charge.

Power is a function of the state of charge alone. Energy is that power integrated over the
time that really passed, so power, time and energy of the meter's readings agree.
"""

from dataclasses import dataclass
from typing import Literal

CurrentType = Literal["AC", "DC"]

# An on-board charger holds its power and tapers over the last few percent.
AC_TAPER_SOC = 0.04
AC_TAPER_FLOOR = 0.25
# A battery on direct current: (state of charge, share of the greatest power), straight between.
DC_CURVE = ((0.0, 1.0), (0.60, 1.0), (0.80, 0.60), (1.0, 0.08))
STEP_S = 5.0


@dataclass
class Vehicle:
    """A plugged-in car.

    `capacity_wh` is the usable battery, `soc` and `target_soc` are shares from 0 to 1.
    `ac_power_w` is the limit of the on-board charger over `ac_phases` phases, `dc_power_w`
    the limit of the battery.
    """

    capacity_wh: float
    soc: float
    target_soc: float = 1.0
    ac_power_w: float = 11_000
    ac_phases: int = 3
    dc_power_w: float = 120_000

    def __post_init__(self) -> None:
        if self.capacity_wh <= 0 or not 0 <= self.soc <= 1 or not 0 <= self.target_soc <= 1:
            raise ValueError(
                f"car with capacity_wh={self.capacity_wh}, soc={self.soc}, "
                f"target_soc={self.target_soc}: capacity must be positive, the others 0 to 1"
            )

    @property
    def missing_wh(self) -> float:
        """Energy to the target in Wh, never negative."""
        return max(0.0, (self.target_soc - self.soc) * self.capacity_wh)

    @property
    def full(self) -> bool:
        """Whether the car asks for no more (a milliwatt-hour is nothing)."""
        return self.missing_wh < 0.001

    def power_w(self, current: CurrentType, limit_w: float) -> float:
        """Power in W that the car takes now from an outlet that offers `limit_w`."""
        if self.full:
            return 0.0
        if current == "DC":
            return min(limit_w, self.dc_power_w) * _on_curve(self.soc)
        share = min(1.0, (self.target_soc - self.soc) / AC_TAPER_SOC)
        return min(limit_w, self.ac_power_w) * max(AC_TAPER_FLOOR, share)

    def charge(self, current: CurrentType, limit_w: float, duration_s: float) -> float:
        """Charge for `duration_s` seconds; move `soc`; return the energy taken in Wh."""
        taken_wh = 0.0
        while duration_s > 0 and not self.full:
            step_s = min(STEP_S, duration_s)
            step_wh = min(self.power_w(current, limit_w) * step_s / 3600, self.missing_wh)
            self.soc = min(self.target_soc, self.soc + step_wh / self.capacity_wh)
            taken_wh += step_wh
            duration_s -= step_s
        return taken_wh


def _on_curve(soc: float) -> float:
    for (low, low_share), (high, high_share) in zip(DC_CURVE, DC_CURVE[1:], strict=False):
        if soc <= high:
            return low_share + (high_share - low_share) * (soc - low) / (high - low)
    return DC_CURVE[-1][1]
