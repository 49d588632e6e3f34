# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Accruals put revenue into the month in which it was earned."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..contract.common import MARCH, MARCH_ENDS, ContractCase

APRIL = date(2025, 4, 30)


@tagged("post_install", "-at_install")
class TestAccrual(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.company.iicharge_product_id.with_company(
            cls.company
        ).property_account_income_id

    def charge_stay(self, stopped_at=MARCH_ENDS - timedelta(hours=1), **values):
        session = self.charge_until(stopped_at, self.token.uid, **values)
        self.post()
        self.assertEqual(session.billing, "posted")
        return session

    def get_revenue(self, first, last):
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.income.id),
                ("parent_state", "=", "posted"),
                # a tax without an account of its own is booked at the income account
                ("tax_line_id", "=", False),
                ("date", ">=", first),
                ("date", "<=", last),
            ]
        )
        return -self.company.currency_id.round(sum(items.mapped("balance")))

    def get_accruals(self, session):
        items = self.env["iicharge.accrual.item"].search([("session_id", "=", session.id)])
        return items.move_id

    def invoice_folio(self, day):
        invoice = self.folio._create_invoices(final=True)
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def test_stay_over_the_months_end_earns_in_both_months(self):
        self.charge_stay(MARCH_ENDS - timedelta(seconds=1))
        self.charge_stay(MARCH_ENDS + timedelta(hours=9), kwh=20)
        move, reversal = self.company._iicharge_accrue(MARCH)
        self.assertEqual((move.date, reversal.date), (MARCH, date(2025, 4, 1)))
        self.assertEqual((move.state, reversal.state), ("posted", "posted"))
        self.assertEqual(reversal.reversed_entry_id, move)
        self.invoice_folio(date(2025, 4, 2))
        self.assertEqual(self.get_revenue(date(2025, 3, 1), MARCH), 4.5)
        self.assertEqual(self.get_revenue(date(2025, 4, 1), APRIL), 9.0)
        accrued = self.company.iicharge_accrual_account_id
        self.assertEqual(accrued.account_type, "asset_current")
        self.assertEqual(
            move.line_ids.filtered(lambda item: item.account_id == accrued).balance, 4.5
        )
        self.assertFalse(move.line_ids.tax_ids)

    def test_what_the_month_has_invoiced_is_not_accrued(self):
        self.charge_stay()
        self.invoice_folio(MARCH)
        self.assertFalse(self.company._iicharge_accrue(MARCH))

    def test_draft_invoice_and_later_invoice_are_accrued(self):
        self.charge_stay()
        draft = self.folio._create_invoices()
        draft.invoice_date = MARCH
        self.assertTrue(self.company._iicharge_get_to_accrue(MARCH))
        draft.invoice_date = date(2025, 4, 1)
        draft.action_post()
        move = self.company._iicharge_accrue(MARCH)[:1]
        self.assertEqual(move.amount_total, 4.5)

    def test_invoice_that_was_reversed_in_the_month_is_accrued(self):
        self.charge_stay()
        invoice = self.invoice_folio(MARCH)
        refund = invoice._reverse_moves([{"invoice_date": MARCH, "date": MARCH}], cancel=True)
        self.assertEqual(refund.state, "posted")
        self.assertTrue(self.company._iicharge_get_to_accrue(MARCH))

    def test_second_run_adds_only_what_is_missing(self):
        first = self.charge_stay()
        move = self.company._iicharge_accrue(MARCH)[:1]
        self.assertFalse(self.company._iicharge_accrue(MARCH))
        late = self.charge_stay(MARCH_ENDS - timedelta(hours=4), kwh=20)
        added = self.company._iicharge_accrue(MARCH)[:1]
        self.assertEqual(added.amount_total, 9.0)
        self.assertEqual(self.get_accruals(first), move)
        self.assertEqual(self.get_accruals(late), added)
        # and it is still not invoiced a month later
        april = self.company._iicharge_accrue(APRIL)[:1]
        self.assertEqual(april.amount_total, 13.5)

    def test_accrual_that_was_cancelled_is_made_again(self):
        self.charge_stay()
        move, reversal = self.company._iicharge_accrue(MARCH)
        move.button_draft()
        self.assertEqual(reversal.state, "draft", "alone it would take the month's income back")
        reversal.button_cancel()
        self.assertEqual(move.state, "cancel")
        self.assertEqual(self.company._iicharge_accrue(MARCH)[:1].amount_total, 4.5)

    def test_accrual_is_posted_again_with_its_reversal(self):
        self.charge_stay()
        move, reversal = self.company._iicharge_accrue(MARCH)
        reversal.button_draft()
        self.assertEqual(move.state, "draft")
        move.action_post()
        self.assertEqual((move.state, reversal.state), ("posted", "posted"))
        self.assertFalse(self.company._iicharge_accrue(MARCH))

    def test_credit_is_accrued_against_its_charge(self):
        session = self.charge_stay()
        session._open_dispute("price", "Too much")._credit_in_part(1.1, "Promised")
        self.assertEqual(self.company._iicharge_accrue(MARCH)[:1].amount_total, 3.5)

    def test_charge_that_was_credited_in_full_books_nothing(self):
        session = self.charge_stay()
        session._open_dispute("fault", "It failed")._credit_in_full("It did")
        self.assertFalse(self.company._iicharge_accrue(MARCH))

    def test_draft_invoice_at_another_account_is_accrued_there(self):
        self.charge_stay()
        other = self.income.copy({"name": "Parking income"})
        self.folio._create_invoices().invoice_line_ids.account_id = other
        move = self.company._iicharge_accrue(MARCH)[:1]
        self.assertIn(other, move.line_ids.account_id)
        self.assertNotIn(self.income, move.line_ids.account_id)

    def test_late_charge_is_accrued_until_it_is_written_off(self):
        self.folio.action_lock()
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1), self.token.uid)
        self.post()
        self.assertEqual(session.billing, "late")
        self.assertEqual(self.company._iicharge_accrue(MARCH)[:1].amount_total, 4.5)
        session.charge_ids._write_off("The guest has left")
        self.company._iicharge_accrue(MARCH)
        self.assertEqual(self.get_revenue(MARCH, MARCH), 0)
        self.assertFalse(self.company._iicharge_accrue(MARCH))

    def test_visitor_who_has_not_paid_is_accrued_once(self):
        uid = self.make_token("VISITOR9", group="visitor").uid
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1), uid)
        self.assertEqual((session.billing, len(session.charge_ids)), ("rated", 0))
        self.assertEqual(self.company._iicharge_accrue(MARCH)[:1].amount_total, 4.5)
        session._move_to_stay(self.folio)
        self.assertFalse(self.company._iicharge_accrue(MARCH))
        self.assertEqual(self.get_revenue(MARCH, MARCH), 4.5)

    def test_what_is_not_charged_is_accrued_as_it_will_be_charged(self):
        """To the cent, for each income account: several lines, taxes and half cents of them."""
        other = self.income.copy({"code": "iic499", "name": "Fees"})
        fee = self.company.iicharge_product_id.copy({"name": "Fee"})
        fee.with_company(self.company).property_account_income_id = other
        self.site.product_ids = [Command.create({"component": "FLAT", "product_id": fee.id})]
        taxes = self.tax | self.tax.copy({"name": "7 % own", "amount": 7})
        uid = self.make_token("VISITOR9", group="visitor").uid
        hours = iter(range(2, 40, 2))
        for with_tax in ("NO", "YES"):
            self.tariff.tax_included = with_tax
            for energy, flat, fee_tax, least in (
                (0.333, 0.335, taxes[1], 0),
                (0.45, 4.495, taxes[0], 0),
                (-0.1, 5.005, taxes[0], 0),
                (0.01, 0.02, taxes[1], 7.77),
            ):
                self.tariff.component_ids = [
                    Command.clear(),
                    Command.create(
                        {"dimension": "ENERGY", "price": energy, "tax_ids": self.tax.ids}
                    ),
                    Command.create({"dimension": "FLAT", "price": flat, "tax_ids": fee_tax.ids}),
                ]
                self.tariff.write(
                    {
                        "has_min_price": bool(least),
                        "min_price_untaxed": least,
                        "min_price_taxed": least,
                    }
                )
                stopped_at = MARCH_ENDS - timedelta(hours=next(hours))
                session = self.charge_until(stopped_at, uid, kwh=7.013)
                with self.subTest(with_tax=with_tax, energy=energy, flat=flat):
                    self.assertIsSold(session)

    def assertIsSold(self, session):
        """Compare what is accrued of a session with its charge once it is made."""
        self.assertEqual((session.billing, len(session.charge_ids)), ("rated", 0))
        found = self.env["iicharge.accrual.item"]._get_open(session, MARCH)
        accrued = [(key.account, round(amount, 6)) for key, amount in found.items()]
        lines = session._create_register_charge(False).line_ids
        sold = [(line._get_income_account(), round(line.amount_untaxed, 6)) for line in lines]
        self.assertTrue(accrued)
        self.assertCountEqual(accrued, sold)

    def test_visitors_who_have_not_paid_are_read_at_once(self):
        uid = self.make_token("VISITOR9", group="visitor").uid
        sessions = self.env["iicharge.session"]
        for hours in (2, 4, 6, 8, 10):
            sessions |= self.charge_until(MARCH_ENDS - timedelta(hours=hours), uid)
        self.env["iicharge.accrual.item"]._get_open(sessions[:1], MARCH)

        def count_queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env["iicharge.accrual.item"]._get_open(some, MARCH)
            return len(found), self.env.cr.sql_log_count - before

        of_one = count_queries(sessions[:1])
        of_all = count_queries(sessions)
        self.assertEqual((of_one[0], of_all[0]), (1, 5))
        self.assertEqual(of_all[1], of_one[1])

    def test_rest_of_a_line_that_was_invoiced_in_part_is_accrued(self):
        self.charge_stay()
        invoice = self.folio._create_invoices()
        invoice.invoice_line_ids.quantity *= 0.4
        invoice.invoice_date = MARCH
        invoice.action_post()
        self.assertEqual(self.company._iicharge_accrue(MARCH)[:1].amount_total, 2.7)
        self.assertEqual(self.get_revenue(date(2025, 3, 1), MARCH), 4.5)

    def test_discount_on_the_bill_is_never_earned(self):
        session = self.charge_stay()
        session.charge_ids.line_ids.sale_line_ids.discount = 20
        self.assertEqual(self.company._iicharge_accrue(MARCH)[:1].amount_total, 3.6)

    def test_goodwill_on_an_invoice_is_not_to_be_invoiced_again(self):
        self.charge_stay()
        invoice = self.invoice_folio(MARCH)
        note = invoice._reverse_moves([{"invoice_date": MARCH, "date": MARCH}])
        note.invoice_line_ids.price_unit = 1.0 / note.invoice_line_ids.quantity
        note.action_post()
        self.assertFalse(self.company._iicharge_accrue(MARCH))

    def test_bill_in_another_currency_is_accrued_in_it(self):
        other = self.env["res.currency"].create(
            {"name": "ZZD", "symbol": "Z", "rounding": 0.01, "rate_ids": []}
        )
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 2, "name": "2025-01-01"}
        )
        self.folio.currency_id = other
        self.charge_stay()
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 4, "name": "2025-04-01"}
        )
        self.charge_until(MARCH_ENDS - timedelta(hours=3))
        move, reversal = self.company._iicharge_accrue(MARCH)
        earned = move.line_ids.filtered(lambda item: item.account_id == self.income)
        self.assertEqual(
            {(item.currency_id, item.amount_currency, item.balance) for item in earned},
            {(other, -9.0, -4.5), (self.company.currency_id, -4.5, -4.5)},
        )
        self.assertEqual(sum((move | reversal).line_ids.mapped("balance")), 0)

    def test_search_is_bounded_by_what_is_open(self):
        invoiced = self.charge_stay()
        self.invoice_folio(MARCH)
        waiting = self.charge_until(MARCH_ENDS - timedelta(hours=3))
        found = self.env["iicharge.accrual.item"]._find_open_sessions(self.company, MARCH)
        self.assertIn(waiting, found)
        self.assertNotIn(invoiced, found)

    def test_contracts_monthly_invoice_of_the_next_month_is_accrued(self):
        self.charge_until(MARCH_ENDS - timedelta(hours=1))
        invoice = self.contract._invoice(MARCH)
        invoice.invoice_date = date(2025, 4, 1)
        invoice.action_post()
        self.company._iicharge_accrue(MARCH)
        self.assertEqual(self.get_revenue(date(2025, 3, 1), MARCH), 4.5)
        self.assertEqual(self.get_revenue(date(2025, 4, 1), APRIL), 0)

    def test_contracts_session_that_waits_for_its_invoice_is_accrued_once(self):
        self.charge_until(MARCH_ENDS - timedelta(hours=1))
        self.assertEqual(self.company._iicharge_accrue(MARCH)[:1].amount_total, 4.5)
        invoice = self.contract._invoice(MARCH)
        invoice.invoice_date = date(2025, 4, 1)
        invoice.action_post()
        self.assertFalse(self.company._iicharge_accrue(MARCH))

    def test_analytic_distribution_follows(self):
        plan = self.env["account.analytic.plan"].create({"name": "Sites"})
        account = self.env["account.analytic.account"].create({"name": "Park", "plan_id": plan.id})
        self.charge_stay()
        self.site.analytic_account_id = account
        self.charge_stay(MARCH_ENDS - timedelta(hours=4), kwh=20)
        move = self.company._iicharge_accrue(MARCH)[:1]
        earned = move.line_ids.filtered(lambda item: item.account_id == self.income)
        self.assertEqual(
            {item.balance: item.analytic_distribution for item in earned},
            {-4.5: False, -9.0: {str(account.id): 100}},
        )

    def test_other_operators_charging_is_never_accrued(self):
        self.site.operator_id = self.env["res.partner"].create({"name": "Volt Operators"})
        self.charge_stay()
        self.assertFalse(self.company._iicharge_accrue(MARCH))

    def test_deposits_and_other_lines_stay_untouched(self):
        room = self.env["product.product"].create({"name": "Room", "type": "service"})
        self.folio.order_line = [
            Command.create({"product_id": room.id, "price_unit": 120, "tax_ids": []})
        ]
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "fixed",
                "fixed_amount": 50,
                "sale_order_ids": self.folio.ids,
            }
        )
        wizard.create_invoices()
        deposit = self.folio.invoice_ids
        deposit.invoice_date = MARCH
        deposit.action_post()
        before = [(line.account_id, line.balance) for line in deposit.line_ids]
        self.charge_stay()
        move = self.company._iicharge_accrue(MARCH)[:1]
        self.assertEqual(move.amount_total, 4.5)
        self.assertEqual(before, [(line.account_id, line.balance) for line in deposit.line_ids])
        final = self.invoice_folio(date(2025, 4, 2))
        self.assertIn(-50, final.invoice_line_ids.filtered("is_downpayment").mapped("price_total"))
        self.assertEqual(self.get_revenue(date(2025, 3, 1), MARCH), 4.5)

    def test_locked_month_is_refused_and_nothing_is_booked(self):
        self.charge_stay()
        self.company.fiscalyear_lock_date = MARCH
        with self.assertRaisesRegex(UserError, "locked"):
            self.company._iicharge_accrue(MARCH)
        self.assertFalse(self.env["account.move"].search([("date", "=", MARCH)]))

    def test_month_that_is_not_over_is_refused(self):
        self.charge_stay()
        self.charge_stay(datetime.now() - timedelta(hours=1))
        with self.assertRaises(UserError):
            self.company._iicharge_accrue(date.today() + timedelta(days=31))

    def make_wizard(self, group):
        wizards = self.env["iicharge.accrual"].with_user(self.users[group])
        with patch.object(fields.Datetime, "now", return_value=MARCH_ENDS + timedelta(days=40)):
            return wizards.create({"month": str(MARCH)})

    def test_wizard_books_the_whole_month_for_accountants_only(self):
        self.charge_stay()
        for group in ("front_desk", "technician"):
            with self.assertRaises(AccessError):
                self.make_wizard(group)
        wizard = self.make_wizard("accountant")
        self.assertEqual((wizard.month_end, wizard.amount_untaxed), (MARCH, 4.5))
        wizard.action_accrue()
        self.assertEqual(self.get_revenue(MARCH, MARCH), 4.5)
        with self.assertRaises(UserError):
            self.make_wizard("accountant").action_accrue()
        with (
            patch.object(fields.Datetime, "now", return_value=MARCH_ENDS - timedelta(minutes=1)),
            self.assertRaises(ValidationError),
        ):
            self.env["iicharge.accrual"].create({"month": str(MARCH)})

    def test_other_companys_month_is_not_closed_by_a_program(self):
        other = self.env["res.company"].create({"name": "Other hotel"})
        for model in ("iicharge.accrual", "iicharge.settlement.make"):
            wizards = self.env[model].with_user(self.users["accountant"])
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                wizards.create({"company_id": other.id})
        wizard = self.env["iicharge.accrual"].with_user(self.users["accountant"])
        wizard = wizard.with_company(self.company).new({"company_id": other.id})
        with patch.object(type(other), "_iicharge_get_to_accrue") as count:
            self.assertEqual(wizard.amount_untaxed, 0)
        count.assert_not_called()

    def test_last_step_of_the_month_accrues_where_it_is_switched_on(self):
        self.charge_stay()
        self.company._iicharge_finish_month(MARCH)
        self.assertFalse(self.env["account.move"].search([("date", "=", MARCH)]))
        self.company.iicharge_accrue_monthly = True
        self.company._iicharge_finish_month(MARCH)
        self.assertEqual(self.get_revenue(MARCH, MARCH), 4.5)
        self.assertEqual(self.company.iicharge_month_done, MARCH)
        # contracts only: all else is done
        self.assertEqual(
            [step.__func__.__name__ for step in self.company._iicharge_get_month_steps(MARCH)],
            ["_invoice"],
        )
