# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Convert numbers and times between Odoo and the rules."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

NOON = 12


def to_decimal(value, digits=3):
    """Return the exact decimal of a stored number with so many digits."""
    return Decimal(f"{value:.{digits}f}")


def to_aware(at):
    """Convert Odoo's naive UTC to aware UTC."""
    return at.replace(tzinfo=UTC)


def to_naive(at):
    """Convert an aware time to Odoo's naive UTC, in whole seconds."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def get_local_day(at, time_zone):
    """Return the calendar day of a stored time in a zone."""
    return to_aware(at).astimezone(ZoneInfo(time_zone)).date()


def get_day_end(day, time_zone):
    """Return the stored time at which a calendar day is over in a zone: midnight on its clock, also
    where the clock is put forward or back on that day."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(time_zone))
    return to_naive(midnight)


def get_hotel_night(at, time_zone):
    """Return the night that a stored time belongs to, by its first day: a night lasts from noon to
    noon on the clock of the zone, also where the clock is put forward or back in it."""
    local = to_aware(at).astimezone(ZoneInfo(time_zone))
    return local.date() - timedelta(days=local.hour < NOON)


def to_wire(at):
    """Format a stored time as ISO 8601 in UTC, or False."""
    return f"{at.isoformat()}Z" if at else False
