# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Format prices and their conditions for managers, front desk and guests."""

from decimal import Decimal

from babel.dates import get_day_names

from odoo.tools import babel_locale_parse, format_date, formatLang
from odoo.tools.misc import get_lang

from ...core.rating.restrictions import RESERVATION, WEEKDAYS


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
    for (low, high), both, above, below in (
        (
            bounds("kwh"),
            env._("from %(low)s to %(high)s kWh"),
            env._("from %(low)s kWh on"),
            env._("up to %(high)s kWh"),
        ),
        (
            bounds("duration", 60),
            env._("from %(low)s to %(high)s minutes"),
            env._("from %(low)s minutes on"),
            env._("in the first %(high)s minutes"),
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


def get_unit_texts(env):
    """Get the texts of a price of each dimension: in its own unit, then as AFIR shows it."""
    return {
        "ENERGY": env._("per kWh"),
        "TIME": env._("per hour of charging"),
        "PARKING_TIME": env._("per hour of idle time"),
        "FLAT": env._("per session"),
    }


def get_afir_unit_texts(env):
    return {
        **get_unit_texts(env),
        "TIME": env._("per minute of charging"),
        "PARKING_TIME": env._("per minute of idle time"),
    }


def get_price_rows(env, tariff, currency):
    """Get a text for each price of a `core.rating` tariff, with its condition."""
    units = get_unit_texts(env)
    rows = []
    for element in tariff.elements:
        restrictions = element.restrictions.to_ocpi() if element.restrictions else {}
        when = get_condition_text(env, restrictions)
        for component in element.price_components:
            price = get_money_text(env, component.price, currency, 6)
            row = f"{price} {units[component.dimension.value]}"
            rows.append(f"{row}, {when}" if when else row)
    return rows


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


def get_terms_texts(env, tariff, terms, currency):
    """Get a sentence for each of the hotel's terms and for minimum and maximum price."""
    texts = []
    if terms.idle_grace_s:
        minutes = get_number_text(env, Decimal(terms.idle_grace_s) / 60)
        texts.append(env._("The first %(minutes)s minutes of idle time are free.", minutes=minutes))
    if terms.quiet_start:
        texts.append(
            env._(
                "No idle fee from %(start)s to %(end)s.",
                start=terms.quiet_start,
                end=terms.quiet_end,
            )
        )
    texts += get_free_energy_texts(env, terms)
    for limit, text in (
        (tariff.min_price, env._("At least %(untaxed)s without tax.")),
        (tariff.max_price, env._("At most %(untaxed)s without tax.")),
    ):
        if limit:
            texts.append(text % {"untaxed": get_money_text(env, limit.before_taxes, currency, 4)})
    return texts


def get_breakdown_rows(env, breakdown, currency):
    """Get a row for each price of a breakdown, without tax.

    :return: [(what, amount)] as texts
    """
    rows = []
    order = list(get_unit_texts(env))
    for line in sorted(breakdown.lines, key=lambda line: order.index(line.dimension.value)):
        price = get_money_text(env, line.price, currency, 4)
        values = {
            "volume": get_number_text(env, round(line.volume, 3)),
            "time": get_time_text(env, line.volume),
            "price": price,
        }
        text = {
            "ENERGY": env._("Energy: %(volume)s kWh at %(price)s"),
            "TIME": env._("Charging time: %(time)s at %(price)s per hour"),
            "PARKING_TIME": env._("Idle time: %(time)s at %(price)s per hour"),
            "FLAT": env._("Start fee: %(price)s"),
        }[line.dimension.value]
        rows.append((text % values, line.cost.excl_vat))
    for discount in breakdown.discounts:
        volume = get_number_text(env, round(discount.energy_wh / 1000, 2))
        rows.append((env._("Free energy: %(volume)s kWh", volume=volume), discount.cost.excl_vat))
    if breakdown.limited_by == "min_price":
        rows.append((env._("Up to the minimum price"), breakdown.limit_cost.excl_vat))
    elif breakdown.limited_by:
        rows.append((env._("Down to the maximum price"), breakdown.limit_cost.excl_vat))
    return [(what, get_money_text(env, round(amount, 4), currency, 4)) for what, amount in rows]


def get_taxed_rows(env, breakdown, currency):
    """Get rows of a breakdown with tax, in the form in which prices are shown to guests.

    :return: [(what, amount)]: texts with exact amounts
    """
    order = list(get_unit_texts(env))
    lines = sorted(breakdown.lines, key=lambda line: order.index(line.dimension.value))
    rows = [(_get_taxed_text(env, line, currency), line.cost.incl_vat) for line in lines]
    for discount in breakdown.discounts:
        volume = get_number_text(env, round(discount.energy_wh / 1000, 2))
        rows.append((env._("Free energy: %(volume)s kWh", volume=volume), discount.cost.incl_vat))
    if breakdown.limited_by == "min_price":
        rows.append((env._("Up to the minimum price"), breakdown.limit_cost.incl_vat))
    elif breakdown.limited_by:
        rows.append((env._("Down to the maximum price"), breakdown.limit_cost.incl_vat))
    return rows


def _get_taxed_text(env, line, currency):
    dimension = line.dimension.value
    in_minutes = dimension in ("TIME", "PARKING_TIME")
    price = line.price * (1 + line.tax_percent / 100) / (60 if in_minutes else 1)
    values = {
        "volume": get_number_text(env, round(line.volume, 3)),
        "time": get_time_text(env, line.volume),
        "price": get_money_text(env, round(price, 4), currency, 4),
    }
    kind = f"RESERVED_{dimension}" if line.reservation else dimension
    texts = {
        "ENERGY": env._("%(volume)s kWh at %(price)s per kWh"),
        "TIME": env._("%(time)s of charging at %(price)s per minute"),
        "PARKING_TIME": env._("%(time)s of idle time at %(price)s per minute"),
        "FLAT": env._("Start fee"),
        "RESERVED_TIME": env._("%(time)s of reservation at %(price)s per minute"),
        "RESERVED_FLAT": env._("Reservation fee"),
    }
    return texts.get(kind, texts[dimension]) % values
