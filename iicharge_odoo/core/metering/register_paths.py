# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Find the ways in which a register can have climbed through its readings.

A path goes through some of the marks in order of time. Between two of them the register
rises at a rate that the connector can deliver, or starts again at zero. Marks that a path
leaves out are glitches; each of them, and each restart, makes the path less likely. Costs
are counted in half readings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

READING_COST = 2
# Chargers report zero while their meter does not answer.
ZERO_COST = 1
# Start and stop are read with more care than the values between them.
END_COST = 6
RESTART_COST = 2
UNLIKELY_COST = 2
# With more glitches than these a restart is not the only explanation.
_MOST_GLITCHES_COST = 3 * READING_COST

# A register that falls by this much has not restarted: it was read twice with a rounding.
JITTER_WH = Decimal(20)
# Chargers read a value before the time that they report for it.
_DELAY = timedelta(minutes=1)
_MOST_RESTARTS = 2
# The search compares every two marks; a longer series is thinned where it is smooth.
_MOST_MARKS = 160
# Rates of one session: how far the largest may exceed the larger ones, and how many it takes.
_RATE_RANGE = 3
_RATES_NEEDED = 3
_MANY_RATES = 5
_RESOLUTIONS = (Decimal(1000), Decimal(100))
_ZERO = Decimal(0)
_HOUR_US = timedelta(hours=1) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A reading of a register at one moment; ``cost`` is that of leaving it out."""

    at: datetime
    wh: Decimal
    cost: int = READING_COST


@dataclass(frozen=True, slots=True)
class Path:
    """Marks on one climb of a register.

    :param points: ``(mark, energy in Wh since the first mark)``
    :param segments: the number of marks before, between and after the restarts
    :param likely: whether the rates are alike; None where there are too few
    :param highest_skipped_wh: the highest register left out after a restart
    """

    points: tuple[tuple[Mark, Decimal], ...]
    cost: int
    segments: tuple[int, ...]
    likely: bool | None
    highest_skipped_wh: Decimal = _ZERO

    @property
    def energy_wh(self) -> Decimal:
        return self.points[-1][1]

    @property
    def restarts(self) -> int:
        return len(self.segments) - 1

    @property
    def is_sure(self) -> bool:
        """Check whether the register restarted at most once, climbs before and after it, never
        comes back to where it was, and had few glitches besides."""
        if not self.restarts:
            return True
        registers = [mark.wh for mark, _energy_wh in self.points]
        before, after = registers[: self.segments[0]], registers[self.segments[0] :]
        return (
            self.restarts == 1
            and self.likely is True
            and self.cost <= RESTART_COST + _MOST_GLITCHES_COST
            and min(self.segments) > 1
            and after[0] < after[-1] < before[-1]
            and self.highest_skipped_wh <= before[-1]
        )


@dataclass(frozen=True, slots=True)
class Pace:
    """Greatest rise of a register: by ``power_w``, and by ``slack_wh`` more at once."""

    power_w: Decimal
    slack_wh: Decimal

    @classmethod
    def of(cls, power_w: Decimal, registers: Sequence[Decimal]) -> "Pace":
        """Allow for late stamps, and for registers that count in whole kWh or tenths of it."""
        resolution = next(
            (step for step in _RESOLUTIONS if all(wh % step == 0 for wh in registers)), _ZERO
        )
        return cls(power_w, resolution + power_w * hours(_DELAY))

    def reach(self, since: datetime, at: datetime) -> Decimal:
        return self.power_w * hours(at - since)


def hours(duration: timedelta) -> Decimal:
    return Decimal(duration // timedelta(microseconds=1)) / _HOUR_US


class Paths:
    """Cheapest paths through the marks of one register.

    :param marks: in order of time
    :param pace: how fast the register can climb
    :param may_begin: returns whether a path may begin at the mark of that index
    """

    def __init__(self, marks: Sequence[Mark], pace: Pace, may_begin: Callable[[int], bool]):
        self._marks = marks
        self._pace = pace
        first_at = marks[0].at if marks else None
        self._reach = [pace.reach(first_at, mark.at) for mark in marks]
        self._skipped = [0]
        for mark in marks:
            self._skipped.append(self._skipped[-1] + mark.cost)
        # for each mark and number of restarts: cost, energy, mark before, restarts before it
        self._best: list[list[tuple | None]] = []
        for index in range(len(marks)):
            self._best.append(self._reach_mark(index, may_begin(index)))

    def _reach_mark(self, index: int, may_begin: bool) -> list[tuple | None]:
        found: list[tuple | None] = [None] * (_MOST_RESTARTS + 1)
        if may_begin:
            found[0] = (self._skipped[index], _ZERO, None, 0)
        wh, most = self._marks[index].wh, self._reach[index] + self._pace.slack_wh
        for before in range(index):
            room = most - self._reach[before]
            rise, restarted = wh - self._marks[before].wh, 0
            if rise < -JITTER_WH:
                rise, restarted = wh, 1
            if rise > room:
                continue
            extra = self._skipped[index] - self._skipped[before + 1] + RESTART_COST * restarted
            for restarts, state in enumerate(self._best[before]):
                if state is None or restarts + restarted > _MOST_RESTARTS:
                    continue
                offer = (state[0] + extra, state[1] + rise, before, restarts)
                known = found[restarts + restarted]
                if known is None or offer[:2] < known[:2]:
                    found[restarts + restarted] = offer
        return found

    def find(
        self, may_end: Callable[[int], bool], may_restart: Callable[[int], bool] = lambda _n: True
    ) -> Path | None:
        """Return the cheapest path with an allowed end and restarts; None where there is none."""
        total = self._skipped[-1]
        offers = [
            (state[0] + total - self._skipped[index + 1], state[1], index, restarts)
            for index, states in enumerate(self._best)
            if may_end(index)
            for restarts, state in enumerate(states)
            if state is not None and may_restart(restarts)
        ]
        if not offers:
            return None
        cost, _energy_wh, index, restarts = min(offers)
        return self._trace(cost, index, restarts)

    def _trace(self, cost: int, index: int | None, restarts: int) -> Path:
        points, segments = [], [0]
        while index is not None:
            _cost, energy_wh, before, restarts_before = self._best[index][restarts]
            points.append((self._marks[index], energy_wh))
            segments[-1] += 1
            if restarts_before != restarts:
                segments.append(0)
            index, restarts = before, restarts_before
        points, segments = tuple(reversed(points)), tuple(reversed(segments))
        likely = _are_rates_alike(points, segments) if len(segments) > 1 else True
        if likely is False or not _climbs_from_below(points, segments):
            cost += UNLIKELY_COST
        return Path(points, cost, segments, likely, self._find_highest_skipped(points, segments))

    def _find_highest_skipped(self, points, segments) -> Decimal:
        since = points[segments[0] - 1][0].at
        taken = {id(mark) for mark, _energy_wh in points}
        return max(
            (m.wh for m in self._marks if m.at > since and id(m) not in taken), default=_ZERO
        )


def _climbs_from_below(points: Sequence[tuple[Mark, Decimal]], segments: Sequence[int]) -> bool:
    """Check whether a register that left zero after a restart was read on its way up."""
    registers = [mark.wh for mark, _energy_wh in points]
    first = 0
    for before, length in pairwise(segments):
        first += before
        highest = registers[first - 1]
        if next((wh for wh in registers[first : first + length] if wh), _ZERO) >= highest:
            return False
    return True


def _are_rates_alike(points: Sequence[tuple[Mark, Decimal]], segments: Sequence[int]):
    """Compare the rates of a path; None where too few show the usual rate.

    What leads to and from a restart shows nothing about the rest.
    """
    special, first = set(), 0
    for length in segments[:-1]:
        first += length
        special |= {first - 1, first}
    rates = {}
    for index in range(1, len(points)):
        (mark, energy_wh), (before, energy_before_wh) = points[index], points[index - 1]
        rise_wh = energy_wh - energy_before_wh
        if rise_wh > 0:
            rates[index] = rise_wh / hours(mark.at - before.at + _DELAY)
    usual = sorted(rate for index, rate in rates.items() if index not in special)
    if len(usual) < _RATES_NEEDED:
        return None
    # one of the largest: the very largest may itself lead to another register
    high = len(usual) - 1 if len(usual) < _MANY_RATES else min(len(usual) - 2, len(usual) * 9 // 10)
    return max(rates.values()) <= _RATE_RANGE * usual[high]


def climbs_smoothly(marks: Sequence[Mark], pace: Pace) -> bool:
    """Check whether the register can have shown all the marks without a restart."""
    for index in range(1, len(marks)):
        before, mark = marks[index - 1], marks[index]
        rise_wh = mark.wh - before.wh
        # the slack alone is enough between most readings
        beyond_wh = rise_wh - pace.slack_wh
        if rise_wh < 0 or (beyond_wh > 0 and beyond_wh > pace.reach(before.at, mark.at)):
            return False
    return True


def thin(marks: Sequence[Mark], pace: Pace) -> list[Mark]:
    """Leave out marks of a long series, evenly, but none that is near a fall or a jump."""
    if len(marks) <= _MOST_MARKS:
        return list(marks)
    near = {
        index + offset
        for index in range(1, len(marks))
        if not climbs_smoothly(marks[index - 1 : index + 1], pace)
        for offset in (-2, -1, 0, 1)
    }
    if len(near) > _MOST_MARKS // 2:
        near = set()
    every = -(-len(marks) // (_MOST_MARKS - len(near)))
    return [mark for index, mark in enumerate(marks) if index % every == 0 or index in near]
