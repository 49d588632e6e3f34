# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charging that is paid and invoiced at a register is credited by credit notes of that invoice."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .register import RegisterCase


class InvoicedCase(RegisterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Clara Client"})

    def setUp(self):
        super().setUp()
        self.ev = self.charge_visitor()
        self.bill = self.take(self.ev)

    def sell(self, *lines, **order):
        values = {"partner_id": self.customer.id, "to_invoice": True, **order}
        return self.pay([*self.lines_of(self.bill), *lines], **values)

    def credit_by_hand(self, invoice, price=None):
        """An accountant reverses the invoice, and may lower the charging on it."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Goodwill"})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if price:
            note.invoice_line_ids.filtered("product_id").price_unit = price
        note.action_post()
        return note

    def get_notes(self, invoice):
        """:return: [(type, total)]"""
        notes = invoice.reversal_move_ids.filtered(lambda move: move.state == "posted")
        return notes.mapped(lambda move: (move.move_type, move.amount_total))

    def assert_agrees(self):
        self.assertEqual(self.get_differences(), [])
        self.close()
        self.assertEqual(self.get_differences(), [])


@tagged("post_install", "-at_install")
class TestCreditOfInvoicedOrder(InvoicedCase):
    """Credits of the backend: disputes, prices set again."""

    def setUp(self):
        super().setUp()
        self.invoice = self.sell(self.line(self.coffee, 3.0)).account_move

    def test_dispute_is_credited_on_the_invoice_of_the_register(self):
        self.assertEqual((self.invoice.amount_total, self.invoice.payment_state), (13.20, "paid"))
        self.ev._open_dispute("other", "Slow")._credit_in_part(3.30, "Slow")
        self.assertEqual(self.get_notes(self.invoice), [("out_refund", 3.30)])
        self.env.flush_all()
        self.ev._open_dispute("other", "Slow")._credit_in_full("All of it")
        self.assertEqual(self.get_notes(self.invoice), [("out_refund", 3.30), ("out_refund", 6.60)])
        self.assertEqual(len(self.bill.order_line), 1)
        self.assertEqual((self.ev.billing, self.ev.amount_total), ("void", 0))
        self.assert_agrees()

    def test_credit_note_says_which_money_goes_back(self):
        self.ev._open_dispute("other", "Slow")._credit_in_part(3.30, "Slow")
        [note] = self.invoice.reversal_move_ids
        self.assertEqual(
            (note.partner_id, note.journal_id), (self.customer, self.invoice.journal_id)
        )
        self.assertEqual(note.amount_residual, 3.30)
        bodies = "".join(self.ev.message_ids.mapped("body"))
        self.assertIn(f"Credit note {note.name} gives", bodies)
        self.assertIn("Bank Card", bodies)

    def test_credited_twice_is_refused(self):
        self.ev._open_dispute("other", "Slow")._credit_in_full("All of it")
        with self.assertRaisesRegex(UserError, "cannot be given back here"):
            self.pay(self.refund_of(self.invoice.pos_order_ids))
        self.assertFalse(
            self.ev.charge_ids.filtered(lambda c: c.state == "posted" and c.kind == "charge")
        )

    def test_price_set_again_is_paid_anew(self):
        tariff = self.tariff.copy()
        tariff.component_ids.price = 0.30
        self.ev._open_dispute("price", "0.30 was promised")._rerate(tariff, "True")
        self.assertEqual(self.get_notes(self.invoice), [("out_refund", 9.90)])
        bill = self.take(self.ev)
        order = self.pay(self.lines_of(bill), partner_id=self.customer.id, to_invoice=True)
        self.assertEqual(order.account_move.amount_total, 6.60)
        self.assertEqual((self.ev.billing, self.ev.amount_total), ("paid", 6.60))
        self.assert_agrees()

    def test_credit_note_by_hand_counts(self):
        self.credit_by_hand(self.invoice, 2.00)
        [charge] = self.ev.charge_ids
        self.assertEqual([float(left) for left in charge._get_creditable().values()], [7.00])
        with self.assertRaisesRegex(UserError, "credited already, by"), self.env.cr.savepoint():
            self.pay(self.refund_of(self.invoice.pos_order_ids))
        self.ev._open_dispute("other", "Slow")._credit_in_full("All of it")
        totals = [total for _kind, total in self.get_notes(self.invoice)]
        # with the coffee that was credited by hand
        self.assertAlmostEqual(sum(totals), 9.90 + 2.20)
        self.assert_agrees()

    def test_credited_whole_by_hand_leaves_nothing(self):
        self.credit_by_hand(self.invoice)
        kinds = [kind for kind, _text in self.get_differences()]
        self.assertEqual(len(kinds), 1, kinds)
        self.ev._open_dispute("other", "Slow")._credit_in_full("All of it")
        self.assertEqual(self.get_notes(self.invoice), [("out_refund", 13.20)])
        self.assertEqual(self.ev.billing, "void")
        self.assert_agrees()

    def test_order_invoiced_after_closing_is_credited_on_its_invoice(self):
        other = self.charge_visitor(7002)
        order = self.pay(self.lines_of(self.take(other)), partner_id=self.customer.id)
        self.close()
        order.action_pos_order_invoice()
        other._open_dispute("other", "Slow")._credit_in_full("All of it")
        self.assertEqual(self.get_notes(order.account_move), [("out_refund", 9.90)])
        self.assertEqual(self.get_differences(), [])


@tagged("post_install", "-at_install")
class TestRefundOfInvoicedOrder(InvoicedCase):
    """Refunds at the register."""

    def test_refund_is_a_credit_note_of_the_invoice(self):
        order = self.sell(self.line(self.coffee, 3.0))
        refund = self.pay(self.refund_of(order), partner_id=self.customer.id, to_invoice=True)
        note = refund.account_move
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 13.20))
        self.assertEqual((note.reversed_entry_id, note.amount_residual), (order.account_move, 0))
        self.assertEqual(order.account_move.reversal_move_ids, note)
        self.assertEqual((self.ev.billing, self.ev.amount_total), ("void", 0))
        self.assert_agrees()

    def test_refund_without_an_invoice_is_invoiced_nevertheless(self):
        order = self.sell()
        refund = self.pay(self.refund_of(order), is_refund=False)
        note = refund.account_move
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 9.90))
        self.assertEqual(
            (note.reversed_entry_id, note.partner_id), (order.account_move, self.customer)
        )

    def test_refund_in_the_backend_is_a_credit_note(self):
        order = self.sell()
        refund = order._refund()
        self.env["pos.make.payment"].with_context(active_id=refund.id).create(
            {
                "config_id": self.config.id,
                "amount": refund.amount_total,
                "payment_method_id": self.card.id,
            }
        ).check()
        self.assertEqual(refund.account_move.reversed_entry_id, order.account_move)
        self.assertEqual(self.ev.billing, "void")
        self.assert_agrees()

    def test_refund_of_another_customer_is_refused(self):
        order = self.sell()
        with self.assertRaisesRegex(UserError, "Choose this customer"):
            self.pay(self.refund_of(order), partner_id=self.guest.id)
        self.assertEqual(self.ev.billing, "paid")

    def test_refund_with_other_things_is_refused(self):
        order = self.sell()
        lines = [*self.refund_of(order), self.line(self.coffee, 3.0)]
        with self.assertRaisesRegex(UserError, "on an order of its own"):
            self.pay(lines, partner_id=self.customer.id)
        self.assertEqual(self.ev.billing, "paid")

    def test_refund_after_a_credit_is_refused(self):
        order = self.sell()
        self.ev._open_dispute("other", "Slow")._credit_in_part(3.30, "Slow")
        with self.assertRaisesRegex(UserError, "given back whole"):
            self.pay(self.refund_of(order), partner_id=self.customer.id)

    def test_stay_that_was_settled_with_an_invoice_is_credited_there(self):
        ev = self.charge_kwh(7003)
        self.post()
        order = self.pay(self.lines_of(self.folio), partner_id=self.customer.id, to_invoice=True)
        ev._open_dispute("other", "Slow")._credit_in_part(1.10, "Slow")
        self.assertEqual(self.get_notes(order.account_move), [("out_refund", 1.10)])
        self.assertEqual(len(self.folio.order_line), 1)
        self.assert_agrees()

    def test_session_of_two_lines_is_credited_by_one_credit_note(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 2, "tax_ids": self.tax.copy().ids})
        ]
        other = self.charge_visitor(7002)
        order = self.pay(
            self.lines_of(self.take(other)), partner_id=self.customer.id, to_invoice=True
        )
        other._open_dispute("other", "Slow")._credit_in_full("All of it")
        self.assertEqual(self.get_notes(order.account_move), [("out_refund", 12.10)])
        self.assert_agrees()
