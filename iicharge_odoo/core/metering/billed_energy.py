# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Decide how much energy of a session to bill (docs/chargers.md rows 24 to 36, 43)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from . import registers
from .readings import Reading
from .register_paths import END_COST, Mark, Path, hours
from .registers import Finding, explain, follow, mark_of

IMPLAUSIBLE_ENERGY = "implausible_energy"
UNIT_SUSPECT = "unit_suspect"
STOPPED_BEFORE_START = "stopped_before_start"
# Reasons of a verdict except the missing start, which stays missing when the stop is known.
HOLD_REASONS = (
    *registers.HOLD_REASONS,
    IMPLAUSIBLE_ENERGY,
    UNIT_SUSPECT,
    STOPPED_BEFORE_START,
)

CEILING_FACTOR = Decimal("1.1")
# The ceiling where a connector's rated power is not known: CCS ends at 500 A and 1,000 V.
UNRATED_POWER_W = Decimal(500_000)

_ZERO = Decimal(0)
_WH = Decimal(1)
_KILO = Decimal(1000)
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


@dataclass(frozen=True, slots=True)
class Metering:
    """Values that the meter of one session reported, as far as known.

    :param start_wh: register at the start, Wh; None or negative if unknown (row 24)
    :param stop_wh: register at the stop, Wh; None or negative if unknown
    :param readings: of this session, any order; those after the stop do not count (row 35)
    :param rated_power_w: of the connector; None or zero if unknown
    :param stopped_at: the stop, or the end of the period in question
    """

    start_wh: Decimal | None
    stop_wh: Decimal | None
    readings: Iterable[Reading]
    rated_power_w: Decimal | None
    started_at: datetime
    stopped_at: datetime

    @property
    def ceiling_w(self) -> Decimal:
        """The greatest power of the connector, W."""
        return _ceiling_w(self.rated_power_w)

    @property
    def samples(self) -> list[Reading]:
        within = (r for r in self.readings if self.started_at <= r.at <= self.stopped_at)
        return sorted(within, key=lambda r: r.at)

    def explain(self) -> Finding:
        ends = ((self.started_at, self.start_wh), (self.stopped_at, self.stop_wh))
        start, stop = (None if wh is None or wh < 0 else Mark(at, wh, END_COST) for at, wh in ends)
        return explain(start, stop, self.samples, self.ceiling_w)


def billed_energy(metering: Metering) -> EnergyVerdict:
    """Decide the energy of a stopped session from its registers and readings.

    Start and stop bill (row 28), unless the samples show clearly that their register
    started again inside the session (row 27). Energy without an explanation is held.
    """
    duration = metering.stopped_at - metering.started_at
    reasons = [STOPPED_BEFORE_START] if duration < timedelta(0) else []
    found = metering.explain()
    reasons += found.reasons
    energy_wh = found.energy_wh
    if energy_wh is not None:
        if energy_wh > metering.ceiling_w * hours(duration):
            reasons.append(IMPLAUSIBLE_ENERGY)
        factor = _unit_factor(energy_wh, metering.samples)
        if factor is not None:
            reasons.append(UNIT_SUSPECT)
            energy_wh *= factor
    billed_wh = None if reasons else energy_wh
    return EnergyVerdict(billed_wh, tuple(reasons), estimate_wh=energy_wh, flags=found.flags)


def energy_curve(metering: Metering, energy_wh: Decimal) -> list[tuple[datetime, Decimal]]:
    """Draw energy since the start over time, ending at exactly the billed energy.

    It goes through the readings that explain the energy. A sample register of its own (row
    28) shows how much flowed between its readings; the rest flowed before the first and after
    the last of them. Nothing rises above the billed energy.

    :return: rising ``(at, energy_wh)`` from ``(started_at, 0)`` to ``(stopped_at, energy_wh)``
    """
    path = metering.explain().path
    curve = [(metering.started_at, _ZERO)]
    most_wh = _ZERO
    before_wh = _before_first_reading(metering, path, energy_wh) if path else _ZERO
    for mark, mark_wh in path.points if path else ():
        most_wh = min(max(most_wh, before_wh + mark_wh), energy_wh)
        if metering.started_at < mark.at < metering.stopped_at:
            curve.append((mark.at, most_wh))
    curve.append((metering.stopped_at, energy_wh))
    return curve


def _before_first_reading(metering: Metering, path: Path, energy_wh: Decimal) -> Decimal:
    """Guess how much flowed before the first reading of a path.

    A register that began with the session shows it. Of any other, what the path has not seen
    is shared between the times before and after it at the powers next to them: a car that is
    full at the end took its energy at the begin.
    """
    unseen_wh = energy_wh - path.energy_wh
    first, last = path.points[0][0], path.points[-1][0]
    first_h = hours(first.at - metering.started_at)
    if unseen_wh <= 0 or first_h <= 0:
        return _ZERO
    most_wh = min(unseen_wh, metering.ceiling_w * first_h)
    if first.wh <= most_wh:
        return first.wh
    before, after = first_h, hours(metering.stopped_at - last.at)
    powers_w = [
        max(wh - before_wh, _ZERO) / hours(mark.at - earlier.at)
        for (earlier, before_wh), (mark, wh) in pairwise(path.points)
        if mark.at > earlier.at
    ]
    if powers_w and powers_w[0] + powers_w[-1]:
        before, after = before * powers_w[0], after * powers_w[-1]
    share = before / (before + after) if after else 1
    return min(unseen_wh * share, most_wh).quantize(_WH, ROUND_DOWN)


def last_reading(metering: Metering) -> tuple[datetime, Decimal] | None:
    """Return time and register of the last reading that fits the others; None if none does."""
    path = metering.explain().path
    return path and (path.points[-1][0].at, path.points[-1][0].wh)


def running_energy(
    known: Sequence[tuple[Reading, Decimal]], reading: Reading, rated_power_w: Decimal | None
) -> Decimal:
    """Return the energy of a running session at a new reading.

    A glitch, or a reading of another register, leaves the energy as it was.

    :param known: earlier readings with their energy, in order of time; the start too,
        where it is not long past
    :param reading: with a register
    """
    if not known:
        return _ZERO
    kind, same = reading.kind, []
    for pair in known[1:]:
        other = pair[0].kind
        if other > kind:
            return known[-1][1]
        if other == kind:
            same.append(pair)
    marks = [(mark_of(r), energy_wh) for r, energy_wh in (known[0], *same)]
    return follow(marks, mark_of(reading), _ceiling_w(rated_power_w))


def _ceiling_w(rated_power_w: Decimal | None) -> Decimal:
    power_w = rated_power_w if rated_power_w is not None and rated_power_w > 0 else UNRATED_POWER_W
    return power_w * CEILING_FACTOR


def _unit_factor(energy_wh: Decimal, samples: list[Reading]) -> Decimal | None:
    """Compare with power over time: a factor 1,000 means that the unit's label is wrong."""
    powered = [r for r in samples if r.power_w is not None]
    expected_wh = sum(
        ((a.power_w + b.power_w) / 2 * hours(b.at - a.at) for a, b in pairwise(powered)), _ZERO
    )
    if expected_wh < _UNIT_MIN_WH or energy_wh <= 0:
        return None
    for factor in (_KILO, 1 / _KILO):
        ratio = energy_wh * factor / expected_wh
        if 1 / _UNIT_TOLERANCE <= ratio <= _UNIT_TOLERANCE:
            return factor
    return None
