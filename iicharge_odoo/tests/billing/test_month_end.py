# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Operators' statements."""

from datetime import date, timedelta

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..contract.common import MARCH, MARCH_ENDS, ContractCase

APRIL = date(2025, 4, 30)


@tagged("post_install", "-at_install")
class TestSettlement(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls.env["res.partner"].create({"name": "Volt Operators"})
        cls.site.write({"operator_id": cls.operator.id, "settlement_fee_percent": 10})

    def collect(self, posted_at=MARCH_ENDS - timedelta(hours=1), **values):
        session = self.charge_until(posted_at, self.token.uid, **values)
        self.post()
        self.assertEqual(session.billing, "posted")
        session.charge_ids.posted_at = posted_at
        return session

    def settle(self, month_end=MARCH):
        return self.env["iicharge.settlement"]._prepare_month(self.company, month_end)

    def test_statement_lists_what_was_put_on_bills_in_the_month(self):
        first = self.collect()
        self.collect(MARCH_ENDS)
        settlement = self.settle()
        self.assertEqual(settlement.operator_id, self.operator)
        self.assertEqual(settlement.charge_ids, first.charge_ids)
        # 4.50 and the operator's own 10 %
        self.assertEqual((settlement.collected, settlement.fee_untaxed), (4.95, 0.5))
        self.assertEqual(len(self.settle(APRIL).charge_ids), 1)

    def test_hotels_own_charging_is_on_no_statement(self):
        self.site.operator_id = False
        self.collect()
        self.assertFalse(self.settle())

    def test_charge_is_settled_once(self):
        self.collect()
        settlement = self.settle()
        self.assertFalse(self.settle())
        settlement.action_confirm()
        self.assertFalse(self.settle())
        self.assertFalse(self.settle(APRIL))

    @mute_logger("odoo.sql_db")
    def test_month_has_one_statement_for_an_operator(self):
        self.collect()
        settlement = self.settle()
        with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            settlement.copy()

    def test_later_charges_join_a_draft_but_wait_where_it_is_confirmed(self):
        self.collect()
        settlement = self.settle()
        self.collect(MARCH_ENDS - timedelta(hours=3))
        self.assertEqual(self.settle(), settlement)
        self.assertEqual(settlement.collected, 9.9)
        settlement.action_confirm()
        late = self.collect(MARCH_ENDS - timedelta(hours=5))
        self.assertFalse(self.settle())
        self.assertEqual(settlement.collected, 9.9)
        self.assertEqual(self.settle(APRIL).charge_ids, late.charge_ids)

    def test_confirm_bills_what_is_owed_and_invoices_the_fee(self):
        self.collect(kwh=20)
        settlement = self.settle()
        settlement.with_user(self.users["accountant"]).action_confirm()
        bill, fee = settlement.bill_id, settlement.fee_invoice_id
        product = self.company.iicharge_pass_through_product_id
        self.assertEqual(
            (bill.move_type, bill.state, bill.amount_total), ("in_invoice", "draft", 9.9)
        )
        self.assertEqual(
            bill.invoice_line_ids.account_id,
            product.with_company(self.company).property_account_income_id,
        )
        self.assertFalse(bill.invoice_line_ids.tax_ids)
        self.assertEqual((fee.move_type, fee.amount_untaxed), ("out_invoice", 0.99))
        self.assertEqual(
            fee.invoice_line_ids.tax_ids,
            self.company.iicharge_product_id.taxes_id.filtered(
                lambda tax: tax.company_id == self.company
            ),
        )
        # the account of what is owed is empty again
        invoice = self.folio._create_invoices()
        bill.invoice_date = invoice.invoice_date = date(2025, 4, 1)
        (bill | invoice).action_post()
        owed = self.env["account.move.line"].search(
            [
                ("account_id", "=", bill.invoice_line_ids.account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(sum(owed.mapped("balance")), 0)

    def test_more_credits_than_charges_are_a_refund(self):
        session = self.collect()
        self.settle().action_confirm()
        session._open_dispute("fault", "It failed")._credit_in_full("It did")
        credit = session.charge_ids.filtered(lambda charge: charge.kind == "credit")
        self.assertEqual(credit.state, "posted")
        credit.posted_at = MARCH_ENDS + timedelta(days=1)
        settlement = self.settle(APRIL)
        self.assertEqual(settlement.collected, -4.95)
        settlement.action_confirm()
        self.assertEqual(
            (settlement.bill_id.move_type, settlement.bill_id.amount_total), ("in_refund", 4.95)
        )
        self.assertEqual(settlement.fee_invoice_id.move_type, "out_refund")

    def test_back_to_draft_only_while_nothing_is_booked(self):
        self.collect()
        settlement = self.settle()
        settlement.action_confirm()
        settlement.action_reset()
        self.assertEqual((settlement.state, bool(settlement.bill_id)), ("draft", False))
        settlement.action_confirm()
        settlement.bill_id.invoice_date = APRIL
        settlement.bill_id.action_post()
        with self.assertRaises(UserError):
            settlement.action_reset()

    def test_charge_that_left_its_bill_is_not_settled_by_a_draft(self):
        self.contract.company_id = self.company
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        invoice = self.contract._invoice(MARCH)
        session.charge_ids.posted_at = MARCH_ENDS - timedelta(minutes=1)
        kept = self.collect()
        settlement = self.settle()
        self.assertEqual(settlement.charge_count, 2)
        invoice.unlink()
        settlement.action_confirm()
        self.assertEqual(settlement.charge_ids, kept.charge_ids)
        self.assertEqual(settlement.bill_id.amount_total, 4.95)

    def test_statement_is_printed_with_every_line(self):
        session = self.collect()
        settlement = self.settle()
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "iicharge_odoo.report_settlement", settlement.ids
        )
        text = html.decode()
        for expected in (session.name, "Volt Operators", "March 2025", "4.95", "03/31/2025"):
            self.assertIn(expected, text)

    def test_statements_are_the_accountants_and_the_companys_own(self):
        self.collect()
        settlement = self.settle()
        for group in ("front_desk", "technician"):
            with self.assertRaises(AccessError):
                settlement.with_user(self.users[group]).action_confirm()
        with self.assertRaises(AccessError):
            settlement.with_user(self.users["manager"]).write({"state": "confirmed"})
        elsewhere = self.env["res.company"].create({"name": "Other hotel"})
        self.users["manager"].write(
            {"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id}
        )
        self.assertFalse(
            self.env["iicharge.settlement"].with_user(self.users["manager"]).search([])
        )
