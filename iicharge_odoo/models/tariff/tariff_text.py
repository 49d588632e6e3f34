# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Format prices and their conditions for managers, front desk and guests."""

from decimal import Decimal

from babel.dates import get_day_names

from odoo.tools import babel_locale_parse, format_date, formatLang
from odoo.tools.misc import get_lang

from ...core.rating.restrictions import RESERVATION, WEEKDAYS
from ..clock_text import get_hour_text


def get_number_text(env, value):
    """Format a quantity in the reader's locale, without trailing zeros."""
    value = Decimal(value)
    digits = max(0, -value.normalize().as_tuple().exponent)
    return formatLang(env, float(value), digits=min(digits, 3))


def get_money_text(env, amount, currency, most_digits=None):
    """Format an amount; prices per unit may have more digits than the currency."""
    amount = Decimal(amount)
    digits = max(0, -amount.normalize().as_tuple().exponent)
    if most_digits and digits > currency.decimal_places:
        number = formatLang(env, float(amount), digits=min(digits, most_digits))
        pair = (
            (currency.symbol, number)
            if currency.position == "before"
            else (number, currency.symbol)
        )
        return "\N{NO-BREAK SPACE}".join(pair)
    return formatLang(env, float(amount), currency_obj=currency)


def get_condition_text(env, restrictions):
    """Format the conditions of a price; empty if it always applies.

    :param restrictions: OCPI TariffRestrictions as a dict
    """
    parts = [
        _get_days_text(env, restrictions.get("day_of_week") or ()),
        _get_clock_text(env, restrictions.get("start_time"), restrictions.get("end_time")),
        _get_date_text(env, restrictions.get("start_date"), restrictions.get("end_date")),
        *_get_range_texts(env, restrictions),
        _get_reservation_text(env, restrictions.get("reservation")),
    ]
    return ", ".join(filter(None, parts))


def _get_days_text(env, days):
    names = get_day_names("abbreviated", locale=babel_locale_parse(get_lang(env).code))
    return " ".join(names[index] for index, day in enumerate(WEEKDAYS) if day in days)


def _get_clock_text(env, start, end):
    start, end = (clock and get_hour_text(env, clock) for clock in (start, end))
    if start and end:
        return env._("%(start)s to %(end)s", start=start, end=end)
    if start:
        return env._("from %(start)s", start=start)
    return env._("until %(end)s", end=end) if end else ""


def _get_date_text(env, start, end):
    start, end = (day and format_date(env, day) for day in (start, end))
    if start and end:
        return env._("from %(start)s to before %(end)s", start=start, end=end)
    if start:
        return env._("from %(start)s", start=start)
    return env._("before %(end)s", end=end) if end else ""


def _get_range_texts(env, restrictions):
    def bounds(name, scale=1):
        found = (restrictions.get(f"min_{name}"), restrictions.get(f"max_{name}"))
        return [None if v is None else get_number_text(env, Decimal(v) / scale) for v in found]

    texts = []
    low_minutes, high_minutes = bounds("duration", 60)
    for (low, high), both, above, below in (
        (
            bounds("kwh"),
            env._("from %(low)s to %(high)s kWh"),
            env._("from %(low)s kWh on"),
            env._("up to %(high)s kWh"),
        ),
        (
            (low_minutes, high_minutes),
            env._("from %(low)s to %(high)s minutes"),
            env._("from 1 minute on") if low_minutes == "1" else env._("from %(low)s minutes on"),
            env._("in the first minute")
            if high_minutes == "1"
            else env._("in the first %(high)s minutes"),
        ),
        (
            bounds("power"),
            env._("at %(low)s kW to below %(high)s kW"),
            env._("at %(low)s kW or more"),
            env._("below %(high)s kW"),
        ),
        (
            bounds("current"),
            env._("at %(low)s A to below %(high)s A"),
            env._("at %(low)s A or more"),
            env._("below %(high)s A"),
        ),
    ):
        values = {"low": low, "high": high}
        if low and high:
            texts.append(both % values)
        elif low or high:
            texts.append((above if low else below) % values)
    return texts


def _get_reservation_text(env, reservation):
    if not reservation:
        return ""
    if reservation == RESERVATION:
        return env._("for a reservation")
    return env._("for a reservation that was not used")


def get_duration_text(env, seconds):
    minutes = round(seconds / 60)
    if minutes < 60:
        return env._("%(minutes)s min", minutes=minutes)
    return env._("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)


def get_time_text(env, hours):
    """Get a time that is priced: exact to a tenth of a minute, and in hours where it is long.

    :param Decimal hours: from a breakdown
    """
    minutes = round(hours * 60, 1)
    if minutes < 60:
        return env._("%(minutes)s min", minutes=get_number_text(env, minutes))
    whole, rest = divmod(minutes, 60)
    return env._(
        "%(hours)s h %(minutes)s min", hours=int(whole), minutes=get_number_text(env, rest)
    )


def get_range_text(env, low, high):
    return low if low == high else env._("%(low)s to %(high)s", low=low, high=high)


def get_free_energy_texts(env, terms):
    """Get one sentence about free energy; an empty list without any."""
    if not terms.free_energy_wh:
        return []
    energy = get_number_text(env, terms.free_energy_wh / 1000)
    text = {
        "session": env._("The first %(energy)s kWh are free.", energy=energy),
        "night": env._("The first %(energy)s kWh of each night are free.", energy=energy),
        "stay": env._("The first %(energy)s kWh of the stay are free.", energy=energy),
    }
    return [text[terms.free_energy_per]]
