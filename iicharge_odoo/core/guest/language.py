# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The language of a page, by what the browser asks for."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation


def choose_language(accepted: str, offered: Sequence[str], default: str) -> str:
    """Choose the offered language that a browser wants most.

    :param accepted: the header Accept-Language: ``de-CH,de;q=0.9,en;q=0.8``
    :param offered: Odoo's codes: ``en_US``, ``de_DE``
    :param default: where none fits
    """
    for wanted in _read_accepted(accepted):
        whole = wanted.replace("-", "_").casefold()
        exact = [code for code in offered if code.casefold() == whole]
        language = whole.partition("_")[0]
        alike = [code for code in offered if code.partition("_")[0].casefold() == language]
        if exact or alike:
            return (exact or alike)[0]
    return default


def _read_accepted(header: str) -> list[str]:
    found = []
    for part in header.split(","):
        name, _, weight = part.partition(";")
        try:
            quality = Decimal(weight.strip().removeprefix("q=") or 1)
        except InvalidOperation:
            quality = Decimal(0)
        if name.strip() and quality.is_finite() and quality > 0:
            found.append((quality, name.strip()))
    return [name for _quality, name in sorted(found, key=lambda entry: -entry[0])]
