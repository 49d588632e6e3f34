# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal
from fractions import Fraction

import pytest

from iicharge_odoo.core.currencies import DECIMALS_OF_CURRENCY
from iicharge_odoo.core.exact import plain, to_decimal
from iicharge_odoo.core.rating.rate import round_money


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(5), "5"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 3), "0.3333333333333333333333333333"),
        (Fraction(10**30, 7), "142857142857142857142857142900"),
    ],
)
def test_fraction_becomes_its_decimal(fraction, text):
    assert plain(to_decimal(fraction)) == text


@pytest.mark.parametrize(
    ("value", "text"), [("5.50", "5.5"), ("100", "100"), ("1E+3", "1000"), ("0.00", "0")]
)
def test_decimal_is_written_plainly(value, text):
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("amount", "decimals", "rounded"),
    [
        ("5.625", 2, "5.63"),
        ("6.2375", 2, "6.24"),
        ("-5.625", 2, "-5.63"),
        ("0.4999", 0, "0"),
        ("12345678901234567890123456789012345.678", 2, "12345678901234567890123456789012345.68"),
    ],
)
def test_money_is_rounded_half_up(amount, decimals, rounded):
    found = round_money(Decimal(amount), decimals)
    assert found == Decimal(rounded)
    assert found.as_tuple().exponent == -decimals


def test_currencies_know_their_decimals():
    found = [DECIMALS_OF_CURRENCY[code] for code in ("EUR", "JPY", "KWD", "CLF")]
    assert found == [2, 0, 3, 4]
    assert all(len(code) == 3 and code.isupper() for code in DECIMALS_OF_CURRENCY)
