# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Split a rounded amount exactly, to the last cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from ..errors import InvalidInput


def split_amount(amount: Decimal, weights: Sequence[Decimal], digits: int) -> list[Decimal]:
    """Split `amount` in proportion to `weights`.

    Each share has `digits` decimals and none is above its exact share by a whole last digit;
    together they are exactly `amount`. The remainder of rounding down goes, digit by digit, to
    the shares that lost most.

    :param amount: not negative, with at most `digits` decimals
    :param weights: none negative, at least one above zero
    :raises InvalidInput: saying where and why
    """
    unit = Decimal(1).scaleb(-digits)
    if amount < 0 or amount != amount.quantize(unit):
        raise InvalidInput("amount", f"{amount} must not be negative nor finer than {unit}")
    if not weights or min(weights) < 0 or not any(weights):
        raise InvalidInput("weights", "none may be negative and one must be above zero")
    whole = sum(map(Fraction, weights))
    exact = [Fraction(amount) * Fraction(weight) / whole for weight in weights]
    shares = [
        (Decimal(share.numerator) / Decimal(share.denominator)).quantize(unit, ROUND_DOWN)
        for share in exact
    ]
    left = int((amount - sum(shares)) / unit)
    hurt = sorted(range(len(shares)), key=lambda i: Fraction(shares[i]) - exact[i])
    for index in hurt[:left]:
        shares[index] += unit
    return shares
