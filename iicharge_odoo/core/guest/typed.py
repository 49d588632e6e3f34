# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Numbers as guests type them on a phone."""

import re
from decimal import Decimal

_NUMBER = re.compile(r"[0-9]{1,7}([.,][0-9]{1,3})?")


def read_number(text: object) -> Decimal | None:
    """Read a number above zero with a comma or a point before its decimals; None: it is none.

    >>> read_number(" 12,50 ")
    Decimal('12.50')
    >>> read_number("-1"), read_number("1e9"), read_number("0")
    (None, None, None)
    """
    typed = str(text or "").strip()
    if not _NUMBER.fullmatch(typed):
        return None
    return Decimal(typed.replace(",", ".")) or None
