# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Explain the registers of a session together (docs/chargers.md rows 26 to 28, 31, 36, 43).

Start and stop bill. A restart of their register counts where it explains the readings
clearly better than glitches do. Where two explanations are about as good, or the readings
contradict start or stop, a person decides the energy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from .readings import Reading
from .register_paths import (
    END_COST,
    JITTER_WH,
    READING_COST,
    UNLIKELY_COST,
    ZERO_COST,
    Mark,
    Pace,
    Path,
    Paths,
    climbs_smoothly,
    thin,
)

METER_START_MISSING = "meter_start_missing"
METER_STOP_MISSING = "meter_stop_missing"
METER_START_DOUBTFUL = "meter_start_doubtful"
METER_STOP_DOUBTFUL = "meter_stop_doubtful"
REGISTER_WENT_BACK = "register_went_back"
REGISTER_UNCLEAR = "register_unclear"
METERS_DISAGREE = "meters_disagree"
REGISTER_RESTARTED = "register_restarted"
REGISTER_GLITCH = "register_glitch"
REGISTERS_MIXED = "registers_mixed"

# Reasons that depend on stop and readings.
HOLD_REASONS = (
    METER_STOP_MISSING,
    METER_START_DOUBTFUL,
    METER_STOP_DOUBTFUL,
    REGISTER_WENT_BACK,
    REGISTER_UNCLEAR,
    METERS_DISAGREE,
)

# Cost of all readings being of another register than start and stop.
_OTHER_REGISTER_COST = READING_COST
# An explanation is accepted where all others cost at least this much more.
_MARGIN = READING_COST
# Two meters in one way of a current differ by their errors and by what is lost between them.
_TOLERANCE = Decimal("0.1")
_LEAST_READINGS = 3
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Finding:
    """Result for the registers: the energy, reasons for review, oddities, and the path.

    ``energy_wh`` is the best estimate where there are ``reasons``, None where there is none.
    ``path`` is None where no reading shows when the energy flowed.
    """

    energy_wh: Decimal | None
    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class _Offer:
    """One explanation: its cost, its energy, and reasons not to bill it."""

    cost: int
    energy_wh: Decimal
    path: Path
    reason: str | None = None
    flag: str | None = None


def explain(
    start: Mark | None, stop: Mark | None, readings: Iterable[Reading], power_w: Decimal
) -> Finding:
    """Explain the registers at start, at stop and between them.

    :param start: None if unknown
    :param stop: None if unknown
    :param readings: of the session, in order of time
    :param power_w: the most that the connector can deliver
    """
    kinds = _split(readings)
    (is_named, *_), marks = next(iter(kinds.items()), ((True,), []))
    pace = Pace.of(power_w, [mark.wh for mark in (start, *marks, stop) if mark])
    if start and stop:
        finding = _explain_both(start, stop, marks, pace, is_named)
        others = list(kinds.values())[1:]
        return _hold_against(finding, others, power_w, stop.at - start.at)
    missing = [METER_START_MISSING] * (not start) + [METER_STOP_MISSING] * (not stop)
    path = _guess(start, stop, marks, pace)
    return Finding(path and path.energy_wh, tuple(missing), path=path)


def mark_of(reading: Reading) -> Mark:
    wh = reading.energy_wh
    return Mark(reading.at, wh, READING_COST if wh else ZERO_COST)


def _split(readings: Iterable[Reading]) -> dict[tuple[bool, bool], list[Mark]]:
    """Sort the registers by kind, the likeliest to be that of start and stop first.

    A charger may report its session register with the transaction's id and its lifetime
    register without, or the one periodically and the other by the clock. Its
    register at the transaction's begin is often zero and never more than the start's.

    :return: marks by `Reading.kind`
    """
    kinds: dict[tuple[bool, bool], list[Mark]] = {}
    for reading in readings:
        wh = reading.energy_wh
        if wh is None or wh < 0 or reading.context == "Transaction.Begin":
            continue
        kinds.setdefault(reading.kind, []).append(mark_of(reading))
    return {kind: kinds[kind] for kind in sorted(kinds, reverse=True)}


def _explain_both(
    start: Mark, stop: Mark, marks: Sequence[Mark], pace: Pace, is_named: bool
) -> Finding:
    energy_wh = stop.wh - start.wh
    if energy_wh >= 0 and (not marks or climbs_smoothly([start, *marks, stop], pace)):
        points = tuple((mark, mark.wh - start.wh) for mark in (start, *marks, stop))
        return Finding(energy_wh, path=Path(points, 0, (len(points),), True))
    if not marks:
        return Finding(stop.wh, (REGISTER_WENT_BACK,))
    offers = _find_offers(start, stop, thin(marks, pace), pace, is_named)
    offers.sort(key=lambda offer: offer.cost)
    best = offers[0]
    rival = next((o.cost for o in offers if abs(o.energy_wh - best.energy_wh) > JITTER_WH), None)
    if best.reason is None and (rival is None or rival - best.cost >= _MARGIN):
        flags = (best.flag,) if best.flag else ()
        return Finding(best.energy_wh, flags=flags, path=best.path)
    if energy_wh < 0:
        reason = REGISTER_WENT_BACK
    else:
        reason = best.reason or REGISTER_UNCLEAR
    return Finding(best.energy_wh, (reason,), path=best.path)


def _find_offers(
    start: Mark, stop: Mark, between: Sequence[Mark], pace: Pace, is_named: bool
) -> list[_Offer]:
    marks = [start, *between, stop]
    last = len(marks) - 1
    from_start = Paths(marks, pace, lambda index: index == 0)
    later = Paths(marks, pace, lambda index: index > 0)
    offers = []
    plain = from_start.find(lambda index: index == last, lambda restarts: restarts == 0)
    doubt = METERS_DISAGREE if plain and _is_outrun(plain, marks, pace) else None
    if plain:
        offers.append(_Offer(plain.cost, plain.energy_wh, plain, doubt, REGISTER_GLITCH))
    restarted = from_start.find(lambda index: index == last, lambda restarts: restarts > 0)
    if restarted:
        reason = None if restarted.is_sure else REGISTER_UNCLEAR
        # a register without the transaction's id is rather another one than a restarted one
        cost = restarted.cost if is_named else restarted.cost + UNLIKELY_COST
        offers.append(_Offer(cost, restarted.energy_wh, restarted, reason, REGISTER_RESTARTED))
    no_stop = from_start.find(lambda index: index != last)
    offers.append(_Offer(no_stop.cost, no_stop.energy_wh, no_stop, METER_STOP_DOUBTFUL))
    no_start = later.find(lambda index: index == last)
    offers.append(_Offer(no_start.cost, no_start.energy_wh, no_start, METER_START_DOUBTFUL))
    other = later.find(lambda index: index != last, lambda restarts: restarts == 0)
    return [*offers, _offer_other_register(start, stop, other, pace, doubt)]


def _is_outrun(path: Path, marks: Sequence[Mark], pace: Pace) -> bool:
    """Check whether the marks that a path leaves out rise by more than the path meanwhile.

    Readings of another register do not, and glitches do not rise.
    """
    energies = {id(mark): energy_wh for mark, energy_wh in path.points}
    since_wh, run_wh, last = _ZERO, _ZERO, None
    for mark in marks:
        energy_wh = energies.get(id(mark))
        if energy_wh is not None:
            rise_wh = energy_wh - since_wh
            if run_wh > rise_wh + JITTER_WH + _TOLERANCE * rise_wh:
                return True
            since_wh, run_wh, last = energy_wh, _ZERO, None
            continue
        if last and climbs_smoothly((last, mark), pace):
            run_wh += mark.wh - last.wh
        last = mark
    return False


def _offer_other_register(
    start: Mark, stop: Mark, other: Path, pace: Pace, doubt: str | None
) -> _Offer:
    """Explain the readings as those of another register than that of start and stop."""
    energy_wh = stop.wh - start.wh
    cost = other.cost - 2 * END_COST
    duration = stop.at - start.at
    if energy_wh >= 0 and len(other.points) > 1 and _is_near(energy_wh, other, pace, duration):
        cost += _OTHER_REGISTER_COST
        # where it leaves nothing out, it is that of all readings
        doubt = doubt if cost > _OTHER_REGISTER_COST else None
        return _Offer(cost, energy_wh, other, doubt, REGISTERS_MIXED)
    estimate_wh = other.energy_wh if energy_wh < 0 else energy_wh
    return _Offer(cost + 2 * END_COST, estimate_wh, other, METERS_DISAGREE)


def _is_near(energy_wh: Decimal, other: Path, pace: Pace, duration: timedelta) -> bool:
    """Check whether another register rose by as much, as far as it was read."""
    tolerance_wh = pace.slack_wh + _TOLERANCE * max(energy_wh, other.energy_wh)
    first_at, last_at = other.points[0][0].at, other.points[-1][0].at
    unseen_wh = pace.reach(last_at, first_at + duration)
    return -tolerance_wh <= energy_wh - other.energy_wh <= unseen_wh + tolerance_wh


def _hold_against(
    finding: Finding, others: Sequence[Sequence[Mark]], power_w: Decimal, duration: timedelta
) -> Finding:
    """Compare the energy with registers of other kinds, where those climb without a fault."""
    flags = finding.flags
    for marks in others:
        pace = Pace.of(power_w, [mark.wh for mark in marks])
        if len(marks) < _LEAST_READINGS or not climbs_smoothly(marks, pace):
            continue
        points = tuple((mark, mark.wh - marks[0].wh) for mark in marks)
        path = Path(points, 0, (len(points),), True)
        if finding.reasons or _is_near(finding.energy_wh, path, pace, duration):
            flags = flags if REGISTERS_MIXED in flags else (*flags, REGISTERS_MIXED)
        else:
            return Finding(finding.energy_wh, (METERS_DISAGREE,), flags, finding.path)
    return Finding(finding.energy_wh, finding.reasons, flags, finding.path)


def follow(known: Sequence[tuple[Mark, Decimal]], mark: Mark, power_w: Decimal) -> Decimal:
    """Return the energy of a running session at a new reading of the same register.

    :param known: earlier readings, at least one, with the energy at each
    :param power_w: the most that the connector can deliver
    """
    marks = [before for before, _energy_wh in known] + [mark]
    pace = Pace.of(power_w, [before.wh for before in marks])
    if climbs_smoothly(marks, pace):
        # the usual case; no other path leaves out nothing
        return known[0][1] + mark.wh - marks[0].wh
    path = Paths(marks, pace, lambda _index: True).find(lambda _index: True)
    first, last = path.points[0][0], path.points[-1][0]
    if len(path.points) < 2 or last is not mark:
        return known[-1][1]
    return next(energy_wh for other, energy_wh in known if other is first) + path.energy_wh


def _guess(start: Mark | None, stop: Mark | None, marks: Sequence[Mark], pace: Pace) -> Path | None:
    """Find the likeliest energy where start or stop is unknown."""
    known = [mark for mark in (start, *thin(marks, pace), stop) if mark]
    if not known:
        return None
    last = len(known) - 1
    paths = Paths(known, pace, lambda index: index == 0 or not start)
    path = paths.find(lambda index: index == last or not stop)
    if path is None or len(path.points) < 2 or not path.is_sure:
        return None
    return path
