# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Format prices as they are shown on every screen and paper: with tax, and time by the minute.

Only where a bill has its taxes on top of its lines a price is shown without tax, and says so;
and a manager edits prices as the tariff has them.
"""

from decimal import Decimal

from ...core.rating.quote import applicable_prices
from ...core.rating.unit_price import get_unit_price
from ..clock_text import get_hour_text
from .tariff_text import (
    get_condition_text,
    get_free_energy_texts,
    get_money_text,
    get_number_text,
    get_time_text,
)

# Dimensions that a tariff prices by the hour.
TIMED = ("TIME", "PARKING_TIME")
MOST_DIGITS = 4
# A price without tax that was agreed to more digits: the reader can work the sum out again.
MOST_DIGITS_UNTAXED = 6


def get_tariff_unit_texts(env):
    """Get the texts of a price of each dimension, in the unit of tariffs."""
    return {
        "ENERGY": env._("per kWh"),
        "TIME": env._("per hour of charging"),
        "PARKING_TIME": env._("per hour of idle time"),
        "FLAT": env._("per start"),
    }


def get_unit_texts(env):
    """Get the texts of a price of each dimension, as it is shown (AFIR art. 5(4))."""
    return {
        **get_tariff_unit_texts(env),
        "TIME": env._("per minute of charging"),
        "PARKING_TIME": env._("per minute of idle time"),
    }


def get_amount_text(env, price, dimension, currency, with_tax=True):
    """Format a price of a unit of `get_unit_texts`.

    :param price: `Money` of a unit of the tariff: a kWh, an hour, a session
    :param str dimension: OCPI's name
    """
    amount = price.incl_vat if with_tax else price.excl_vat
    # of a quotient no more digits than are shown anyway
    amount = round(amount / (60 if dimension in TIMED else 1), 10)
    digits = MOST_DIGITS if with_tax else MOST_DIGITS_UNTAXED
    return get_money_text(env, round(amount, digits), currency, digits)


def get_price_parts(env, price, currency):
    """Get the texts of a price that can apply: amount, unit and condition, which may be empty.

    :param price: `core.rating.quote.Price`
    """
    dimension = price.dimension.value
    return (
        get_amount_text(env, price.money, dimension, currency),
        get_unit_texts(env)[dimension],
        get_condition_text(env, price.restrictions.to_ocpi() if price.restrictions else {}),
    )


def get_price_rows(env, tariff, currency):
    """Get a text for each price of a tariff, with its condition, in the order of AFIR art. 5(4).

    :param tariff: `core.rating.tariff.Tariff`
    """
    rows = []
    for price in applicable_prices(tariff):
        amount, unit, condition = get_price_parts(env, price, currency)
        rows.append(f"{amount} {unit}, {condition}" if condition else f"{amount} {unit}")
    return rows


def get_summary_text(env, tariff, currency):
    """Get all prices of a tariff in one line, without those that are always zero."""
    parts = []
    for price in applicable_prices(tariff):
        amount, unit, condition = get_price_parts(env, price, currency)
        if price.incl_vat or condition:
            parts.append(f"{amount} {unit} ({condition})" if condition else f"{amount} {unit}")
    return " + ".join(parts) or env._("free of charge")


def get_terms_texts(env, tariff, terms, currency):
    """Get a sentence for each of the hotel's terms and for minimum and maximum price."""
    texts = []
    if terms.idle_grace_s:
        texts.append(_get_grace_text(env, terms))
    if terms.quiet_start:
        texts.append(
            env._(
                "No idle fee from %(start)s to %(end)s.",
                start=get_hour_text(env, terms.quiet_start),
                end=get_hour_text(env, terms.quiet_end),
            )
        )
    texts += get_free_energy_texts(env, terms)
    if tariff.min_price:
        texts.append(
            env._("At least %(price)s.", price=_get_limit_text(env, tariff, "min_price", currency))
        )
    if tariff.max_price:
        texts.append(
            env._("At most %(price)s.", price=_get_limit_text(env, tariff, "max_price", currency))
        )
    return texts


def _get_grace_text(env, terms):
    if terms.idle_grace_s == 60:
        return env._("The first minute of idle time is free.")
    minutes = get_number_text(env, Decimal(terms.idle_grace_s) / 60)
    return env._("The first %(minutes)s minutes of idle time are free.", minutes=minutes)


def _get_limit_text(env, tariff, name, currency):
    """Format a least or most price, which holds before and after tax, whichever comes first.

    Under several rates it depends on the session what a limit before tax is with it.
    """
    limit = getattr(tariff, name)
    with_tax = [] if limit.after_taxes is None else [limit.after_taxes]
    percents = {price.tax_percent for price in applicable_prices(tariff)}
    if len(percents) == 1:
        with_tax.append(limit.before_taxes * (1 + percents.pop() / 100))
    if with_tax:
        amount = max(with_tax) if name == "min_price" else min(with_tax)
        return get_money_text(env, round(amount, MOST_DIGITS), currency, MOST_DIGITS)
    amount = get_money_text(env, limit.before_taxes, currency, MOST_DIGITS)
    return env._("%(price)s without tax", price=amount)


# --- what a session costs -----------------------------------------------------------------
def get_breakdown_rows(env, breakdown, tax_included, currency):
    """Get a row for each price of a breakdown.

    :param tax_included: of the tariff
    :return: [(what, amount)]: texts with exact amounts, with tax
    """
    order = list(get_unit_texts(env))
    lines = sorted(breakdown.lines, key=lambda line: order.index(line.dimension.value))
    rows = [
        (get_line_text(env, line, tax_included, currency), line.cost.incl_vat) for line in lines
    ]
    for discount in breakdown.discounts:
        volume = get_number_text(env, round(discount.energy_wh / 1000, 2))
        rows.append((env._("Free energy: %(volume)s kWh", volume=volume), discount.cost.incl_vat))
    if breakdown.limited_by == "min_price":
        rows.append((env._("Raised to the minimum price"), breakdown.limit_cost.incl_vat))
    elif breakdown.limited_by:
        rows.append((env._("Reduced to the maximum price"), breakdown.limit_cost.incl_vat))
    return rows


def get_line_text(env, line, tax_included, currency, with_tax=True):
    """Format what was used, and its price.

    :param line: `core.rating.breakdown.Line`
    :param tax_included: of the tariff
    """
    dimension = line.dimension.value
    price = get_unit_price(line.price, line.tax_percent, tax_included)
    values = {
        # to the watt-hour, so that the guest can work the sum out again
        "volume": get_number_text(env, round(line.volume, 3)),
        "time": get_time_text(env, line.volume),
        "price": get_amount_text(env, price, dimension, currency, with_tax),
    }
    kind = f"RESERVED_{dimension}" if line.reservation else dimension
    texts = {
        "ENERGY": env._("%(volume)s kWh at %(price)s per kWh"),
        "TIME": env._("%(time)s of charging at %(price)s per minute"),
        "PARKING_TIME": env._("%(time)s of idle time at %(price)s per minute"),
        "FLAT": env._("Start fee %(price)s"),
        "RESERVED_TIME": env._("%(time)s of reservation at %(price)s per minute"),
        "RESERVED_FLAT": env._("Reservation fee %(price)s"),
    }
    text = texts.get(kind, texts[dimension]) % values
    if with_tax or price.excl_vat == price.incl_vat:
        return text
    return env._("%(price)s without tax", price=text)
