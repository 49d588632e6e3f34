# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iicharge_odoo.core.errors import InvalidInput
from iicharge_odoo.core.rating.shares import split_amount

CENTS = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents).scaleb(-2))


@given(CENTS, st.lists(CENTS, min_size=1, max_size=9).filter(any))
def test_shares_add_up_and_none_is_a_cent_off(amount, weights):
    shares = split_amount(amount, weights, 2)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - amount * weight / sum(weights)) < Decimal("0.01")


def test_odd_cent_goes_to_the_largest_remainder():
    weights = [Decimal("9.00"), Decimal("0.50")]
    assert split_amount(Decimal("3.00"), weights, 2) == [Decimal("2.84"), Decimal("0.16")]


def test_currency_without_decimals_is_shared_in_whole_units():
    assert split_amount(Decimal(10), [Decimal(1), Decimal(1), Decimal(1)], 0) == [4, 3, 3]


@pytest.mark.parametrize(
    ("amount", "weights", "where"),
    [
        (Decimal("-1"), [Decimal(1)], "amount"),
        (Decimal("0.001"), [Decimal(1)], "amount"),
        (Decimal(1), [], "weights"),
        (Decimal(1), [Decimal(-1), Decimal(2)], "weights"),
        (Decimal(1), [Decimal(0)], "weights"),
    ],
)
def test_what_cannot_be_shared_is_refused(amount, weights, where):
    with pytest.raises(InvalidInput) as caught:
        split_amount(amount, weights, 2)
    assert caught.value.where == where
