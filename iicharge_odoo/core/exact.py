# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Exact numbers: fractions inside, decimals at the edge, one rounding of money.

A price per hour times seconds has no finite decimal form, so sums are kept as fractions.
They become decimals once: exactly where that is possible, else with 28 digits.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

DIGITS = 28
_WIDE = 60


def to_decimal(value: Fraction) -> Decimal:
    """Give the decimal of a fraction: exact if it is finite, else to 28 digits."""
    denominator = value.denominator
    twos = (denominator & -denominator).bit_length() - 1
    rest = denominator >> twos
    fives = 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest == 1:
        places = max(twos, fives)
        return Decimal(f"{value.numerator * 10**places // denominator}E-{places}")
    with localcontext(prec=DIGITS):
        return Decimal(value.numerator) / Decimal(denominator)


def plain(value: Decimal) -> str:
    """Write a decimal without exponent and without zeros at its end."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def round_money(amount: Decimal, currency_decimals: int) -> Decimal:
    """Round once, half up, at the edge where money is posted.

    :param amount: unrounded, as a `Breakdown` has it
    :param currency_decimals: minor digits of the currency, 2 for EUR, 0 for JPY
    """
    with localcontext(prec=_WIDE):
        return amount.quantize(Decimal(1).scaleb(-currency_decimals), rounding=ROUND_HALF_UP)
