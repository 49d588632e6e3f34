# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

import pytest

from iicharge_odoo.core.money import Money, total

EUR = Money(Decimal("5.00"), "EUR")
USD = Money(Decimal("49.50"), "USD")


def test_amounts_of_one_currency_are_added_and_compared():
    assert EUR + EUR - EUR * 3 == Money(Decimal("-5.00"), "EUR") == -EUR
    assert total([EUR, EUR], "EUR").amount == Decimal("10.00")
    assert EUR < EUR * 2
    assert EUR >= EUR
    assert str(EUR) == "5.00 EUR"
    assert not total([], "EUR")


@pytest.mark.parametrize(
    "use",
    [
        lambda: EUR + USD,
        lambda: EUR - USD,
        lambda: EUR < USD,
        lambda: EUR >= USD,
        lambda: total([EUR, USD], "EUR"),
    ],
)
def test_amounts_of_two_currencies_are_refused(use):
    with pytest.raises(ValueError, match="different currencies"):
        use()


def test_same_number_in_another_currency_is_not_equal():
    assert Money(Decimal(5), "EUR") != Money(Decimal(5), "JPY")


@pytest.mark.parametrize(
    "use", [lambda: EUR + Decimal(1), lambda: Decimal(1) + EUR, lambda: EUR > 1]
)
def test_amount_without_a_currency_is_refused(use):
    with pytest.raises(TypeError):
        use()


@pytest.mark.parametrize("amount", [5.0, 5, "5"])
def test_amount_is_exact(amount):
    with pytest.raises(TypeError):
        Money(amount, "EUR")
