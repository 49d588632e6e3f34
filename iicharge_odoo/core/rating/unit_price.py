# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the price of a unit is without and with tax."""

from decimal import Decimal
from fractions import Fraction

from ..exact import to_decimal
from .breakdown import Money
from .plan import TAX_INCLUDED, TAX_NOT_APPLICABLE


def get_unit_price(price: Decimal, tax_percent: Decimal, tax_included: str | None) -> Money:
    """Return a price of a tariff without and with tax, unrounded.

    :param price: as the tariff has it: of a kWh, an hour or a session
    :param tax_percent: all taxes together
    :param tax_included: of the tariff (TaxIncluded of OCPI 2.3.0)
    """
    if tax_included == TAX_NOT_APPLICABLE:
        return Money(price, price)
    factor = 1 + Fraction(tax_percent) / 100
    if tax_included == TAX_INCLUDED:
        return Money(to_decimal(Fraction(price) / factor), price)
    return Money(price, to_decimal(Fraction(price) * factor))
