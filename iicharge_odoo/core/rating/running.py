# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Cost of a session while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from ..errors import InvalidUsage
from ..metering.meter import get_zone
from ..session import SessionState
from .accumulator import Accumulator
from .breakdown import Breakdown, Money
from .dimensions import Kind
from .pricing import price_tally
from .report import build_breakdown, to_money
from .restrictions import Range
from .tariff import Tariff
from .terms import NO_TERMS, HotelTerms
from .usage import Reservation, Sample

_KIND_OF_STATE = {
    SessionState.CHARGING: Kind.CHARGING,
    SessionState.SUSPENDED_EV: Kind.PARKING,
    SessionState.SUSPENDED_EVSE: Kind.HELD,
}


class RunningCost:
    """Cost of a session, value by value; at every point equal to `rate` of the same usage.

    A new value costs the same work after ten hours as after one minute. Values come in
    order of time; when one comes late, rate again from the start.

    :param started_at: aware, UTC
    :param time_zone: IANA zone of the site
    :raises UnknownTimeZone:
    """

    def __init__(
        self,
        tariff: Tariff,
        started_at: datetime,
        time_zone: str = "UTC",
        terms: HotelTerms = NO_TERMS,
        reservation: Reservation | None = None,
    ):
        zone = get_zone(time_zone)
        self._accumulator = Accumulator(tariff, started_at, zone, terms, started_at, Kind.CHARGING)
        if reservation is not None:
            self._accumulator = _accumulate_reservation(
                tariff, started_at, zone, terms, reservation
            )
        self._changes: list[tuple[datetime, Kind]] = []
        self._kind = Kind.CHARGING
        self._power_w: Decimal | None = None
        self._current_a: Decimal | None = None

    def add_sample(
        self,
        at: datetime,
        energy_wh: Decimal,
        power_w: Decimal | None = None,
        current_a: Decimal | None = None,
    ) -> None:
        """Add a meter value; see `Sample`.

        :raises InvalidUsage: it is older or lower than the one before
        """
        self.add_samples((Sample(at, energy_wh, power_w, current_a),))

    def add_samples(self, samples: Sequence[Sample]) -> None:
        """Add many meter values, between two changes of state.

        :raises InvalidUsage: one is older or lower than the one before
        """
        if self._changes and samples:
            self._apply_changes(samples[0].at, samples[0].energy_wh)
        self._power_w, self._current_a = self._accumulator.advance_all(
            samples, self._power_w, self._current_a
        )

    def add_state(self, at: datetime, state: SessionState) -> None:
        """Add a change of state.

        :raises InvalidUsage: it is older than the last value, or the state is no
            running one
        """
        known_at = self._changes[-1][0] if self._changes else self._accumulator.at
        if at < known_at:
            raise InvalidUsage("states", f"{at} comes after {known_at}; put them in order of time")
        if state not in _KIND_OF_STATE:
            raise InvalidUsage("states", f"{state!r} is no state of a running session")
        kind = _KIND_OF_STATE[state]
        if kind is not self._kind:
            self._changes.append((at, kind))
            self._kind = kind

    def total(self, at: datetime) -> Money:
        """Return the cost up to `at`, without periods: the work does not grow with time."""
        accumulator = self._advance_to(at, with_slices=False)
        return to_money(price_tally(accumulator.tally, accumulator.tariff).total)

    def breakdown(self, at: datetime, energy_wh: Decimal | None = None) -> Breakdown:
        """Return the whole breakdown up to `at`, as if the session stopped there.

        :param energy_wh: at that time; left out: that of the last value
        """
        accumulator = self._advance_to(at, with_slices=True, energy_wh=energy_wh)
        return build_breakdown(accumulator.tally, accumulator.tariff, accumulator.started_at)

    def _advance_to(
        self, at: datetime, with_slices: bool, energy_wh: Decimal | None = None
    ) -> Accumulator:
        twin = object.__new__(RunningCost)
        twin.__dict__.update(self.__dict__)
        twin._accumulator = self._accumulator.fork(with_slices)
        twin._changes = list(self._changes)
        twin.add_sample(at, twin._accumulator.energy_wh if energy_wh is None else energy_wh)
        twin._accumulator.finish()
        return twin._accumulator

    def _apply_changes(self, at: datetime, energy_wh: Decimal) -> None:
        """Apply the changes of state since the last sample.

        The energy between two samples flows in the time in which the car charged; in all
        of it, if it never did.
        """
        accumulator = self._accumulator
        if at < self._changes[-1][0] or energy_wh < accumulator.energy_wh:
            raise InvalidUsage("samples", f"{at}, {energy_wh} Wh: out of order, or energy falls")
        stretches = []
        here_us, kind = accumulator.us(accumulator.at), accumulator.kind
        for change_at, following in [*self._changes, (at, self._kind)]:
            stretches.append((here_us, accumulator.us(change_at), kind))
            here_us, kind = accumulator.us(change_at), following
        charging_us = sum(b - a for a, b, k in stretches if k is Kind.CHARGING)
        whole_us = charging_us or (accumulator.us(at) - accumulator.us(accumulator.at))
        here_wh = Fraction(accumulator.energy_wh)
        rise_wh = Fraction(energy_wh) - here_wh
        current_a = Fraction(self._current_a or 0)
        power = None if self._power_w is None else Range(*[Fraction(self._power_w)] * 2)
        for (from_us, to_us, kind), (_, following) in zip(stretches, self._changes, strict=False):
            if whole_us and (kind is Kind.CHARGING or not charging_us):
                here_wh += rise_wh * (to_us - from_us) / whole_us
            accumulator.go(to_us, here_wh, power, Range(current_a, current_a))
            accumulator.switch(following)
        self._changes = []


def _accumulate_reservation(
    tariff, started_at, zone, terms, reservation: Reservation
) -> Accumulator:
    """Accumulate a reservation up to the start of charging or to its expiry."""
    ended_at = reservation.expired_at or started_at
    kind = Kind.EXPIRED if reservation.expired_at else Kind.RESERVED
    if ended_at != started_at or reservation.reserved_at > ended_at:
        raise InvalidUsage(
            "reservation", "must begin before the session, and expire where the usage starts"
        )
    accumulator = Accumulator(tariff, started_at, zone, terms, reservation.reserved_at, kind)
    accumulator.advance(started_at, Decimal(0))
    if kind is Kind.RESERVED:
        accumulator.switch(Kind.CHARGING)
    return accumulator
