# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a reconciliation asks, one function for each question.

A check is given the environment and a prepared `Scope`, reads the latter's tables, and gives
back `Difference`s; most do so by `find`, with a query that selects a record's id, its session's,
what was expected, what was found, and their currency. A new one needs a function and a row here.
"""

from .reconciliation_bills import (
    billed_amount,
    line_missing,
    line_not_due,
    line_twice,
    order_cancelled,
    order_line_unknown,
    order_product,
    order_taxes,
)
from .reconciliation_charges import (
    charge_sum,
    charge_twice,
    credit_misplaced,
    credit_too_high,
    credit_too_low,
    session_amount,
    session_endless,
    session_state,
    session_uncharged,
    session_undecided,
)
from .reconciliation_invoices import (
    invoice_amount,
    invoice_cancelled,
    journal_account,
    journal_amount,
    journal_balance,
    register_amount,
    register_and_invoice,
    register_unbooked,
)

CHECKS = [
    session_endless,
    session_undecided,
    session_amount,
    session_uncharged,
    session_state,
    charge_sum,
    charge_twice,
    credit_misplaced,
    credit_too_high,
    credit_too_low,
    line_missing,
    line_twice,
    line_not_due,
    billed_amount,
    order_product,
    order_taxes,
    order_cancelled,
    order_line_unknown,
    invoice_amount,
    invoice_cancelled,
    register_amount,
    register_and_invoice,
    journal_amount,
    register_unbooked,
    journal_balance,
    journal_account,
]
# What an accountant should know of, but may have meant.
INFORMATION = (journal_account,)


def find_differences(scope):
    """:return: what the checks find, in their order"""
    return [difference for check in CHECKS for difference in check(scope.company.env, scope)]
