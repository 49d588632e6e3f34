# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""At every month's end the books have the revenue of what was supplied by then: invoiced, booked by
a register, or accrued, each once.

`IICHARGE_EXAMPLES` sets how many sequences of months are tried.
"""

import os
import random
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.date_utils import end_of

from ..contract.common import ContractCase
from ..pos.register import RegisterCase

EXAMPLES = int(os.environ.get("IICHARGE_EXAMPLES", "12")) // 4
MONTHS = [date(2025, month, 1) for month in (1, 2, 3)]
STEPS = 12


@tagged("post_install", "-at_install")
class TestAccrualProperty(RegisterCase, ContractCase):
    def test_revenue_is_what_was_supplied_at_every_months_end(self):
        for seed in range(EXAMPLES):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.live(random.Random(seed))
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    # --- the oracle ------------------------------------------------------------------------
    def get_supplied(self, month_end):
        """Sum up what the sessions cost that ended by the month's end, as people know it."""
        sessions = self.env["iicharge.session"].search([("state", "=", "stopped")])
        by_then = sessions.filtered(lambda session: session._get_local_day() <= month_end)
        return round(sum(by_then.mapped("amount_untaxed")), 2)

    def get_revenue(self, month_end):
        """Sum up the income account, as the books have it."""
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.income.id),
                ("parent_state", "=", "posted"),
                ("tax_line_id", "=", False),
                ("date", "<=", month_end),
            ]
        )
        return round(-sum(items.mapped("balance")), 2)

    # --- some months -----------------------------------------------------------------------
    def live(self, chance):
        self.income = self.company.iicharge_product_id.with_company(
            self.company
        ).property_account_income_id
        self.income_before = self.get_revenue(date(2024, 12, 31))
        self.tags = {
            "stay": self.token.uid,
            "contract": "FLEET1",
            "visitor": self.make_token("VISITOR9", group="visitor").uid,
        }
        for month in MONTHS:
            month_end = end_of(month, "month")
            for day in sorted(chance.sample(range(1, 28), STEPS)):
                self.now = datetime(month.year, month.month, day, 12)
                with self.on_day():
                    self.step(chance)
            # the register of the last night closes in the next month, as do some invoices
            self.now = datetime(month_end.year, month_end.month, month_end.day) + timedelta(days=2)
            with self.on_day():
                self.step(chance, ("invoice", "contract", "close"))
                self.company._iicharge_accrue(month_end)
                self.assertEqual(self.get_revenue(month_end), self.get_supplied(month_end))
                self.assertFalse(self.company._iicharge_accrue(month_end))

    @contextmanager
    def on_day(self):
        with (
            patch.object(fields.Datetime, "now", return_value=self.now),
            patch.object(fields.Date, "today", return_value=self.now.date()),
            patch.object(fields.Date, "context_today", return_value=self.now.date()),
        ):
            yield

    def step(self, chance, ways=None):
        ways = ways or (
            *("supply", "supply", "supply", "lock", "invoice", "part", "contract"),
            *("pay", "pay", "close", "credit", "late", "write_off", "cancel"),
        )
        way = chance.choice(ways)
        getattr(self, f"do_{way}")(chance)
        self.post()

    def choose(self, chance, *billings):
        found = self.env["iicharge.session"].search([("billing", "in", billings)], order="id")
        return found.browse(chance.choice(found.ids)) if found else found

    def do_supply(self, chance):
        who = chance.choice(list(self.tags))
        kwh = chance.randint(1000, 30000) / 1000
        self.charge_until(self.now - timedelta(minutes=1), self.tags[who], kwh=kwh)

    def do_lock(self, chance):
        """The guest checks out, or another stay begins."""
        if chance.random() < 0.5:
            self.folio.action_lock()
        else:
            self.folio.action_unlock()

    def do_invoice(self, chance, share=1):
        if not self.folio.order_line.filtered(lambda line: line.qty_to_invoice):
            return
        invoice = self.folio._create_invoices(final=True)
        for line in invoice.invoice_line_ids if share != 1 else ():
            line.quantity *= share
        if chance.random() < 0.8:
            invoice.invoice_date = self.now.date()
            invoice.action_post()

    def do_part(self, chance):
        self.do_invoice(chance, share=chance.choice((0.25, 0.5)))

    def do_contract(self, chance):
        invoice = self.contract._invoice(self.now.date())
        if invoice and chance.random() < 0.8:
            invoice.invoice_date = self.now.date()
            invoice.action_post()

    def do_pay(self, chance):
        session = self.choose(chance, "rated")
        if not session or session.contract_id:
            return
        if not self.config.current_session_id:
            self.config.open_ui()
            self.config.current_session_id.set_opening_control(0, None)
        bill = self.take(session)
        self.pay(self.lines_of(bill))
        self.assertEqual(session.billing, "paid")

    def do_close(self, _chance):
        if self.config.current_session_id:
            self.close()

    def do_credit(self, chance):
        session = self.choose(chance, "posted")
        if session:
            session._open_dispute("price", "The sign said less.")._credit_in_part(
                round(session.amount_untaxed * chance.choice((0.3, 0.5)), 2), "True"
            )

    def do_late(self, chance):
        session = self.choose(chance, "late")
        late = session.charge_ids.filtered(lambda charge: charge.state == "late")
        if late:
            invoice = late._create_late_invoice(self.guest)
            if chance.random() < 0.7:
                invoice.invoice_date = self.now.date()
                invoice.action_post()

    def do_write_off(self, chance):
        session = self.choose(chance, "late")
        session.charge_ids.filtered(lambda charge: charge.state == "late")._write_off("Gone")

    def do_cancel(self, chance):
        """An invoice of late charges or of a company is cancelled; its charges wait again."""
        invoices = self.env["account.move"].search(
            [("invoice_line_ids.iicharge_charge_line_ids", "!=", False), ("state", "=", "draft")],
            order="id",
        )
        if invoices:
            try:
                invoices.browse(chance.choice(invoices.ids)).button_cancel()
            except UserError:
                return
