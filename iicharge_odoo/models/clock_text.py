# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Format times of day as the reader's language has them, 24 hours or AM and PM, without seconds."""

import re
from datetime import time

from babel.dates import format_skeleton

from odoo.tools import format_date, format_datetime, format_time
from odoo.tools.misc import babel_locale_parse, get_lang, posix_to_ldml

from ..core.conversion import get_local_day


def get_clock_pattern(env):
    """Get the pattern (LDML) of a time of day, by the time format of the language."""
    lang = get_lang(env)
    short = re.sub(r"\W?%S", "", lang.time_format)
    return posix_to_ldml(short, locale=babel_locale_parse(lang.code))


def has_clock_of_12(env):
    """Whether the reader's language has AM and PM, for a page whose script formats a time."""
    return "%p" in get_lang(env).time_format


def get_clock_text(env, at, zone):
    """Format a time of day.

    :param at: UTC, naive
    :param str zone: name of the time zone
    """
    return format_time(env, at, zone, get_clock_pattern(env))


def get_weekday_text(env, at, zone):
    """Format a day of the week and the time of day, as `get_clock_text`."""
    pattern = f"EEEE {get_clock_pattern(env)}"
    return format_datetime(env, at, tz=zone, dt_format=pattern)


def get_quiet_text(env, hours):
    """Format a time of day that is a number of hours, as the fields of quiet hours."""
    minutes = round(hours * 60) % (24 * 60)
    return get_hour_text(env, f"{minutes // 60:02}:{minutes % 60:02}")


def get_moment_text(env, at, zone):
    """Format a day and the time of day, as `get_clock_text`."""
    return f"{format_date(env, get_local_day(at, zone))} {get_clock_text(env, at, zone)}"


def get_day_text(env, day, skeleton):
    """Format a day in the order and with the points of the language.

    :param str skeleton: fields of a pattern (LDML), as `MMMEd`
    """
    locale = babel_locale_parse(get_lang(env).code)
    return format_skeleton(skeleton, day, fuzzy=True, locale=locale)


def get_hour_text(env, clock):
    """Format a time of day of a tariff.

    :param str clock: as `22:00`; another text, while it is edited, stays what it is
    """
    if not re.fullmatch(r"([01]\d|2[0-4]):[0-5]\d", clock):
        return clock
    hour, minute = map(int, clock.split(":"))
    return format_time(env, time(hour % 24, minute), time_format=get_clock_pattern(env))
