# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Decide how much energy of a session to bill (docs/chargers.md rows 24 to 29, 34, 35)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from .readings import Reading

METER_START_MISSING = "meter_start_missing"
METER_STOP_MISSING = "meter_stop_missing"
REGISTER_WENT_BACK = "register_went_back"
IMPLAUSIBLE_ENERGY = "implausible_energy"
UNIT_SUSPECT = "unit_suspect"
STOPPED_BEFORE_START = "stopped_before_start"
REGISTER_RESTARTED = "register_restarted"

CEILING_FACTOR = Decimal("1.1")
# The ceiling where a connector's rated power is not known: CCS ends at 500 A and 1,000 V.
UNRATED_POWER_W = Decimal(500_000)

_ZERO = Decimal(0)
_KILO = Decimal(1000)
_HOUR = timedelta(hours=1)
# Row 29: how near energy and power over time must be, and how much of both is needed.
_UNIT_TOLERANCE = Decimal(2)
_UNIT_MIN_WH = Decimal(100)


@dataclass(frozen=True, slots=True)
class EnergyVerdict:
    """Energy of a session, and whether it may be billed.

    ``energy_wh`` is None exactly when there are ``reasons``: bill nothing then, and hold
    the session for review. ``estimate_wh`` is the best estimate, for the person who
    reviews. ``flags`` are oddities that do not forbid billing.
    """

    energy_wh: Decimal | None
    reasons: tuple[str, ...] = ()
    estimate_wh: Decimal | None = None
    flags: tuple[str, ...] = ()


def billed_energy(
    start_wh: Decimal | None,
    stop_wh: Decimal | None,
    readings: Iterable[Reading],
    rated_power_w: Decimal | None,
    started_at: datetime,
    stopped_at: datetime,
) -> EnergyVerdict:
    """Decide the energy of a stopped session from its registers and readings.

    Start and stop bill (row 28); the samples correct them only where they show, on the
    same register, that it started again inside the session (row 27). Negative start or
    stop counts as unknown (row 24), readings after the stop do not count (row 35).

    :param start_wh: register at the start, Wh; None if unknown
    :param stop_wh: register at the stop, Wh; None if unknown
    :param readings: of this session, any order
    :param rated_power_w: of the connector; None or zero if unknown
    """
    reasons: list[str] = []
    if stopped_at < started_at:
        reasons.append(STOPPED_BEFORE_START)
    if start_wh is None or start_wh < 0:
        reasons.append(METER_START_MISSING)
        start_wh = None
    if stop_wh is None or stop_wh < 0:
        reasons.append(METER_STOP_MISSING)
        stop_wh = None
    samples = _within(readings, started_at, stopped_at)
    registers = [r.energy_wh for r in samples if r.energy_wh is not None and r.energy_wh >= 0]
    energy_wh, flags = _energy_of_registers(start_wh, stop_wh, registers)
    if energy_wh is not None and energy_wh < 0:
        reasons.append(REGISTER_WENT_BACK)
        energy_wh = _sum_of_rises(_without_glitches([start_wh, *registers, stop_wh]))
    if energy_wh is not None:
        ceiling_wh = _ceiling_wh(rated_power_w, stopped_at - started_at)
        doubts, energy_wh = _doubts(energy_wh, ceiling_wh, samples)
        reasons += doubts
    billed_wh = None if reasons else energy_wh
    return EnergyVerdict(billed_wh, tuple(reasons), estimate_wh=energy_wh, flags=flags)


def _doubts(
    energy_wh: Decimal, ceiling_wh: Decimal, samples: list[Reading]
) -> tuple[list[str], Decimal]:
    """Compare energy with what the connector can deliver and with power over time.

    :return: the reasons to hold, and the energy with its unit corrected
    """
    reasons = [IMPLAUSIBLE_ENERGY] if energy_wh > ceiling_wh else []
    factor = _unit_factor(energy_wh, samples)
    if factor is None:
        return reasons, energy_wh
    return [*reasons, UNIT_SUSPECT], energy_wh * factor


def energy_curve(
    start_wh: Decimal | None,
    readings: Iterable[Reading],
    energy_wh: Decimal,
    started_at: datetime,
    stopped_at: datetime,
) -> list[tuple[datetime, Decimal]]:
    """Draw energy since the start over time, ending at exactly the billed energy.

    A sample register of its own (row 28) is counted from its first value, drops are
    bridged (row 27), and nothing rises above the billed energy.

    :return: rising ``(at, energy_wh)`` from ``(started_at, 0)`` to ``(stopped_at, energy_wh)``
    """
    samples = [
        r
        for r in _within(readings, started_at, stopped_at)
        if r.energy_wh is not None and r.energy_wh >= 0
    ]
    curve = [(started_at, _ZERO)]
    registers = _without_glitches([r.energy_wh for r in samples])
    base_wh = start_wh
    if registers and (start_wh is None or registers[0] < start_wh):
        base_wh = registers[0]
    total_wh = _ZERO
    last_wh = base_wh
    for sample, register_wh in zip(samples, registers, strict=True):
        total_wh += _rise(last_wh, register_wh)
        last_wh = register_wh
        curve.append((sample.at, min(total_wh, energy_wh)))
    curve.append((stopped_at, energy_wh))
    return curve


def _within(
    readings: Iterable[Reading], started_at: datetime, stopped_at: datetime
) -> list[Reading]:
    return sorted((r for r in readings if started_at <= r.at <= stopped_at), key=lambda r: r.at)


def _energy_of_registers(
    start_wh: Decimal | None, stop_wh: Decimal | None, registers: list[Decimal]
) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return the energy as far as it is known (negative: the register went back)."""
    if start_wh is None:
        return None, ()
    smooth = _without_glitches(registers)
    same_register = bool(smooth) and smooth[0] >= start_wh
    if stop_wh is None:
        return (_sum_of_rises([start_wh, *smooth]) if same_register else None), ()
    dropped = any(b < a for a, b in pairwise(smooth))
    if same_register and dropped and smooth[-1] <= stop_wh:
        return _sum_of_rises([start_wh, *smooth, stop_wh]), (REGISTER_RESTARTED,)
    return stop_wh - start_wh, ()


def _without_glitches(registers: Sequence[Decimal]) -> list[Decimal]:
    """Replace a single low value between two that agree: that is no restart."""
    smooth = list(registers)
    for i in range(1, len(smooth) - 1):
        if smooth[i] < smooth[i - 1] <= smooth[i + 1]:
            smooth[i] = smooth[i - 1]
    return smooth


def _rise(before_wh: Decimal, after_wh: Decimal) -> Decimal:
    """After a restart the register counts from zero, so its value is the rise."""
    return after_wh - before_wh if after_wh >= before_wh else after_wh


def _sum_of_rises(registers: Sequence[Decimal]) -> Decimal:
    return sum((_rise(a, b) for a, b in pairwise(registers)), _ZERO)


def _ceiling_wh(rated_power_w: Decimal | None, duration: timedelta) -> Decimal:
    power_w = rated_power_w if rated_power_w is not None and rated_power_w > 0 else UNRATED_POWER_W
    return power_w * _hours(duration) * CEILING_FACTOR


def _hours(duration: timedelta) -> Decimal:
    return Decimal(duration // timedelta(microseconds=1)) / (_HOUR // timedelta(microseconds=1))


def _unit_factor(energy_wh: Decimal, samples: list[Reading]) -> Decimal | None:
    """Compare with power over time: a factor 1,000 means that the unit's label is wrong."""
    powered = [r for r in samples if r.power_w is not None]
    expected_wh = sum(
        ((a.power_w + b.power_w) / 2 * _hours(b.at - a.at) for a, b in pairwise(powered)), _ZERO
    )
    if expected_wh < _UNIT_MIN_WH or energy_wh <= 0:
        return None
    for factor in (_KILO, 1 / _KILO):
        ratio = energy_wh * factor / expected_wh
        if 1 / _UNIT_TOLERANCE <= ratio <= _UNIT_TOLERANCE:
            return factor
    return None
