# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iicharge_odoo.core.guest.card_settlement import (
    RequestKind,
    SecuredMoney,
    SettlementRequest,
    find_next_request,
)

HOLD = {"held": Decimal(40), "captures_parts": True, "refunds_parts": True}
FULL = {"held": Decimal(40), "refunds_parts": True}
PAID = {"captured": Decimal(40), "refunds_parts": True}


@pytest.mark.parametrize(
    ("money", "due", "kind", "amount"),
    [
        (HOLD, "11", "capture", "11"),
        ({**HOLD, "captured": Decimal(11)}, "11", "void", "29"),
        (HOLD, "0", "void", "40"),
        (HOLD, "45", "capture", "40"),
        (FULL, "11", "capture", "40"),
        ({**FULL, "captured": Decimal(40)}, "11", "refund", "29"),
        (FULL, "0", "void", "40"),
        (PAID, "11", "refund", "29"),
        (PAID, "0", "refund", "40"),
        ({"captured": Decimal(40)}, "0", "refund", "40"),
        ({**PAID, "refunded": Decimal(29)}, "5", "refund", "6"),
    ],
)
def test_next_request(money, due, kind, amount):
    request = find_next_request(SecuredMoney(**money), Decimal(due))
    assert request == SettlementRequest(RequestKind(kind), Decimal(amount))


@pytest.mark.parametrize(
    ("money", "due"),
    [
        (PAID, "40"),
        (PAID, "45"),
        ({**PAID, "refunded": Decimal(29)}, "11"),
        ({"captured": Decimal(40)}, "11"),
        ({**HOLD, "captured": Decimal(11), "voided": Decimal(29)}, "11"),
        ({**HOLD, "voided": Decimal(40)}, "0"),
    ],
)
def test_nothing_more_to_ask(money, due):
    assert find_next_request(SecuredMoney(**money), Decimal(due)) is None


cents = st.integers(0, 20_000).map(lambda number: Decimal(number) / 100)


@given(cents.filter(bool), cents, st.booleans(), st.booleans())
def test_provider_keeps_what_is_due_in_the_end(amount, due, is_hold, captures_parts):
    money = {"held": amount} if is_hold else {"captured": amount}
    facts = {"captured": Decimal(0), "voided": Decimal(0), "refunded": Decimal(0), **money}
    names = {"capture": "captured", "void": "voided", "refund": "refunded"}
    for _step in range(3):
        found = SecuredMoney(**facts, captures_parts=captures_parts, refunds_parts=True)
        request = find_next_request(found, due)
        if not request:
            break
        assert request.amount > 0
        facts[names[request.kind]] += request.amount
    assert request is None
    assert found.left_of_hold == 0
    assert found.kept == min(amount, due)
