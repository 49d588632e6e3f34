# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a payment provider must do next, so that a guest's card pays what is due and no more.

One rule for all providers, whatever each of them can do:

=============================  ==================================================
what the provider has          next request
=============================  ==================================================
a hold, something is due       capture it: the sum where parts can be captured,
                               else all of the hold
a hold, nothing more is due    void what is left of it
more was captured than is due  refund the rest, where parts can be refunded
the sum that is due            none
=============================  ==================================================
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class RequestKind(StrEnum):
    """What is requested of the provider."""

    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class SecuredMoney:
    """What the provider has of one payment, each sum zero or more, in one currency.

    :param held: what was authorized; zero where the money was paid at once
    :param captured: what was taken of the hold, or paid at once
    :param voided: what was let go of the hold
    :param refunded: what was given back of what was captured
    :param captures_parts: whether a part of a hold can be captured
    :param refunds_parts: whether a part of what was captured can be refunded
    """

    held: Decimal = Decimal(0)
    captured: Decimal = Decimal(0)
    voided: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    captures_parts: bool = False
    refunds_parts: bool = False

    @property
    def left_of_hold(self) -> Decimal:
        """What is neither captured nor voided."""
        return max(self.held - self.captured - self.voided, Decimal(0)) if self.held else Decimal(0)

    @property
    def kept(self) -> Decimal:
        """What the company has of it."""
        return self.captured - self.refunded


@dataclass(frozen=True, slots=True)
class SettlementRequest:
    """A request to the provider: what, and which sum."""

    kind: RequestKind
    amount: Decimal


def find_next_request(money: SecuredMoney, due: Decimal) -> SettlementRequest | None:
    """Find the next request; None where the provider has what is due, or can do no more.

    :param due: what charging has cost, with tax; zero where nothing came of it
    """
    left = money.left_of_hold
    missing = due - money.captured
    if left > 0 and missing > 0:
        amount = min(missing, left) if money.captures_parts else left
        return SettlementRequest(RequestKind.CAPTURE, amount)
    if left > 0:
        return SettlementRequest(RequestKind.VOID, left)
    over = money.kept - max(due, Decimal(0))
    is_all = over == money.captured
    if over > 0 and (money.refunds_parts or is_all):
        return SettlementRequest(RequestKind.REFUND, over)
    return None
