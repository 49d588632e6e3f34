# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Random sessions whose true energy is known, and registers as a faulty charger reports them.

The truth is made from the current that flowed; the rules under test see only what was
reported. All numbers come from one seeded generator.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

STARTED_AT = datetime(2026, 7, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class OtherReading:
    """A reading of another register, without the transaction's number."""

    second: int
    wh: int
    context: str = "Sample.Clock"


@dataclass
class Case:
    """A session: its readings by second, and between which energies its bill is right."""

    glitch: str
    rated_w: int
    step_s: int
    seconds: list
    true_wh: list
    shown_wh: list
    least_wh: int = 0
    restarts: list = field(default_factory=list)
    contexts: dict = field(default_factory=dict)
    others: list = field(default_factory=list)
    broken: set = field(default_factory=set)

    @property
    def most_wh(self):
        return self.true_wh[-1]


def at(second):
    return STARTED_AT + timedelta(seconds=second)


def make_case(rng):
    """Make a session with a glitch from which the true energy can be found.

    No rule can know of a restart whose readings before and after it are broken too.
    """
    glitches = END_GLITCHES if rng.random() < 0.1 else GLITCHES
    while True:
        glitch = rng.choice(glitches)
        case = replace(make_truth(rng), glitch=glitch.__name__)
        glitch(rng, case)
        if not case.broken & {i + offset for i in case.restarts for offset in (-2, -1, 0, 1)}:
            case.least_wh = least_of(case)
            return case


def make_truth(rng):
    """Let current flow: at changing power, with pauses, at most what the connector can."""
    rated_w = rng.choice((3700, 7400, 11000, 22000, 22000, 50000, 150000))
    step_s = rng.choice((60, 300, 300, 600, 900, 900, 1800))
    count = rng.randrange(4, 40)
    power_w = rng.uniform(0.2, 1) * rated_w
    seconds, true_wh = [0], [0]
    for _ in range(count):
        if rng.random() < 0.15:
            power_w = rng.choice((0, rng.uniform(0.1, 1) * rated_w))
        seconds.append(seconds[-1] + step_s)
        flowing_w = power_w * rng.uniform(0.9, 1)
        true_wh.append(true_wh[-1] + int(flowing_w * step_s / 3600))
    resolution = rng.choice((1, 1, 1, 10, 100))
    true_wh = [wh // resolution * resolution for wh in true_wh]
    base = rng.choice((0, 0, rng.randrange(10**4), rng.randrange(10**7)))
    base = base // resolution * resolution
    case = Case("", rated_w, step_s, seconds, true_wh, [base + wh for wh in true_wh])
    if rng.random() < 0.2:
        restart(rng, case)
    return case


def restart(rng, case):
    """Let the register start again at zero between two readings.

    Two readings before it and two on the way up show it: one alone could as well be a
    glitch, and is billed by start and stop.
    """
    if len(case.seconds) < 6:
        return
    index = rng.randrange(3, len(case.seconds) - 2)
    since = (case.true_wh[index - 1] + case.true_wh[index]) // 2
    after = [wh - since for wh in case.true_wh[index:]]
    if 0 < after[1] < case.shown_wh[index - 1]:
        case.shown_wh[index:] = after
        case.restarts.append(index)


def least_of(case):
    """Return the least energy to bill: a restart hides what flowed since the last reading."""
    first, least = 0, 0
    clean = list(case.true_wh)
    for index in [*case.restarts, len(clean)]:
        last = max(i for i in range(first, index) if i == first or i not in case.broken)
        since = 0 if first == 0 else (clean[first - 1] + clean[first]) // 2
        least += clean[last] - since
        first = index
    return least


# --- faults ------------------------------------------------------------------------
def _inside(rng, case, count=1):
    """Pick consecutive readings, never start or stop."""
    count = min(count, len(case.seconds) - 2)
    first = rng.randrange(1, len(case.seconds) - count)
    return range(first, first + count)


def _break(case, index, wh):
    case.shown_wh[index] = wh
    case.broken.add(index)


def nothing(rng, case):
    pass


def few_wh_back(rng, case):
    for index in rng.sample(range(1, len(case.seconds) - 1), 2):
        _break(case, index, max(case.shown_wh[index] - rng.randrange(1, 16), 0))


def zeros(rng, case):
    for index in _inside(rng, case, rng.choice((1, 1, 2, 3))):
        _break(case, index, 0)


def scattered_zeros(rng, case):
    for index in rng.sample(range(1, len(case.seconds) - 1), 2):
        _break(case, index, 0)


def last_is_zero(rng, case):
    _break(case, len(case.seconds) - 2, 0)


def spike(rng, case):
    (index,) = _inside(rng, case)
    _break(case, index, case.shown_wh[index] + rng.randrange(100, 20_000))


def possible_spike(rng, case):
    (index,) = _inside(rng, case)
    room = case.rated_w * case.step_s // 3600
    _break(case, index, case.shown_wh[index - 1] + rng.randrange(room // 2, room + 1))


def low_spike(rng, case):
    (index,) = _inside(rng, case)
    _break(case, index, rng.randrange(case.shown_wh[index] + 1))


def missing(rng, case):
    for index in rng.sample(range(1, len(case.seconds) - 1), (len(case.seconds) - 2) // 2):
        _break(case, index, None)


def other_kind(rng, case):
    """Return a lifetime register by the clock, without the transaction's id, at other seconds."""
    base = rng.choice((12_000, 100_000, rng.randrange(10**7)))
    for index in range(1, len(case.seconds) - 1):
        second = case.seconds[index] + rng.choice((0, 7))
        case.others.append(OtherReading(second, base + case.true_wh[index]))


def mixed(rng, case):
    """Mix two registers in turn, without a mark of which is which."""
    base = rng.choice((0, 12_000, 100_000, rng.randrange(10**7)))
    for index in range(1, len(case.seconds) - 1, 2):
        _break(case, index, base + case.true_wh[index])


def mixed_block(rng, case):
    base = rng.choice((0, 12_000, 100_000, rng.randrange(10**7)))
    for index in _inside(rng, case, rng.randrange(2, 8)):
        _break(case, index, base + case.true_wh[index])


def all_of_another(rng, case):
    base = rng.choice((0, 12_000, 100_000, rng.randrange(10**7)))
    for index in range(1, len(case.seconds) - 1):
        _break(case, index, base + case.true_wh[index])


def begin_is_zero(rng, case):
    _break(case, 1, 0)
    case.contexts[1] = "Transaction.Begin"


def stop_is_zero(rng, case):
    _break(case, len(case.seconds) - 1, 0)


def stop_is_unknown(rng, case):
    _break(case, len(case.seconds) - 1, rng.choice((None, -1)))


def start_is_zero(rng, case):
    """Set the start to zero where the register exceeds what can have flowed since then."""
    room = case.rated_w * case.step_s // 3600
    if case.shown_wh[0] > 4 * room + 1000:
        _break(case, 0, 0)


def start_is_unknown(rng, case):
    _break(case, 0, None)


GLITCHES = (
    nothing,
    few_wh_back,
    zeros,
    scattered_zeros,
    last_is_zero,
    spike,
    possible_spike,
    low_spike,
    missing,
    other_kind,
    mixed,
    mixed_block,
    all_of_another,
    begin_is_zero,
)
END_GLITCHES = (stop_is_zero, stop_is_unknown, start_is_zero, start_is_unknown)
