# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""List the checks of a reconciliation, one function each.

A check takes the environment and a prepared `Scope`, reads the scope's tables and returns
`Difference`s; most by `find`, with a query of (record id, session id, expected amount, found
amount, currency id). A new check needs a function and a row here.
"""

from .reconciliation_bills import (
    billed_amount,
    discounted,
    line_missing,
    line_moved,
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
from .reconciliation_documents import (
    accrual_reversal,
    bill_customer,
    invoice_customer,
    invoice_line_unknown,
    invoice_quantity,
    invoice_unlinked,
)
from .reconciliation_invoices import (
    credited_by_hand,
    invoice_amount,
    invoice_cancelled,
    journal_account,
    journal_amount,
    journal_balance,
    register_amount,
    register_and_invoice,
    register_order,
    register_unbooked,
)
from .reconciliation_ratings import (
    rating_changed,
    session_energy,
    session_reopened,
    session_tariff,
)
from .reconciliation_taxes import invoice_taxes, journal_tax, journal_tax_grid

CHECKS = [
    session_endless,
    session_reopened,
    session_undecided,
    session_energy,
    session_tariff,
    rating_changed,
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
    line_moved,
    line_not_due,
    billed_amount,
    order_product,
    order_taxes,
    order_cancelled,
    order_line_unknown,
    invoice_amount,
    invoice_cancelled,
    invoice_quantity,
    invoice_taxes,
    invoice_customer,
    invoice_unlinked,
    invoice_line_unknown,
    register_amount,
    register_order,
    register_and_invoice,
    journal_amount,
    register_unbooked,
    journal_balance,
    journal_tax,
    journal_tax_grid,
    accrual_reversal,
    journal_account,
    bill_customer,
    credited_by_hand,
    discounted,
]
# Checks whose differences may be on purpose.
INFORMATION = (journal_account, bill_customer, credited_by_hand, discounted)


def find_differences(scope):
    """Run all checks; return their differences in order."""
    return [difference for check in CHECKS for difference in check(scope.company.env, scope)]
