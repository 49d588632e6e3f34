# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PrepaidCase


@tagged("post_install", "-at_install")
class TestPrepaidRegister(PrepaidCase):
    """The rest of a session that a card paid in part, and programs on orders with charging."""

    def reward(self, program, amount, taxes=None, card=None):
        """The line that the register adds for a reward."""
        taxes = self.env["account.tax"] if taxes is None else taxes
        reward = program.reward_ids
        return self.line(
            reward.discount_line_product_id,
            -amount,
            taxes=taxes,
            is_reward_line=True,
            reward_id=reward.id,
            coupon_id=card.id if card else False,
            reward_identifier_code="reward",
            points_cost=amount if card else 0,
        )

    # --- the rest of a session ---------------------------------------------------------------
    def take_rest(self):
        self.wallet.points = 5
        self.ev = self.charge_prepaid(20)
        return self.take(self.ev)

    def test_rest_is_paid_with_the_cards_line(self):
        bill = self.take_rest()
        order = self.pay([*self.lines_of(bill), self.line(self.coffee, 3.0)])
        self.assertEqual((order.state, self.ev.billing), ("paid", "paid"))
        self.assertAlmostEqual(order.amount_total, 4.90 + 3.30)
        self.assertBalance(0)
        self.assertEqual(set(bill.order_line.mapped("qty_to_invoice")), {0})

    def test_holder_of_another_fiscal_position_sees_one_sum(self):
        self.holder.property_account_position_id = self.make_position()
        bill = self.take_rest()
        [row] = [
            each
            for each in self.register.iicharge_read_board()["unpaid"]
            if each["id"] == self.ev.id
        ]
        self.assertAlmostEqual(row["amount"], 4.00)
        self.assertAlmostEqual(bill.amount_total, 4.00)
        order = self.pay(self.lines_of(bill), fiscal_position_id=bill.fiscal_position_id.id)
        self.assertAlmostEqual(order.amount_total, 4.00)
        self.assertEqual(self.ev.billing, "paid")
        self.assertEqual(self.get_differences(), [])

    def test_cards_line_belongs_to_the_session_for_the_register(self):
        bill = self.take_rest()
        fields_ = bill.order_line._load_pos_data_fields(self.config)
        rows = bill.order_line.with_user(self.cashier).read(fields_, load=False)
        self.assertEqual({row["iicharge_session_id"] for row in rows}, {self.ev.id})

    def test_cards_line_is_not_left_out_taken_alone_or_changed(self):
        charging, card = self.lines_of(self.take_rest())
        for lines in (
            [charging],
            [card],
            [card, self.line(self.coffee, 5.0)],
            [charging, card, card],
            [charging, {**card, "price_unit": -8.0}],
            [charging, {**card, "qty": 2}],
        ):
            with self.subTest(lines), self.assertRaises(UserError):
                self.pay(lines)
        self.assertEqual(self.ev.billing, "posted")

    def test_cards_line_is_not_taken_a_second_time(self):
        bill = self.take_rest()
        lines = self.lines_of(bill)
        self.pay(lines)
        with self.assertRaises(UserError):
            self.pay([lines[1], self.line(self.coffee, 5.0)])

    def test_room_refusal_names_what_to_do_with_the_cards_part(self):
        with self.assertRaisesRegex(UserError, "paid by prepaid card"):
            self.pay_to_room(self.lines_of(self.take_rest()))
        self.assertEqual(self.ev.billing, "posted")

    # --- programs of the register ------------------------------------------------------------
    def make_discount(self, **reward):
        return self.env["loyalty.program"].create(
            {
                "name": "Ten off",
                "program_type": "promotion",
                "applies_on": "current",
                "trigger": "auto",
                "rule_ids": [Command.create({"minimum_amount": 0})],
                "reward_ids": [
                    Command.create({"discount": 10, "discount_mode": "percent", **reward})
                ],
            }
        )

    def test_discount_on_charging_and_coffee_leaves_the_charging_as_it_is(self):
        ev = self.charge_visitor()
        program = self.make_discount(discount_applicability="order")
        lines = [*self.lines_of(self.take(ev)), self.line(self.coffee, 3.0)]
        order = self.pay([*lines, self.reward(program, 1.20, self.tax)])
        self.assertEqual(ev.billing, "paid")
        self.assertAlmostEqual(order.amount_total, 11.88)
        self.assertAlmostEqual(order.lines[0].price_subtotal, 9.0)

    def test_discount_on_charging_products_only_is_known_by_its_product(self):
        product = self.company.iicharge_product_id
        program = self.make_discount(
            discount_applicability="specific", discount_product_ids=[Command.set(product.ids)]
        )
        ev = self.charge_visitor()
        order = self.pay([*self.lines_of(self.take(ev)), self.reward(program, 0.90, self.tax)])
        self.assertAlmostEqual(order.amount_total, 8.91)
        self.assertEqual(ev.billing, "paid")

    def test_wallet_pays_charging_and_coffee_at_the_register(self):
        ev = self.charge_visitor()
        lines = [*self.lines_of(self.take(ev)), self.line(self.coffee, 3.0)]
        order = self.pay([*lines, self.reward(self.program, 13.20, card=self.wallet)])
        self.assertEqual((order.amount_total, ev.billing), (0, "paid"))
        self.confirm(order, -13.20)
        self.assertBalance(6.80)
        move = self.close().move_id
        owed = move.line_ids.filtered(lambda item: item.account_id == self.owed)
        self.assertAlmostEqual(sum(owed.mapped("balance")), 13.20)

    def test_wallet_pays_a_part_and_the_room_the_rest(self):
        ev = self.charge_visitor()
        lines = [*self.lines_of(self.take(ev)), self.line(self.coffee, 3.0)]
        order = self.pay_to_room([*lines, self.reward(self.program, 10, card=self.wallet)])
        self.confirm(order, -10)
        self.assertBalance(10)
        self.assertAlmostEqual(self.folio.amount_total, 3.20)
        self.assertEqual(ev.billing, "posted")
        invoice = self.folio._create_invoices()
        invoice.action_post()
        owed = invoice.line_ids.filtered(lambda item: item.account_id == self.owed)
        self.assertAlmostEqual(sum(owed.mapped("balance")), 10)

    def test_top_up_is_sold_at_the_register(self):
        top_up = self.program.trigger_product_ids
        order = self.pay([self.line(top_up, 20, taxes=self.env["account.tax"])])
        self.confirm(order, 20)
        self.assertBalance(40)

    def test_gift_card_is_used_by_a_cashier(self):
        from .common import make_program

        program = make_program(self.env, self.company, "gift_card")
        gift = self.make_card(15, program)
        ev = self.charge_visitor()
        lines = self.lines_of(self.take(ev))
        order = self.pay([*lines, self.reward(program, 9.90, card=gift)])
        self.confirm(order, -9.90, gift)
        self.assertBalance(5.10, gift)
        self.assertEqual(ev.billing, "paid")

    def confirm(self, order, points, card=None):
        """What the register sends to the server after the order, as the cashier."""
        card = card or self.wallet
        change = {
            "points": points,
            "program_id": card.program_id.id,
            "coupon_id": card.id,
            "code": card.code,
            "line_codes": ["reward"] if points < 0 else [],
        }
        order.with_user(self.cashier).confirm_coupon_programs({str(card.id): change})

    # --- the panel ---------------------------------------------------------------------------
    def test_number_of_a_card_shows_its_holder_balance_and_cars(self):
        self.start(7001, idTag="PREPAID")
        self.sample(7001, 30, 11000)
        self.process()
        found = self.register.iicharge_find_prepaid("prepaid")
        card = found["card"]
        self.assertEqual((card["holder"], card["program"]), ("Pia Prepaid", self.program.name))
        self.assertIn("20.00", card["balance"])
        self.assertIn("15.05", card["left"])
        self.assertEqual([row["id"] for row in card["running"]], self.session(7001).ids)
        self.assertEqual(found["token"]["uid"], "PREPAID")
        self.assertFalse(card["problem"])

    def test_what_is_left_of_a_card_is_its_balance_less_what_its_cars_cost_so_far(self):
        """A limit also counts what comes until it is checked again; screens do not."""
        self.start(7001, idTag="PREPAID")
        self.sample(7001, 30, 11000, power=11000)
        self.process()
        card = self.register.iicharge_find_prepaid("PREPAID")["card"]
        self.assertIn("20.00", card["balance"])
        self.assertIn("4.95", card["running"][0]["amount"])
        self.assertIn("15.05", card["left"])
        self.assertLess(self.wallet._iicharge_get_available(), 15.05)

    def test_code_of_a_card_finds_it_too(self):
        found = self.register.iicharge_find_prepaid(self.wallet.code)
        self.assertEqual(found["card"]["id"], self.wallet.id)
        self.assertFalse(found["token"])

    def test_empty_card_says_what_to_do(self):
        self.wallet.points = 0
        found = self.register.iicharge_find_prepaid("PREPAID")
        self.assertIn("Top it up", found["card"]["problem"])

    def test_new_card_is_linked_to_a_wallet_of_the_customer(self):
        found = self.register.iicharge_find_prepaid("04:FF:EE:01")
        self.assertEqual(
            (found["uid"], found["token"], found["card"]), ("04:FF:EE:01", False, False)
        )
        (wallet,) = self.register.iicharge_find_wallets(self.holder.id)
        found = self.register.iicharge_link_prepaid("04:FF:EE:01", wallet["id"])
        self.assertEqual(found["card"]["id"], self.wallet.id)
        token = self.env["iicharge.token"]._find(self.company, "04ffee01")
        self.assertEqual((token.loyalty_card_id, token.partner_id), (self.wallet, self.holder))
        self.assertIn("Test_cashier".lower(), self.wallet.message_ids[0].body.lower())

    def test_gift_card_without_a_partner_leaves_a_charging_card_its_holder(self):
        token = self.env["iicharge.token"].create({"uid": "HELD", "partner_id": self.holder.id})
        gift = self.make_card(10)
        gift.partner_id = False
        self.register.iicharge_link_prepaid("HELD", gift.id)
        self.assertEqual((token.loyalty_card_id, token.partner_id), (gift, self.holder))

    def test_card_of_somebody_else_is_not_linked(self):
        other = self.make_card(5, partner=self.guest)
        blocked = self.make_token("LOST", self.wallet)
        blocked.write({"blocked": True, "loyalty_card_id": False})
        for uid, text in (
            ("04A1B2C3", "a room or a company"),
            ("PREPAID", "another prepaid card"),
            ("LOST", "blocked"),
        ):
            with self.subTest(uid), self.assertRaisesRegex(UserError, text):
                self.register.iicharge_link_prepaid(uid, other.id)
        self.prepaid.write({"loyalty_card_id": False, "partner_id": self.holder.id})
        with self.assertRaisesRegex(UserError, "somebody else"):
            self.register.iicharge_link_prepaid("PREPAID", other.id)

    def test_linked_card_is_taken_off_again(self):
        found = self.register.iicharge_unlink_prepaid("PREPAID")
        self.assertFalse(found["card"])
        self.assertFalse(self.prepaid.loyalty_card_id)

    def test_card_that_cannot_pay_is_not_linked(self):
        points = self.env["loyalty.program"].create(
            {"name": "Points", "program_type": "loyalty", "applies_on": "both", "trigger": "auto"}
        )
        with self.assertRaisesRegex(UserError, "cannot pay"):
            self.register.iicharge_link_prepaid("NEW", self.make_card(1, points).id)
