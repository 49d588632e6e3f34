# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A price of a tariff is what a guest pays, in whichever form the tariff has it."""

from decimal import Decimal

import pytest

from iicharge_odoo.core.rating.breakdown import Money
from iicharge_odoo.core.rating.unit_price import get_unit_price


@pytest.mark.parametrize(
    ("tax_included", "without", "with_tax"),
    [
        (None, "0.5", "0.595"),
        ("NO", "0.5", "0.595"),
        ("YES", "0.4201680672268907563025210084", "0.5"),
        ("N/A", "0.5", "0.5"),
    ],
)
def test_tax_is_added_or_taken_out_once(tax_included, without, with_tax):
    price = get_unit_price(Decimal("0.5"), Decimal(19), tax_included)
    assert price == Money(Decimal(without), Decimal(with_tax))
