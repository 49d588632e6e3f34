# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PrepaidCase


@tagged("post_install", "-at_install")
class TestPrepaidCredit(PrepaidCase):
    def get_owed(self, session):
        order = self.get_order(session)
        items = (order.invoice_ids | session.charge_ids.line_ids.invoice_line_id.move_id).line_ids
        return sum(items.filtered(lambda item: item.account_id == self.owed).mapped("balance"))

    def test_credit_in_full_puts_the_money_back_and_books_it_in_reverse(self):
        session = self.charge_prepaid(20)
        credit = session.charge_ids._create_credit("Slow")
        self.assertEqual(credit.state, "posted")
        self.assertBalance(20)
        note = credit.line_ids.invoice_line_id.move_id
        self.assertEqual((note.move_type, note.state), ("out_refund", "posted"))
        self.assertEqual((note.amount_total, note.amount_untaxed), (0, -0.90))
        self.assertAlmostEqual(self.get_owed(session), 0)
        self.assertAlmostEqual(sum(self.wallet.history_ids.mapped("used")), 0)

    def test_credit_in_part_puts_that_part_back(self):
        session = self.charge_prepaid(20)
        session.charge_ids._create_credit("Slow", Decimal(4))
        self.assertBalance(14.50)
        self.assertAlmostEqual(self.get_owed(session), 5.50)
        session.charge_ids.filtered(lambda c: c.kind == "charge")._create_credit("Still slow")
        self.assertBalance(20)
        self.assertAlmostEqual(self.get_owed(session), 0)

    def test_credit_posted_again_puts_nothing_more_back(self):
        session = self.charge_prepaid(20)
        credit = session.charge_ids._create_credit("Slow")
        credit._post()
        credit.action_retry()
        credit._refund_to_card()
        self.assertBalance(20)

    def test_dispute_that_is_credited_puts_the_money_back(self):
        session = self.charge_prepaid(20)
        session._open_dispute("price", "It said less.")
        session._credit_charges("It was not charging")
        self.post()
        self.assertBalance(20)

    def test_session_rated_again_is_paid_by_the_card_again(self):
        session = self.charge_prepaid(20)
        session._credit_charges("Another price")
        session._set_billing("rated")
        session.energy_wh = 10000
        session._rate_and_charge("dispute")
        self.post()
        self.assertEqual(session.billing, "paid")
        self.assertBalance(15.05)

    def test_credit_takes_what_is_left_to_pay_before_it_puts_back(self):
        self.wallet.points = 5
        session = self.charge_prepaid(20)
        session.charge_ids._create_credit("Slow", Decimal(4))
        self.assertBalance(0)
        self.assertAlmostEqual(self.get_order(session).amount_total, 0.50)
        session.charge_ids.filtered(lambda c: c.kind == "charge")._create_credit("Still slow")
        self.assertBalance(5)
        self.assertAlmostEqual(self.get_order(session).amount_total, 0)

    def test_room_takes_the_session_whole_and_the_card_gets_its_part_back(self):
        self.wallet.points = 5
        session = self.charge_prepaid(20)
        answer = self.register.iicharge_charge_to_room(session.id, self.folio.id)
        self.assertEqual(answer["bill"], self.folio.name)
        self.assertBalance(5)
        self.assertAlmostEqual(self.folio.amount_total, 9.90)
        self.assertEqual(session.billing, "posted")

    def test_register_refund_gives_cash_for_cash_and_card_for_card(self):
        self.wallet.points = 5
        session = self.charge_prepaid(20)
        order = self.pay(self.lines_of(self.take(session)))
        self.assertAlmostEqual(order.amount_total, 4.90)
        back = self.pay(self.refund_of(order))
        self.assertAlmostEqual(back.amount_total, -4.90)
        self.assertEqual(session.billing, "void")
        self.assertBalance(5)
        lines = self.get_order(session).order_line
        self.assertEqual(set(lines.mapped("qty_to_invoice")), {0})

    def test_register_refund_without_the_cards_line_is_refused(self):
        self.wallet.points = 5
        session = self.charge_prepaid(20)
        order = self.pay(self.lines_of(self.take(session)))
        lines = self.refund_of(order)
        with self.assertRaisesRegex(UserError, "goes back on it"):
            self.pay(lines[:1])
        with self.assertRaisesRegex(UserError, "goes back on it"):
            self.pay(lines[1:])
        self.assertBalance(0)
