# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PrepaidCase


@tagged("post_install", "-at_install")
class TestPrepaidWallet(PrepaidCase):
    """A wallet that pays for charging is taken from with the order, not by a later call."""

    def setUp(self):
        super().setUp()
        self.ev = self.charge_visitor()
        self.bill = self.take(self.ev)

    def use(self, amount, *more):
        reward = self.program.reward_ids
        line = self.line(
            reward.discount_line_product_id,
            -amount,
            taxes=self.env["account.tax"],
            is_reward_line=True,
            reward_id=reward.id,
            coupon_id=self.wallet.id,
            reward_identifier_code="wallet",
            points_cost=amount,
        )
        return [*self.lines_of(self.bill), *more, line]

    def confirm(self, order, points):
        """What the register sends to the server after the order."""
        change = {
            "points": points,
            "program_id": self.program.id,
            "coupon_id": self.wallet.id,
            "line_codes": ["wallet"],
        }
        return order.with_user(self.cashier).confirm_coupon_programs({str(self.wallet.id): change})

    def test_network_cut_after_the_order_leaves_no_money_on_the_wallet(self):
        order = self.pay(self.use(9.90))
        self.assertEqual((order.amount_total, self.ev.billing), (0, "paid"))
        self.assertBalance(10.10)
        self.assertEqual((self.wallet.history_ids.used, self.wallet.history_ids.issued), (9.90, 0))

    def test_register_that_reports_it_too_takes_nothing_more_and_learns_what_is_left(self):
        order = self.pay(self.use(9.90))
        for _time in range(2):
            answer = self.confirm(order, -9.90)
            self.assertBalance(10.10)
        (update,) = answer["coupon_updates"]
        self.assertEqual((update["id"], round(update["points"], 2)), (self.wallet.id, 10.10))
        self.assertEqual(len(self.wallet.history_ids), 1)

    def test_order_sent_again_takes_nothing_more(self):
        lines = self.use(9.90)
        for _time in range(2):
            self.pay(lines, uuid="again")
        self.assertBalance(10.10)

    def test_wallet_used_elsewhere_meanwhile_pays_nothing(self):
        self.wallet.points = 5
        with self.assertRaisesRegex(UserError, "been used elsewhere"):
            self.pay(self.use(9.90))
        self.assertBalance(5)
        self.assertEqual(self.ev.billing, "posted")

    def test_top_up_in_the_same_order_is_one_sum_with_it(self):
        top_up = self.line(self.program.trigger_product_ids, 20, taxes=self.env["account.tax"])
        order = self.pay(self.use(9.90, top_up))
        self.confirm(order, 20 - 9.90)
        self.assertBalance(30.10)

    def test_order_that_goes_to_the_room_takes_the_wallets_part(self):
        self.pay_to_room(self.use(4))
        self.assertBalance(16)
        self.assertAlmostEqual(self.folio.amount_total, 5.90)

    def test_draft_takes_nothing(self):
        self.pay(self.use(9.90), state="draft")
        self.assertBalance(20)
