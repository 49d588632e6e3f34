# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Define the rows of the reconciliation report, and find them by a query."""

from dataclasses import dataclass

from odoo.tools import formatLang

# Half of the smallest unit of any currency. Stored amounts are rounded: smaller differences come
# from floating point columns.
_TINY = 0.0005


@dataclass(frozen=True)
class Difference:
    """One row of the report.

    :param kind: the check's name
    :param title: the error in a few words
    :param record: the record to open
    :param amount: found less expected, in `currency_id`
    :param text: the finding, and what to do
    """

    kind: str
    title: str
    record: object
    session_id: int | None
    currency_id: int
    amount: float
    text: str


def find(env, check, title, model, text, query, **values):
    """Get a difference for each row of a query; `text` may contain %(expected)s and %(found)s."""
    env.cr.execute(query, {"tiny": _TINY, **values})
    rows = env.cr.fetchall()
    currencies = env["res.currency"].browse({row[4] for row in rows}).grouped("id")
    # together, so that their names are read at once
    records = env[model].browse({row[0] for row in rows}).grouped("id")

    def show(amount, currency_id):
        return formatLang(env, amount or 0, currency_obj=currencies[currency_id])

    return [
        Difference(
            kind=check.__name__,
            title=title,
            record=records[record_id],
            session_id=session_id,
            currency_id=currency_id,
            amount=(found or 0) - (expected or 0),
            text=text
            % {"expected": show(expected, currency_id), "found": show(found, currency_id)},
        )
        for record_id, session_id, expected, found, currency_id in rows
    ]
