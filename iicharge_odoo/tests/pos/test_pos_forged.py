# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A cashier's client sends amounts that are not those of the order."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .register import RegisterCase

NET, GROSS = 9.00, 9.90
CENT = 0.01


@tagged("post_install", "-at_install")
class TestForgedOrders(RegisterCase):
    def setUp(self):
        super().setUp()
        self.ev = self.charge_visitor()
        self.bill = self.take(self.ev)

    def forge(self, line, **order):
        [honest] = self.lines_of(self.bill)
        return self.pay([{**honest, **line}], **order)

    def assertRefused(self, work, words="but the register says"):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            work()
        self.env.invalidate_all()
        self.assertEqual(self.ev.billing, "posted")

    def create_by_hand(self, line=None, payments=None, **order):
        """Create an order by the external API, as a cashier, and validate it."""
        [honest] = self.lines_of(self.bill)
        data = self.prepare_order([{**honest, **(line or {})}], self.config, state="draft")
        if payments is None:
            payments = [{"amount": GROSS, "payment_method_id": self.card.id}]
        data |= {"payment_ids": list(map(Command.create, payments)), **order}
        del data["access_token"]
        return self.env["pos.order"].with_user(self.cashier).create(data)

    # --- before the payment ------------------------------------------------------------------
    def test_line_and_order_of_a_cent_are_refused(self):
        sums = {"price_subtotal": CENT, "price_subtotal_incl": CENT}
        self.assertRefused(lambda: self.forge(sums))

    def test_order_of_a_cent_with_an_honest_line_is_refused(self):
        paid = {"amount": CENT}
        total = {"amount_total": CENT, "amount_tax": 0, "amount_paid": CENT}
        self.assertRefused(lambda: self.forge({}, payment=paid, **total))

    def test_order_created_by_hand_of_a_cent_is_refused(self):
        cents = [{"amount": CENT, "payment_method_id": self.card.id}]
        order = self.create_by_hand(
            {"price_subtotal_incl": CENT}, cents, amount_total=CENT, amount_paid=CENT
        )
        self.assertRefused(order.action_pos_order_paid)

    def test_order_said_to_be_paid_without_a_payment_is_refused(self):
        order = self.create_by_hand(payments=[], amount_paid=GROSS)
        self.assertRefused(order.action_pos_order_paid)

    def test_order_created_as_paid_is_not(self):
        order = self.create_by_hand(state="paid")
        self.assertEqual(order.state, "draft")
        self.assertRefused(lambda: order.write({"state": "paid"}), "by “Validate”")
        forged = order.with_context(iicharge_under_check=True)
        self.assertRefused(lambda: forged.write({"state": "done"}), "by “Validate”")
        order.action_pos_order_paid()
        self.assertEqual((order.state, self.ev.billing), ("paid", "paid"))

    def test_taxes_set_by_hand_are_refused(self):
        taxes = {
            "currency_id": self.company.currency_id.id,
            "price_unit": NET,
            "discount": 0,
            "quantity": 1,
            "manual_tax_amounts": {
                str(tax.id): {"tax_amount_currency": -8.99, "tax_amount": -8.99}
                for tax in self.bill.order_line.tax_ids
            },
        }
        sums = {"price_subtotal_incl": CENT, "extra_tax_data": taxes}
        self.assertRefused(lambda: self.forge(sums), "as it was charged|but the register says")

    def test_coffee_of_another_sum_is_refused_with_charging_only(self):
        sums = {"price_subtotal": CENT, "price_subtotal_incl": CENT}
        coffee = self.line(self.coffee, 3.0, **sums)
        self.assertRefused(lambda: self.pay([*self.lines_of(self.bill), coffee]))
        self.assertRefused(lambda: self.pay_to_room([coffee]))
        self.assertEqual(self.pay([coffee]).state, "paid")

    def test_refund_of_more_is_refused(self):
        order = self.pay(self.lines_of(self.bill))
        [line] = self.refund_of(order)
        for change in (
            {"price_subtotal_incl": -500.0},
            {"tax_ids": []},
            {"price_unit": 500.0, "price_subtotal": -500.0, "price_subtotal_incl": -550.0},
        ):
            with self.subTest(change), self.assertRaises(UserError), self.env.cr.savepoint():
                self.pay([{**line, **change}])
        self.env.invalidate_all()
        self.assertEqual(self.ev.billing, "paid")

    # --- after the payment -------------------------------------------------------------------
    def test_order_that_is_paid_is_not_written(self):
        order = self.pay([*self.lines_of(self.bill), self.line(self.coffee, 3.0)])
        other = self.pay([self.line(self.coffee, 3.0)])
        lines, payment = order.lines, order.payment_ids
        cashier = order.with_user(self.cashier)
        works = [
            lambda: cashier.write({"amount_total": CENT}),
            lambda: cashier.write({"amount_paid": CENT}),
            lambda: cashier.write({"lines": [Command.create(self.line(self.coffee, -3.0))]}),
            lambda: cashier.write({"payment_ids": [Command.delete(payment.id)]}),
            lambda: lines[0].with_user(self.cashier).write({"price_unit": CENT}),
            lambda: lines[0].with_user(self.cashier).write({"price_subtotal_incl": CENT}),
            lambda: lines[0].with_user(self.cashier).write({"sale_order_line_id": False}),
            lambda: lines[0].with_user(self.cashier).write({"order_id": other.id}),
            lambda: lines[1].with_user(self.cashier).write({"qty": 0}),
            lambda: other.lines.with_user(self.cashier).write({"order_id": order.id}),
            lambda: payment.with_user(self.cashier).write({"amount": CENT}),
            lambda: payment.with_user(self.cashier).unlink(),
            lambda: payment.with_user(self.cashier).create(
                {"pos_order_id": order.id, "amount": -3, "payment_method_id": self.card.id}
            ),
        ]
        for number, work in enumerate(works):
            with self.subTest(number), self.assertRaises(UserError), self.env.cr.savepoint():
                work()
            self.env.invalidate_all()
        self.assertEqual(order.amount_total, sum(order.payment_ids.mapped("amount")))
        self.assertEqual(self.get_differences(), [])

    def test_way_of_payment_may_still_be_changed(self):
        order = self.pay(self.lines_of(self.bill))
        change = {"amount": GROSS, "payment_method_id": self.other_card.id}
        order.with_user(self.cashier).write(
            {"payment_ids": [Command.delete(order.payment_ids.id), Command.create(change)]}
        )
        self.assertEqual(order.payment_ids.payment_method_id, self.other_card)
        self.assertEqual(self.get_differences(), [])

    # --- found afterwards --------------------------------------------------------------------
    def test_what_was_planted_is_found(self):
        order = self.pay([*self.lines_of(self.bill), self.line(self.coffee, 3.0)])
        self.assertEqual(self.get_differences(), [])
        for query in (
            "UPDATE pos_order SET amount_total = 0.01 WHERE id = %s",
            "UPDATE pos_payment SET amount = 0.01 WHERE pos_order_id = %s",
            "DELETE FROM pos_payment WHERE pos_order_id = %s",
        ):
            with self.subTest(query), self.env.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.env.cr.execute(query, [order.id])
                self.env.invalidate_all()
                self.assertEqual(
                    [kind for kind, _text in self.get_differences()], ["register_order"]
                )
                savepoint.rollback()
            self.env.invalidate_all()
