# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""From when a car that is full costs an idle fee, as front desk says it to the guest."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..local_time import next_boundary, wall_time
from ..metering.meter import get_zone
from ..session import SessionState
from .dimensions import Dimension
from .tariff import Tariff
from .terms import HotelTerms
from .usage import StateChange

_NEVER = timedelta(days=2)


def get_idle_fee_start(
    tariff: Tariff, terms: HotelTerms, states: Sequence[StateChange], time_zone: str
) -> datetime | None:
    """Get from when the idle fee of a session runs that is in its last state now.

    It is as `rate` reckons: grace is used up by parking outside quiet hours only, once a
    session.

    :param states: in order of time, aware and UTC
    :return: aware, UTC, before or after now; None where the car may go on, nothing costs or a
        restriction makes it unsure
    """
    if not states or states[-1].state is not SessionState.SUSPENDED_EV or not _has_fee(tariff):
        return None
    zone = get_zone(time_zone)
    left = timedelta(seconds=terms.idle_grace_s)
    ends = [change.at for change in states[1:]] + [states[-1].at + _NEVER]
    for change, end in zip(states, ends, strict=True):
        if change.state is SessionState.SUSPENDED_EV:
            left, start = _use_grace(terms, zone, change.at, end, left)
            if start is not None and change is states[-1]:
                return start
    return None


def _has_fee(tariff):
    """Return whether each price of parking holds at any time, and one of them costs something."""
    found = [
        (element.restrictions, component.price)
        for element in tariff.elements
        for component in element.price_components
        if component.dimension is Dimension.PARKING_TIME
    ]
    return any(price > 0 for _, price in found) and not any(bound for bound, _ in found)


def _use_grace(terms, zone, at, end, left):
    """Use up grace from one time to another: (what is left, when the fee begins or None)."""
    while at < end:
        clocks = sorted(terms.clocks)
        until = min(next_boundary(zone, at, clocks), end) if clocks else end
        if not terms.is_quiet(wall_time(zone, at)):
            if left < until - at:
                return timedelta(0), at + left
            left -= until - at
        at = until
    return left, None
