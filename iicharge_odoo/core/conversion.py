# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Between Odoo's numbers and times and those of the rules."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo


def to_decimal(value, digits=3):
    """A stored number, kept with so many digits, as the exact decimal that was stored."""
    return Decimal(f"{value:.{digits}f}")


def to_aware(at):
    """Odoo's UTC without a zone as the aware UTC of the rules."""
    return at.replace(tzinfo=UTC)


def to_naive(at):
    """The rules' aware time as Odoo keeps it: UTC without a zone, in whole seconds."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def get_local_day(at, time_zone):
    """The calendar day of a stored time in a zone."""
    return to_aware(at).astimezone(ZoneInfo(time_zone)).date()


def get_day_end(day, time_zone):
    """The stored time at which a calendar day is over in a zone: midnight on its clock, also
    where the clock is put forward or back on that day."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(time_zone))
    return to_naive(midnight)
