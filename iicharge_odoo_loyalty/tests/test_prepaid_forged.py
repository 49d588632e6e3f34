# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A cashier's client sends amounts that are not those of a card's order."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_prepay import PrepayCase

CENT = 0.01


@tagged("post_install", "-at_install")
class TestForgedTopUps(PrepayCase):
    def test_card_is_not_loaded_for_a_cent(self):
        bill = self.prepay(500)
        [line] = self.lines_of(bill)
        paid = {"amount_total": CENT, "amount_tax": 0, "amount_paid": CENT}
        sums = {"price_subtotal": CENT, "price_subtotal_incl": CENT}
        for lines, order in (
            ([{**line, **sums}], {}),
            ([line], {**paid, "payment": {"amount": CENT}}),
        ):
            with self.assertRaisesRegex(UserError, "but the register says"):
                self.pay(lines, **order)
        self.assertBalance(0, self.card_of(bill))

    def test_line_that_a_call_creates_names_no_card(self):
        card, _order = self.sell()
        values = {"order_id": self.make_stay(self.guest, "102").id, "product_id": self.coffee.id}
        named = {"iicharge_topup_card_id": card.id}
        lines = self.env["sale.order.line"].with_user(self.cashier)
        with self.assertRaisesRegex(AccessError, "set by charging"), self.env.cr.savepoint():
            lines.create({**values, **named})
        by_default = lines.with_context(default_iicharge_topup_card_id=card.id)
        with self.assertRaisesRegex(AccessError, "set by charging"):
            by_default.create(values)

    def test_order_of_a_loaded_card_is_not_written(self):
        card, order = self.sell()
        with self.assertRaisesRegex(UserError, "not changed any more"):
            order.lines.with_user(self.cashier).price_unit = CENT
        self.assertBalance(15, card)

    def test_refund_of_more_than_was_prepaid_is_refused(self):
        card, order = self.sell()
        [line] = self.refund_of(order)
        with self.assertRaises(UserError):
            self.pay([{**line, "price_subtotal": -500, "price_subtotal_incl": -500}])
        self.assertBalance(15, card)

    def test_card_that_pays_more_than_it_loses_is_refused(self):
        gift = self.make_card(10, self.gifts)
        bill = self.prepay(10)
        use = {**self.use(gift, 10), "points_cost": CENT}
        with self.assertRaisesRegex(UserError, "but the register says"):
            self.pay([*self.lines_of(bill), use])
        self.assertBalance(10, gift)

    def test_card_loaded_for_a_cent_is_found(self):
        _card, order = self.sell(500)
        self.assertEqual(self.get_differences(), [])
        self.env.flush_all()
        for query in (
            "UPDATE pos_order SET amount_total = 0.01 WHERE id = %s",
            "UPDATE pos_order_line SET price_subtotal_incl = 0.01 WHERE order_id = %s",
            "UPDATE pos_payment SET amount = 0.01 WHERE pos_order_id = %s",
        ):
            self.env.cr.execute(query, [order.id])
        self.env.invalidate_all()
        [(kind, text)] = self.get_differences()
        self.assertEqual(kind, "register_order")
        self.assertIn("500.00", text)
