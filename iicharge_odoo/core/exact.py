# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Exact numbers: fractions inside, decimals at the edge, one rounding of money.

A price per hour times seconds has no finite decimal form, so sums are kept as fractions.
They become decimals once, with 28 digits: exactly, wherever that many are enough.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

_TO_DECIMAL = Context(prec=28)
_WIDE = Context(prec=60)


def to_decimal(value: Fraction) -> Decimal:
    """Return the decimal of a fraction: exact if 28 digits hold it, else the nearest one."""
    return _TO_DECIMAL.divide(Decimal(value.numerator), Decimal(value.denominator))


def plain(value: Decimal) -> str:
    """Write a decimal without exponent and without zeros at its end."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def round_money(amount: Decimal, currency_decimals: int) -> Decimal:
    """Round once, half up, at the edge where money is posted.

    :param amount: unrounded, as a `Breakdown` has it
    :param currency_decimals: minor digits of the currency, 2 for EUR, 0 for JPY
    """
    return amount.quantize(
        Decimal(1).scaleb(-currency_decimals), rounding=ROUND_HALF_UP, context=_WIDE
    )
