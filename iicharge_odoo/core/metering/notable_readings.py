# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Mark the readings of a session that a person should check, with the reason."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from .billed_energy import CEILING_FACTOR, UNRATED_POWER_W
from .readings import Reading

REGISTER_FELL = "register_fell"
REGISTER_JUMPED = "register_jumped"
LONG_SILENCE = "long_silence"

_SILENCE = timedelta(hours=1)
_HOUR_US = timedelta(hours=1) // timedelta(microseconds=1)
# Registers that count in whole kWh, and clocks in whole minutes, make steps that are none.
_STEP_WH = Decimal(1000)


def find_oddities(
    readings: Iterable[Reading], rated_power_w: Decimal | None, started_at: datetime
) -> list[tuple[Reading, tuple[str, ...]]]:
    """Return the readings by time, each with its oddities: its own flags first.

    :param rated_power_w: of the connector; None or zero if unknown
    """
    found = []
    last_at, last_wh, last_wh_at = started_at, None, started_at
    for reading in sorted(readings, key=lambda reading: reading.at):
        codes = list(reading.flags)
        if reading.at - last_at > _SILENCE:
            codes.append(LONG_SILENCE)
        register_wh = reading.energy_wh
        if register_wh is not None:
            if last_wh is not None:
                rise = register_wh - last_wh
                codes += _judge(rise, reading.at - last_wh_at, rated_power_w)
            last_wh, last_wh_at = register_wh, reading.at
        last_at = reading.at
        found.append((reading, tuple(codes)))
    return found


def _judge(rise_wh: Decimal, passed: timedelta, rated_power_w: Decimal | None) -> list[str]:
    if rise_wh < 0:
        return [REGISTER_FELL]
    power_w = rated_power_w or UNRATED_POWER_W
    most_wh = power_w * (passed // timedelta(microseconds=1)) / _HOUR_US * CEILING_FACTOR
    return [REGISTER_JUMPED] if rise_wh > most_wh + _STEP_WH else []
