# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Usage of a session: the input of rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ..session import SessionState


class Sample(NamedTuple):
    """A meter value: energy since the session's start, Wh.

    ``power_w`` and ``current_a`` (all phases together) hold from here to the next sample.
    Power left out is taken from the register, current left out is taken as zero.
    """

    at: datetime
    energy_wh: Decimal
    power_w: Decimal | None = None
    current_a: Decimal | None = None


class StateChange(NamedTuple):
    """From here on the session is in this state."""

    at: datetime
    state: SessionState


@dataclass(frozen=True, slots=True)
class Reservation:
    """A charger reserved for a driver: up to the start of charging, or until it expired."""

    reserved_at: datetime
    expired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """A session by its register and its states. All times are aware and UTC.

    It begins charging. Between two samples the energy flows evenly, in the time in which
    the car charged if there is any. For an expired reservation ``started_at`` and
    ``stopped_at`` are both the time of expiry, and there are no samples.

    :param time_zone: IANA zone of the site
    """

    started_at: datetime
    stopped_at: datetime
    samples: Sequence[Sample]
    states: Sequence[StateChange] = ()
    reservation: Reservation | None = None
    time_zone: str = "UTC"


class ChargingPeriod(NamedTuple):
    """A ChargingPeriod of OCPI, in Wh, s, W and A.

    Power is taken from energy and time where ``power_w`` is None.
    """

    started_at: datetime
    energy_wh: Fraction
    charging_s: Fraction
    parking_s: Fraction
    reserved_s: Fraction
    power_w: tuple[Fraction, Fraction] | None = None
    current_a: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class PeriodUsage:
    """A session by OCPI charging periods: each lasts until the next, the last until
    ``stopped_at``. Volumes are billed as given, times of day and durations are those of
    the clock.

    :param is_expired: a reservation that no session followed
    """

    started_at: datetime
    stopped_at: datetime
    periods: Sequence[ChargingPeriod]
    is_expired: bool = False
    time_zone: str = "UTC"
