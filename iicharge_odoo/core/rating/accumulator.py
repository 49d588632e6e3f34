# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Accumulate a session's usage, cut wherever a price changes.

Only where something can change does a step do more than compare: the next moment and the
next energy at which a restriction may switch are known in advance. So a meter value costs
the same after ten hours as after one minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from math import floor

from ..errors import InvalidUsage
from ..exact import to_decimal
from ..local_time import next_boundary, wall_time
from .dimensions import RESERVATION_KINDS, Kind
from .plan import Choice, Steady
from .restrictions import Moment, Range
from .tally import Slice, Tally
from .tariff import Tariff
from .terms import HotelTerms
from .usage import Sample

GRACE = "grace"
QUIET = "quiet"

_MICROSECOND = timedelta(microseconds=1)
_US_PER_S = 1_000_000
_WH_US = 3600 * _US_PER_S
_FAR = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)
_ENDLESS = Decimal("Infinity")
_NO_ENERGY = Decimal("-Infinity")
_ONE = Fraction(1)
_ZERO = Decimal(0)


class Accumulator:
    """Accumulator of what a session uses of each price component.

    :param started_at: of the session; durations and times count from here
    :param begins_at: where accumulation begins, if a reservation comes before the session
    """

    def __init__(
        self,
        tariff: Tariff,
        started_at: datetime,
        zone: tzinfo,
        terms: HotelTerms,
        begins_at: datetime,
        kind: Kind,
    ):
        self.tariff = tariff
        self.started_at = started_at
        self.at = begins_at
        self.energy_wh = Decimal(0)
        self.kind = kind
        self.tally = Tally(Fraction(terms.free_energy_wh))
        self._plan = tariff.plan
        self._zone = zone
        self._terms = terms
        self._clocks = sorted(self._plan.clocks | terms.clocks)
        self._begins_us = self.us(begins_at)
        self._ratio = _ONE
        # The current position, when that is not exactly (at, energy_wh).
        self._exact: tuple[Fraction | int, Fraction] | None = None
        self._grace_left_s = Fraction(terms.idle_grace_s)
        # The stretch that is not added up yet begins here.
        self._t: Fraction | int = self._begins_us
        self._e = Fraction(0)
        self._choice: Choice | None = None
        # Bounds of power and current within which no component changes; None: no bounds.
        self._steady: Steady | None = None
        self._limits_for: timedelta | None = None
        self._next_at = _NEVER
        self._next_energy_wh = _NO_ENERGY

    def us(self, at: datetime) -> int:
        """Return microseconds since the session's start."""
        return (at - self.started_at) // _MICROSECOND

    def fork(self, with_slices: bool) -> Accumulator:
        """Copy the accumulator; the copy goes on independently."""
        twin = object.__new__(Accumulator)
        twin.__dict__.update(self.__dict__)
        twin.tally = self.tally.copy(with_slices)
        return twin

    def advance(
        self,
        at: datetime,
        energy_wh: Decimal,
        power_w: Decimal | None = None,
        current_a: Decimal | None = None,
    ) -> None:
        """Advance evenly to `at`, where the register is at `energy_wh`.

        :param power_w: held meanwhile; None: as the register says
        :param current_a: held meanwhile, over all phases; None: taken as zero
        """
        if at < self.at or energy_wh < self.energy_wh:
            self._refuse(at, energy_wh)
        power = None if power_w is None else _range(power_w)
        self.go(self.us(at), Fraction(energy_wh), power, _range(current_a or 0))
        self.at = at
        self.energy_wh = energy_wh
        self._exact = None

    def advance_all(
        self, samples: Iterable[Sample], power_w: Decimal | None, current_a: Decimal | None
    ) -> tuple[Decimal | None, Decimal | None]:
        """Advance through many samples; each sample's power and current hold to the next.

        The same as `advance` for one after the other, with the common case in line: most
        samples of a session change nothing.

        :return: power and current that hold from the last sample on
        """
        here, here_wh, moved = self.at, self.energy_wh, False
        next_at, next_wh = self._next_at, self._next_energy_wh
        for at, energy_wh, next_power_w, next_current_a in samples:
            if (
                here <= at < next_at
                and here_wh <= energy_wh < next_wh
                and (
                    self._steady is None
                    or self._stays(at - here, energy_wh - here_wh, power_w, current_a)
                )
            ):
                here, here_wh, moved = at, energy_wh, True
            else:
                if moved:
                    self.at, self.energy_wh, self._exact = here, here_wh, None
                self.advance(at, energy_wh, power_w, current_a)
                here, here_wh, moved = at, energy_wh, False
                next_at, next_wh = self._next_at, self._next_energy_wh
            power_w, current_a = next_power_w, next_current_a
        if moved:
            self.at, self.energy_wh, self._exact = here, here_wh, None
        return power_w, current_a

    def switch(self, kind: Kind, ratio: Fraction = _ONE, apart: bool = False) -> None:
        """Switch to another kind of time at the current position.

        :param ratio: seconds to bill per second that passes
        :param apart: keep it a period of its own
        """
        t, e = self._here()
        self._add_stretch(t, e)
        self.kind = kind
        self._ratio = ratio
        self._choice = None
        self._next_at = _NEVER
        if apart:
            self.tally.start_new_slice()

    def go(
        self, to_us: Fraction | int, to_wh: Fraction, power: Range | None, current: Range
    ) -> None:
        """Advance exactly, cutting at each moment where a price may change.

        :param power: in W; None: as the register says
        """
        t, e = self._here()
        if power is None:
            average_w = (to_wh - e) * _WH_US / (to_us - t) if to_us > t else Fraction(0)
            power = Range(average_w, average_w)
        if self._plan.is_banded:
            self._steady = self._plan.steady(power.lowest, current.lowest)
            self._limits_for = None
        while True:
            self._add_stretch(t, e)
            self._choose(t, e, power, current)
            cut_us, cut_wh = self._next_cuts(t, e)
            step = _first_cut(t, e, to_us, to_wh, cut_us, cut_wh)
            if step is None:
                break
            t, e = step
        self._set_fast_limits(cut_us, cut_wh)
        self._exact = (to_us, to_wh)

    def finish(self) -> None:
        """Add up what is left, up to the current position."""
        t, e = self._here()
        self._add_stretch(t, e)
        self.tally.add_flat_of_empty_session(self._choice, self.kind)

    def _add_stretch(self, t: Fraction | int, e: Fraction) -> None:
        if self._choice is not None and (t != self._t or e != self._e):
            duration_s = Fraction(t - self._t, _US_PER_S) * self._ratio
            self.tally.add(Slice(self._t, t, self.kind, self._choice, e - self._e, duration_s))
            if self._choice.note == GRACE:
                self._grace_left_s -= duration_s
        self._t = t
        self._e = e

    def _choose(self, t: Fraction | int, e: Fraction, power: Range, current: Range) -> None:
        wall = wall_time(self._zone, self._moment_at(t))
        phase_us = self._begins_us if self.kind in RESERVATION_KINDS else 0
        choice = self._plan.choose(self.kind, Moment(wall, e, t - phase_us, power, current))
        if self.kind is Kind.PARKING and choice.time is not None:
            if self._terms.is_quiet(wall):
                choice = choice._replace(time=None, note=QUIET)
            elif self._grace_left_s > 0:
                choice = choice._replace(time=None, note=GRACE)
        self._choice = choice

    def _next_cuts(self, t: Fraction | int, e: Fraction) -> tuple[Fraction | None, Fraction | None]:
        phase_us = self._begins_us if self.kind in RESERVATION_KINDS else 0
        times = [phase_us + d for d in self._plan.durations if phase_us + d > t]
        if self._clocks:
            times.append(self.us(next_boundary(self._zone, self._moment_at(t), self._clocks)))
        if self._choice.note == GRACE and self._ratio:
            times.append(t + self._grace_left_s * _US_PER_S / self._ratio)
        return (
            min(times, default=None),
            next((bound for bound in self._plan.energies if bound > e), None),
        )

    def _set_fast_limits(self, cut_us: Fraction | None, cut_wh: Fraction | None) -> None:
        self._next_at = _FAR if cut_us is None else self._moment_at(cut_us)
        self._next_energy_wh = _ENDLESS if cut_wh is None else to_decimal(cut_wh)

    def _stays(
        self,
        passed: timedelta,
        rise_wh: Decimal,
        power_w: Decimal | None,
        current_a: Decimal | None,
    ) -> bool:
        """Check whether no restriction of power or current changes; False where in doubt."""
        steady = self._steady
        if not steady.current_low <= (current_a or _ZERO) < steady.current_high:
            return False
        if power_w is not None:
            return steady.power_low <= power_w < steady.power_high
        if passed != self._limits_for:
            if not passed:
                return False
            hours = Decimal(passed // _MICROSECOND) / _WH_US
            self._low_wh, self._high_wh = steady.power_low * hours, steady.power_high * hours
            self._limits_for = passed
        # A bound that had to be rounded is never taken for met: equal goes the exact way.
        return self._low_wh < rise_wh < self._high_wh

    def _here(self) -> tuple[Fraction | int, Fraction]:
        return self._exact or (self.us(self.at), Fraction(self.energy_wh))

    def _moment_at(self, t: Fraction | int) -> datetime:
        return self.started_at + timedelta(microseconds=floor(t))

    def _refuse(self, at: datetime, energy_wh: Decimal) -> None:
        if at < self.at:
            raise InvalidUsage("samples", f"{at} comes after {self.at}; put them in order of time")
        raise InvalidUsage(
            "samples",
            f"energy falls from {self.energy_wh} Wh to {energy_wh} Wh at {at}; "
            "give energy since the session's start",
        )


def _first_cut(
    t: Fraction | int,
    e: Fraction,
    to_us: Fraction | int,
    to_wh: Fraction,
    cut_us: Fraction | int | None,
    cut_wh: Fraction | None,
) -> tuple[Fraction | int, Fraction] | None:
    """Find the first cut on the straight way from (t, e) to (to_us, to_wh)."""
    found = []
    if cut_us is not None and cut_us <= to_us:
        found.append((cut_us, e + (to_wh - e) * (cut_us - t) / (to_us - t)))
    if cut_wh is not None and cut_wh <= to_wh:
        found.append((t + (to_us - t) * (cut_wh - e) / (to_wh - e), cut_wh))
    return min(found, default=None)


def _range(value: Decimal | int) -> Range:
    exact = Fraction(value)
    return Range(exact, exact)
