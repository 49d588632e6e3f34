# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_prepay import PrepayCase


@tagged("post_install", "-at_install")
class TestPrepayRest(PrepayCase):
    """What was prepaid and not used is given back: what was paid in money, once."""

    # --- the rest ----------------------------------------------------------------------------
    def test_rest_is_given_back_once(self):
        card, _order = self.sell()
        self.charge_on(card)
        found = self.register.iicharge_find_prepaid(card.code)["card"]
        self.assertIn("5.10", found["rest"])
        first, second = self.give_back(card), self.give_back(card)
        order = self.pay(self.lines_of(first))
        self.assertAlmostEqual(order.amount_total, -5.10)
        self.assertBalance(0, card)
        self.assertEqual(sum(card.history_ids.mapped("used")), 15)
        with self.assertRaisesRegex(UserError, "Only"):
            self.pay(self.lines_of(second))
        with self.assertRaisesRegex(UserError, "Nothing"):
            self.give_back(card)

    def test_rest_is_not_given_back_while_a_car_charges(self):
        card, _order = self.sell()
        bill = self.give_back(card)
        self.start(7001, idTag=card.code)
        self.process()
        for work in (lambda: self.give_back(card), lambda: self.pay(self.lines_of(bill))):
            with self.assertRaisesRegex(UserError, "A car charges"):
                work()
        self.assertBalance(15, card)

    def test_rest_used_meanwhile_is_not_given_back(self):
        card, _order = self.sell()
        bill = self.give_back(card)
        self.charge_on(card)
        reason = self.register.iicharge_check_payment(bill.order_line.ids, [])
        self.assertIn("Only", reason)
        with self.assertRaisesRegex(UserError, "Only"):
            self.pay(self.lines_of(bill))
        self.assertBalance(5.10, card)

    def test_balance_that_was_not_prepaid_at_front_desk_is_not_paid_out(self):
        self.assertFalse(self.register.iicharge_find_prepaid(self.wallet.code)["card"]["rest"])
        with self.assertRaisesRegex(UserError, "Nothing"):
            self.give_back(self.wallet)
        card, _order = self.sell()
        card.points += 5
        self.assertAlmostEqual(self.give_back(card).amount_total, -15)

    def test_balance_of_a_gift_card_is_not_paid_out_by_way_of_another_card(self):
        gift = self.make_card(10, self.gifts)
        first, second = self.prepay(), self.prepay(10)
        self.pay([*self.lines_of(first), *self.lines_of(second), self.use(gift, 10)])
        self.assertAlmostEqual(self.give_back(self.card_of(first)).amount_total, -9)
        self.assertAlmostEqual(self.give_back(self.card_of(second)).amount_total, -6)

    def test_rest_does_not_pay_for_coffee_on_the_same_order_as_well(self):
        card, _order = self.sell()
        bill = self.give_back(card)
        coffee = [self.line(self.coffee, 3.0), self.use(card, 3.30)]
        with self.assertRaises(UserError):
            self.pay([*self.lines_of(bill), *coffee])
        self.assertBalance(15, card)

    def test_rest_on_a_card_of_a_closed_program_is_still_given_back(self):
        card, _order = self.sell()
        self.gifts.active = False
        self.pay(self.lines_of(self.give_back(card)))
        self.assertBalance(0, card)

    # --- refunds -----------------------------------------------------------------------------
    def test_refund_of_a_card_with_all_its_money_takes_it_off(self):
        card, order = self.sell()
        refund = self.pay(self.refund_of(order))
        self.assertAlmostEqual(refund.amount_total, -15)
        self.assertBalance(0, card)
        card.points = 15  # of another kind: a gift
        self.assertEqual(card._iicharge_get_rest(), 0)
        with self.assertRaises(UserError):
            self.pay(self.refund_of(order))

    def test_refund_of_a_used_card_says_the_way(self):
        card, order = self.sell()
        self.charge_on(card)
        reason = self.register.iicharge_check_payment([], order.lines.ids)
        self.assertIn("Prepaid card", reason)
        with self.assertRaisesRegex(UserError, "Prepaid card"):
            self.pay(self.refund_of(order))
        self.assertBalance(5.10, card)

    def test_refund_marked_as_done_still_takes_the_money_off(self):
        card, order = self.sell()
        top_up = order.lines.iicharge_topup_line_id
        self.pay(self.refund_of(order, iicharge_topup_line_id=top_up.id))
        self.assertBalance(0, card)

    def test_refund_of_a_part_or_of_a_rest_is_refused(self):
        card, order = self.sell()
        [line] = self.refund_of(order)
        with self.assertRaises(UserError):
            self.pay([{**line, "price_unit": 5}])
        back = self.pay(self.lines_of(self.give_back(card)))
        with self.assertRaises(UserError):
            self.pay(self.refund_of(back))
        self.assertBalance(0, card)
