# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Compare the VAT of charging by month and rate: what was charged, what invoices and registers say,
and what the journal has booked.

A document is a posted invoice or credit note, or an order that a register was paid. It belongs to
the month of its accounting date; an order to that of its register's closing entry, and while the
register is open to its own. Amounts are in the company's currency, credits below zero.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..core.conversion import to_decimal
from .vat_sql import ITEMS, OPEN, REGISTER, TAXES

DIGITS = 6
NOTHING = Decimal(0)
# What rounding leaves, see `Document.split_difference`; less than this is floating point.
TINY = Decimal("0.0005")


@dataclass(frozen=True)
class Rate:
    """Taxes that apply together: their percents, and a name for the report."""

    percent: Decimal
    name: str


@dataclass
class Amounts:
    """Sums without tax, and their tax."""

    untaxed: Decimal = NOTHING
    tax: Decimal = NOTHING

    def add(self, untaxed, tax):
        self.untaxed += untaxed
        self.tax += tax

    @property
    def total(self):
        return self.untaxed + self.tax


@dataclass
class Document:
    """The charging under one rate on one document.

    :param allowed: what rounding may leave between its amounts
    :param is_booked: False: a register that is not closed
    """

    model: str
    res_id: int
    month: date
    rate: Rate
    is_booked: bool = True
    allowed: Decimal = TINY
    charged: Amounts = field(default_factory=Amounts)
    invoiced: Amounts = field(default_factory=Amounts)
    booked: Amounts = field(default_factory=Amounts)

    def get_differences(self):
        """Get by how much the invoice differs from the charges, and the journal from the invoice:
        (Decimal, Decimal), without what rounding leaves."""
        return self._compare(self.charged, self.invoiced), self._compare(self.invoiced, self.booked)

    def get_rounding(self):
        """Get what rounding leaves, in all."""
        return self.booked.total - self.charged.total - sum(self.get_differences())

    def _compare(self, wanted, found):
        gaps = (found.untaxed - wanted.untaxed, found.tax - wanted.tax)
        return sum((gap for gap in gaps if abs(gap) > self.allowed), NOTHING)


def get_documents(company, date_from, date_to):
    """Get the `Document`s of a company's charging, in the order of their days."""
    env = company.env
    env.flush_all()
    values = {"company": company.id, "date_from": date_from, "date_to": date_to}
    rates = _Rates(env)
    documents = _get_invoices(env, company, rates, values)
    documents += _get_registers(env, company, rates, values)
    return sorted(documents, key=lambda found: (found.month, -found.rate.percent, found.res_id))


def get_open(company):
    """Get what is charged today and on no document yet. :return: {`Rate`: `Amounts`}"""
    env = company.env
    env.flush_all()
    rates, found = _Rates(env), defaultdict(Amounts)
    for row in _select(env, OPEN, {"company": company.id}):
        found[rates.get(row["taxes"])].add(_exact(row["untaxed"]), _exact(row["tax"]))
    return dict(sorted(found.items(), key=lambda pair: -pair[0].percent))


class _Rates:
    """Looks up taxes once."""

    def __init__(self, env):
        self._env = env
        self._taxes = {row["id"]: row for row in _select(env, TAXES, {})}
        self._known = {}

    def get(self, tax_ids):
        """Get the rate of the taxes of a line; of a group of taxes, that of its taxes."""
        leaves = self.get_leaves(tax_ids)
        if leaves not in self._known:
            percents = sorted((self.get_percent(tax_id) for tax_id in leaves), reverse=True)
            names = [f"{float(percent):g} %" for percent in percents]
            name = " + ".join(names) or self._env._("No tax")
            self._known[leaves] = Rate(sum(percents, NOTHING), name)
        return self._known[leaves]

    def get_leaves(self, tax_ids):
        leaves = set()
        for tax_id in tax_ids or ():
            leaves |= set(self._taxes[tax_id]["children"] or [tax_id])
        return frozenset(leaves)

    def get_percent(self, tax_id):
        tax = self._taxes[tax_id]
        return _exact(tax["amount"]) if tax["amount_type"] in ("percent", "division") else NOTHING


def _select(env, query, values):
    env.cr.execute(query, values)
    return env.cr.dictfetchall()


def _exact(number):
    return to_decimal(number or 0, DIGITS)


# --- invoices --------------------------------------------------------------------------------
def _get_invoices(env, company, rates, values):
    by_move = defaultdict(list)
    for row in _select(env, ITEMS, values):
        by_move[row["move_id"]].append(row)
    return [
        document for rows in by_move.values() for document in _read_invoice(company, rates, rows)
    ]


def _read_invoice(company, rates, rows):
    """Read the items of one move: lines that sell, and items of its taxes."""
    sold = [row for row in rows if row["tax_line_id"] is None]
    found = {}
    for row in sold:
        row["rate"], row["leaves"] = rates.get(row["taxes"]), rates.get_leaves(row["taxes"])
        if row["is_charging"]:
            document = found.setdefault(
                row["rate"],
                Document("account.move", row["move_id"], row["date"].replace(day=1), row["rate"]),
            )
            document.charged.add(_exact(row["charged_untaxed"]), _exact(row["charged_tax"]))
            document.invoiced.add(_exact(row["untaxed"]), _exact(row["tax"]))
            document.booked.add(_exact(row["balance"]), NOTHING)
            document.allowed += _get_allowance(company, row)
    taxed = _get_booked_taxes(rates, sold, [row for row in rows if row["tax_line_id"]])
    for rate, amount in taxed.items():
        found[rate].booked.add(NOTHING, amount)
    return found.values()


def _get_allowance(company, row):
    """A sum of taxes may be rounded in all, and an amount of another currency is rounded again."""
    is_rounded_again = (
        company.tax_calculation_rounding_method == "round_globally"
        or row["currency_id"] != company.currency_id.id
    )
    return _exact(company.currency_id.rounding) * row["lines"] if is_rounded_again else NOTHING


def _get_booked_taxes(rates, sold, items):
    """Get what of the booked taxes is for charging: all of each tax, less that of the other lines.

    :return: {`Rate`: Decimal}
    """
    booked = defaultdict(Decimal)
    for row in items:
        booked[row["tax_line_id"]] += _exact(row["balance"])
    found = {row["rate"]: NOTHING for row in sold if row["is_charging"]}
    for tax_id, amount in booked.items():
        shares = defaultdict(Decimal)
        for row in sold:
            if tax_id in row["leaves"]:
                share = _get_share(rates, row, tax_id)
                if row["is_charging"]:
                    shares[row["rate"]] += share
                else:
                    amount -= share
        if shares:
            largest = max(shares, key=lambda rate: abs(shares[rate]))
            shares[largest] += amount - sum(shares.values())
        for rate, share in shares.items():
            found[rate] += share
    return found


def _get_share(rates, row, tax_id):
    """Get what of the tax of a line is by one of its taxes."""
    whole = sum(map(rates.get_percent, row["leaves"]), NOTHING)
    if len(row["leaves"]) == 1 or not whole:
        return _exact(row["tax"])
    return _exact(row["tax"]) * rates.get_percent(tax_id) / whole


# --- registers -------------------------------------------------------------------------------
def _get_registers(env, company, rates, values):
    found = {}
    for row in _select(env, REGISTER, values):
        rate = rates.get(row["taxes"])
        document = found.setdefault(
            (row["order_id"], rate),
            Document(
                "pos.order",
                row["order_id"],
                row["date"].replace(day=1),
                rate,
                is_booked=row["is_booked"],
            ),
        )
        untaxed, tax = _exact(row["untaxed"]), _exact(row["tax"])
        document.charged.add(_exact(row["charged_untaxed"]), _exact(row["charged_tax"]))
        document.invoiced.add(untaxed, tax)
        if row["is_booked"]:
            document.booked.add(untaxed, tax)
        document.allowed += _get_allowance(company, row)
    return list(found.values())
