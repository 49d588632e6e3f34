# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .register import RegisterCase


@tagged("post_install", "-at_install")
class TestRefundCharging(RegisterCase):
    def setUp(self):
        super().setUp()
        self.ev = self.charge_visitor()
        self.bill = self.take(self.ev)
        self.order = self.pay([*self.lines_of(self.bill), self.line(self.coffee, 3.0)])

    def refund(self, lines, **order):
        return self.pay(lines, **order)

    def test_refund_credits_the_session_once(self):
        refund = self.refund(self.refund_of(self.order))
        charge, credit = self.ev.charge_ids.sorted("revision")
        self.assertEqual((charge.state, self.ev.billing), ("credited", "void"))
        self.assertEqual(
            (credit.kind, credit.revision, credit.destination, credit.state),
            ("credit", 2, "pos", "posted"),
        )
        self.assertEqual((credit.amount_total, self.ev.amount_total), (-9.90, 0))
        self.assertEqual(refund.lines.iicharge_charge_line_id, credit.line_ids)
        self.assertIn("test_cashier", self.ev.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "cannot be given back here"):
            self.refund(self.refund_of(self.order))
        self.assertEqual(len(self.ev.charge_ids), 2)

    def test_refund_leaves_nothing_to_invoice(self):
        self.refund(self.refund_of(self.order))
        self.assertEqual(self.bill.order_line.mapped("qty_to_invoice"), [0, 0])
        self.assertEqual(self.bill.amount_total, 0)

    def test_refund_agrees_with_the_books(self):
        self.refund(self.refund_of(self.order))
        self.assertEqual(self.get_differences(), [])
        self.close()
        self.assertEqual(self.get_differences(), [])

    def test_refund_made_in_the_backend_agrees_with_the_books(self):
        self.refund_in_backend()
        self.assertEqual(self.get_differences(), [])

    def test_closing_after_refund_books_nothing(self):
        self.refund(self.refund_of(self.order))
        session = self.close()
        self.assertEqual(self.get_revenue(session.move_id), 0)

    def test_coffee_alone_leaves_the_session_paid(self):
        coffee = self.order.lines.filtered(lambda line: line.product_id == self.coffee)
        lines = [line for line in self.refund_of(self.order) if line["product_id"] != coffee.id]
        self.refund(
            [line for line in lines if line["refunded_orderline_id"] in coffee.ids],
        )
        self.assertEqual(self.ev.billing, "paid")

    def test_part_is_refused_with_the_reason(self):
        line = self.refund_of(self.order)[0]
        for change in ({"qty": -0.5}, {"price_unit": 4.0}):
            with self.subTest(change), self.assertRaisesRegex(UserError, "given back whole"):
                self.refund([{**line, **change}])
        self.assertEqual((self.ev.billing, len(self.ev.charge_ids)), ("paid", 1))

    def test_one_line_of_two_is_refused(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 2, "tax_ids": self.tax.copy().ids})
        ]
        other = self.charge_visitor(7002)
        order = self.pay(self.lines_of(self.take(other)))
        with self.assertRaisesRegex(UserError, "given back whole"):
            self.refund(self.refund_of(order)[:1])
        self.refund(self.refund_of(order))
        self.assertEqual((other.billing, other.amount_total), ("void", 0))

    def test_partly_credited_session_is_refused(self):
        self.ev.charge_ids._create_credit("Slow", Decimal(4))
        with self.assertRaisesRegex(UserError, "given back whole"):
            self.refund(self.refund_of(self.order))

    def test_session_under_dispute_is_refused(self):
        self.ev._open_dispute("other", "Too much")
        with self.assertRaisesRegex(UserError, "under dispute"):
            self.refund(self.refund_of(self.order))

    def refund_in_backend(self):
        refund = self.order._refund()
        refund.add_payment(
            {
                "pos_order_id": refund.id,
                "amount": refund.amount_total,
                "payment_method_id": self.card.id,
            }
        )
        refund.action_pos_order_paid()

    def test_refund_made_in_the_backend_credits_as_well(self):
        self.refund_in_backend()
        self.assertEqual(self.ev.billing, "void")
        self.assertEqual(self.bill.order_line.mapped("qty_to_invoice"), [0, 0])

    def test_money_paid_is_not_refunded_to_a_room(self):
        with self.assertRaisesRegex(UserError, "the way it was paid"):
            self.pay_to_room(self.refund_of(self.order))
