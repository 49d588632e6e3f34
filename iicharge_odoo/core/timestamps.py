# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Times as chargers write them, and the time zones of sites."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from .errors import UnknownTimeZone

TIMESTAMP_UNREADABLE = "timestamp_unreadable"
TIMESTAMP_LOCAL = "timestamp_local"
CLOCK_DIFFERS = "clock_differs"
CLOCK_UNSET = "clock_unset"

CLOCK_TOLERANCE = timedelta(minutes=5)
# OCPP 1.6 was published in October 2015: an older time of its chargers is wrong.
_FIRST_TRUE_TIME = datetime(2015, 1, 1, tzinfo=UTC)
# Nothing is reported before it happened. Local time labelled Z (row 12) is ahead by some
# hours; what is ahead by more is a clock set wrong, and would be billed for years.
_LARGEST_LEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A charger's timestamp as far as it can be used.

    ``at`` is UTC. ``flags`` names its oddities; `TIMESTAMP_UNREADABLE` and
    `CLOCK_UNSET` mean that ``at`` is the time of receipt instead.
    """

    at: datetime
    received_at: datetime
    flags: tuple[str, ...] = ()

    @property
    def hold_reasons(self) -> tuple[str, ...]:
        """The flags that forbid billing by this time (docs/chargers.md row 13)."""
        return tuple(f for f in self.flags if f in (TIMESTAMP_UNREADABLE, CLOCK_UNSET))


def get_zone(name: str, where: str = "time zone") -> tzinfo:
    """Find a time zone by its IANA name, as ``Europe/Amsterdam``.

    :raises UnknownTimeZone: not in the time zone data of this machine
    """
    if name == "UTC":
        # The one zone that needs no data: a machine may have none.
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UnknownTimeZone(
            where,
            f"{name!r} is not in this machine's time zone data; give an IANA name as "
            "'Europe/Amsterdam', or install the tzdata package",
        ) from None


def parse_utc(text: str) -> datetime:
    """Read a DateTime of OCPI (types, DateTime): UTC, with or without its Z.

    :raises ValueError: not a time
    """
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from None


def parse_timestamp(text: object, time_zone: str, received_at: datetime) -> Stamp:
    """Read a charger's timestamp; never fails on what a charger sends.

    docs/chargers.md rows 11 to 13: a time without offset is read in `time_zone` (where the
    hour is doubled, as the one nearer to the time of receipt), a time that differs from
    the time of receipt by more than five minutes is flagged, and a clock that was never
    set, or is ahead by more than a day, is replaced by the time of receipt.

    :param text: the field as received, any type
    :param time_zone: the charger's configured IANA zone
    :param received_at: aware UTC time of receipt
    :raises UnknownTimeZone: `time_zone` is not known
    """
    zone = get_zone(time_zone)
    try:
        parsed = datetime.fromisoformat(text) if isinstance(text, str) else None
        if parsed is None:
            return Stamp(received_at, received_at, (TIMESTAMP_UNREADABLE,))
        flags: tuple[str, ...] = ()
        if parsed.tzinfo is None:
            flags = (TIMESTAMP_LOCAL,)
            readings = [parsed.replace(tzinfo=zone, fold=f).astimezone(UTC) for f in (0, 1)]
            at = min(readings, key=lambda reading: abs(reading - received_at))
        else:
            at = parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return Stamp(received_at, received_at, (TIMESTAMP_UNREADABLE,))
    if at < _FIRST_TRUE_TIME or at - received_at > _LARGEST_LEAD:
        return Stamp(received_at, received_at, (*flags, CLOCK_UNSET))
    if abs(at - received_at) > CLOCK_TOLERANCE:
        flags = (*flags, CLOCK_DIFFERS)
    return Stamp(at, received_at, flags)
