# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""How far a sum goes, from quotes for energies."""

from bisect import bisect_right
from decimal import Decimal

# In tenths of a kWh, up to the largest battery.
TENTHS = range(1, 2001)


def get_price(quote):
    """Get the most that it comes to, with tax."""
    return float(quote["price"]["to"]["incl_vat"])


def find_energy(get_quote, amount):
    """Find the most energy that a sum pays for.

    :param get_quote: (kWh) -> the quote for it
    :return: kWh as `Decimal`; None where the sum pays for none
    """

    def get_price_of(tenths):
        return get_price(get_quote(Decimal(tenths) / 10))

    count = bisect_right(TENTHS, amount, key=get_price_of)
    return Decimal(TENTHS[count - 1]) / 10 if count else None
