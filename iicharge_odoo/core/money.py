# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Amounts that say their currency, for rules that meet more than one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering


@total_ordering
@dataclass(frozen=True)
class Money:
    """An amount in a currency. Two currencies are never added, subtracted or compared.

    :param amount: exact, as a rule rounded to the currency's minor unit
    :param currency: code of ISO 4217
    :raises TypeError: where the amount is no `Decimal`
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"{self.amount!r} is no Decimal")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._read(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._read(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._read(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _read(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"{other!r} does not say its currency, {self} does")
        if other.currency != self.currency:
            raise ValueError(f"{self} and {other} have different currencies: convert one first")
        return other.amount


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum of amounts that all are in that currency.

    :raises ValueError: where one is in another
    """
    return sum(amounts, Money(Decimal(0), currency))
