# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import PrepaidCase, make_program


class PrepayCase(PrepaidCase):
    """Walk-ins prepay on gift cards at the register."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gifts = make_program(
            cls.env,
            cls.company,
            "gift_card",
            # without them no register opens
            mail_template_id=cls.env.ref("loyalty.mail_template_gift_card").id,
            pos_report_print_id=cls.env.ref("loyalty.report_gift_card").id,
        )
        cls.gifts.reward_ids.discount_line_product_id.property_account_income_id = cls.owed
        cls.config.iicharge_program_id = cls.gifts

    def prepay(self, amount=15.0):
        """:return: the order that a register loads"""
        found = self.register.iicharge_prepay(self.connector.id, amount)
        return self.env["sale.order"].browse(found["order_id"])

    def sell(self, amount=15.0):
        """:return: the card, with its money, and the register's order"""
        bill = self.prepay(amount)
        return self.card_of(bill), self.pay(self.lines_of(bill))

    def give_back(self, card):
        found = self.register.iicharge_refund_rest(card.id)
        return self.env["sale.order"].browse(found["order_id"])

    def card_of(self, bill):
        return bill.order_line.iicharge_topup_card_id

    def use(self, card, amount):
        """The line by which a gift card pays at a register."""
        reward = self.gifts.reward_ids
        return self.line(
            reward.discount_line_product_id,
            -amount,
            taxes=self.env["account.tax"],
            is_reward_line=True,
            reward_id=reward.id,
            coupon_id=card.id,
            reward_identifier_code="reward",
            points_cost=amount,
        )

    def charge_on(self, card, kwh=20, transaction_id=7001):
        return self.charge_prepaid(kwh, transaction_id, idTag=card.code)


@tagged("post_install", "-at_install")
class TestPrepay(PrepayCase):
    # --- what is offered ---------------------------------------------------------------------
    def test_prepaying_is_offered_where_a_program_can_pay(self):
        self.assertTrue(self.register.iicharge_read_board()["can"]["prepay"])
        self.gifts.active = False
        self.assertFalse(self.register.iicharge_read_board()["can"]["prepay"])
        with self.assertRaisesRegex(UserError, "no program"):
            self.prepay()

    def test_register_without_a_choice_takes_gift_cards_before_wallets(self):
        self.config.iicharge_program_id = False
        others = self.env["loyalty.program"].search([("program_type", "=", "gift_card")])
        (others - self.gifts).active = False
        self.assertEqual(self.register._iicharge_get_program(), self.gifts)
        self.gifts.active = False
        self.assertEqual(self.register._iicharge_get_program().program_type, "ewallet")
        self.env["loyalty.program"].search([("program_type", "=", "ewallet")]).active = False
        self.assertFalse(self.register._iicharge_get_program())

    def test_energy_is_prepaid_at_its_quote(self):
        found = self.register.iicharge_quote_prepaid(self.connector.id, energy_kwh=20)
        self.assertEqual(found["prepay"], {"amount": 9.90, "energy_kwh": 20})
        self.assertTrue(found["summary"])

    def test_amount_shows_how_far_it_goes(self):
        found = self.register.iicharge_quote_prepaid(self.connector.id, amount=5)
        self.assertEqual(found["prepay"], {"amount": 5, "energy_kwh": 10.1})
        self.assertEqual(found["energy_kwh"]["to"], "10.1")

    def test_card_with_little_on_it_is_quoted_for_what_it_pays(self):
        card, _order = self.sell(5)
        token = card.iicharge_token_ids
        terms = self.register.iicharge_read_card_terms(self.connector.id, token.id)
        self.assertEqual(terms["quote"]["energy_kwh"]["to"], "10.1")
        card.points = 500
        terms = self.register.iicharge_read_card_terms(self.connector.id, token.id)
        self.assertEqual(terms["quote"]["energy_kwh"]["to"], "20")

    def test_amount_that_pays_for_nothing_is_refused(self):
        with self.assertRaisesRegex(UserError, "too little"):
            self.register.iicharge_quote_prepaid(self.connector.id, amount=0.01)
        for amount in (0.99, 0, -5):
            with self.assertRaisesRegex(UserError, "at least"):
                self.prepay(amount)

    # --- paid --------------------------------------------------------------------------------
    def test_card_is_empty_until_it_is_paid(self):
        bill = self.prepay()
        card = self.card_of(bill)
        self.assertBalance(0, card)
        token = card.iicharge_token_ids
        self.assertEqual((token.uid, token.group), (card.code, "visitor"))
        terms = self.register.iicharge_read_card_terms(self.connector.id, token.id)
        self.assertEqual(terms["refusal"]["code"], "prepaid_empty")
        order = self.pay([*self.lines_of(bill), self.line(self.coffee, 3.0)])
        self.assertAlmostEqual(order.amount_total, 18.30)
        self.assertBalance(15, card)
        self.assertEqual((card.history_ids.issued, card.history_ids.used), (15, 0))
        self.assertIn(card.code, order.lines[0].iicharge_text)
        self.assertIn(f"{self.cashier.name} sells", card.message_ids[0].body)
        self.assertFalse(
            self.register.iicharge_read_card_terms(self.connector.id, token.id)["refusal"]
        )

    def test_register_gets_code_and_place(self):
        line = self.prepay().order_line
        [row] = line.with_user(self.cashier).read(
            line._load_pos_data_fields(self.config.id), load=False
        )
        self.assertEqual(row["iicharge_topup_code"], line.iicharge_topup_card_id.code)
        self.assertEqual(row["iicharge_topup_connector_id"], self.connector.id)
        self.assertEqual(row["iicharge_topup_connector_name"], self.connector.display_name)

    def test_code_stays_with_its_card(self):
        card, _order = self.sell()
        with self.assertRaisesRegex(UserError, "own code"):
            self.register.iicharge_unlink_prepaid(card.code)
        self.assertEqual(card.iicharge_token_ids.uid, card.code)

    def test_charging_with_it_is_paid_by_the_card(self):
        card, _order = self.sell()
        session = self.charge_on(card)
        self.assertEqual(session.billing, "paid")
        self.assertBalance(15 - 9.90, card)

    def test_paid_twice_it_is_topped_up_once(self):
        bill = self.prepay()
        self.pay(self.lines_of(bill))
        for config in (self.config, self.other_config):
            lines = self.lines_of(bill)
            reason = config.with_user(self.cashier).iicharge_check_payment(bill.order_line.ids, [])
            self.assertIn("already", reason)
            with self.assertRaisesRegex(UserError, "already"):
                self.pay(lines, config=config)
        with self.assertRaisesRegex(UserError, "already"):
            second = self.prepay()
            self.pay([*self.lines_of(second), *self.lines_of(second)])
        self.assertBalance(15, self.card_of(bill))

    def test_order_sent_twice_tops_up_once(self):
        card, order = self.sell()
        order.action_pos_order_paid()
        self.assertBalance(15, card)

    def test_line_that_was_changed_is_not_taken(self):
        [line] = self.lines_of(self.prepay())
        by_hand = {"sale_order_line_id": False, "sale_order_origin_id": False}
        for change in (
            {"price_unit": 1.5},
            {"qty": 2},
            {"discount": 90},
            {"product_id": self.coffee.id},
            by_hand,
        ):
            with self.subTest(change), self.assertRaises(UserError):
                self.pay([{**line, **change}])

    def test_room_takes_no_prepaid_card(self):
        bill = self.prepay()
        with self.assertRaisesRegex(UserError, "not with the room"):
            self.pay_to_room(self.lines_of(bill))
        self.assertBalance(0, self.card_of(bill))

    def test_gift_card_used_on_the_same_order_still_pays(self):
        gift = self.make_card(10, self.gifts)
        bill = self.prepay()
        order = self.pay([*self.lines_of(bill), self.use(gift, 10)])
        self.assertBalance(0, gift)
        change = {
            "points": -10,
            "program_id": self.gifts.id,
            "coupon_id": gift.id,
            "code": gift.code,
            "line_codes": ["reward"],
        }
        order.with_user(self.cashier).confirm_coupon_programs({str(gift.id): change})
        order.action_pos_order_paid()
        self.assertBalance(0, gift)
        self.assertBalance(15, self.card_of(bill))

    def test_no_offer_counts_what_is_prepaid(self):
        offers = self.env["loyalty.program"].create(
            [
                {
                    "name": program_type,
                    "program_type": program_type,
                    "applies_on": applies_on,
                    "trigger": "auto",
                    "rule_ids": [Command.create({"reward_point_mode": mode})],
                    "reward_ids": [Command.create({"discount": 10, "discount_mode": "percent"})],
                }
                for program_type, applies_on, mode in (
                    ("next_order_coupons", "future", "order"),
                    ("loyalty", "both", "money"),
                    ("promotion", "current", "order"),
                )
            ]
        )
        bill = self.prepay()
        self.assertFalse(bill.coupon_point_ids or offers.coupon_ids)
        self.assertEqual(len(bill.order_line), 1)
        self.assertFalse(bill._get_claimable_rewards())

    # --- left open ---------------------------------------------------------------------------
    def leave_open(self, bill):
        long_ago = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = %s WHERE id = %s", [long_ago, bill.id]
        )
        bill.invalidate_recordset()
        self.env["sale.order"]._gc_iicharge_top_ups()

    def test_unpaid_order_is_given_up_with_its_card(self):
        bill = self.prepay()
        card = self.card_of(bill)
        self.leave_open(bill)
        self.assertEqual(bill.state, "cancel")
        self.assertFalse(
            card.active or card.with_context(active_test=False).iicharge_token_ids.active
        )
        with self.assertRaisesRegex(UserError, "too long"):
            self.pay(self.lines_of(bill))

    def test_card_that_a_guest_had_is_topped_up(self):
        card, _order = self.sell()
        bill = self.env["sale.order"].browse(self.register.iicharge_top_up(card.id, 20)["order_id"])
        self.assertEqual((bill.amount_total, self.card_of(bill)), (20, card))
        self.assertBalance(15, card)
        self.pay(self.lines_of(bill))
        self.assertBalance(35, card)
        for amount in (0, -5):
            with self.assertRaisesRegex(UserError, "above zero"):
                self.register.iicharge_top_up(card.id, amount)

    def test_card_that_a_guest_had_stays_when_its_top_up_is_given_up(self):
        card, _order = self.sell()
        card.points = 0
        self.env.cr.execute(
            "UPDATE loyalty_card SET create_date = create_date - INTERVAL '9 days' WHERE id = %s",
            [card.id],
        )
        card.invalidate_recordset()
        bill = self.env["sale.order"].browse(self.register.iicharge_top_up(card.id, 20)["order_id"])
        self.leave_open(bill)
        self.assertEqual((bill.state, card.active), ("cancel", True))

    def test_paid_order_is_kept(self):
        card, order = self.sell()
        bill = order.lines.sale_order_origin_id
        self.leave_open(bill)
        self.assertEqual((bill.state, card.active), ("sale", True))

    def test_rest_that_was_not_refunded_leaves_the_card_as_it_is(self):
        card, _order = self.sell()
        bill = self.give_back(card)
        self.leave_open(bill)
        self.assertEqual((bill.state, card.active), ("cancel", True))
        self.assertBalance(15, card)

    # --- books -------------------------------------------------------------------------------
    def get_owed(self, moves):
        lines = moves.line_ids.filtered(lambda line: line.account_id == self.owed)
        return -sum(lines.mapped("balance"))

    def test_what_is_prepaid_is_owed_until_it_is_used_or_given_back(self):
        card, _order = self.sell()
        move = self.close().move_id
        self.assertAlmostEqual(self.get_owed(move), 15)
        self.assertFalse(move.line_ids.filtered(lambda line: line.tax_ids or line.tax_line_id))
        session = self.charge_on(card)
        used = self.get_order(session).invoice_ids
        self.assertAlmostEqual(self.get_owed(used), -9.90)
        self.config.open_ui()
        self.config.current_session_id.set_opening_control(0, None)
        self.pay(self.lines_of(self.give_back(card)))
        self.assertAlmostEqual(self.get_owed(self.close().move_id), -5.10)

    def test_reconciliation_agrees_with_what_was_prepaid(self):
        self.env.cr.execute(
            """UPDATE iicharge_session SET stopped_at = stopped_at - interval '1 year'
                WHERE state = 'stopped'"""
        )
        card, _order = self.sell()
        self.charge_on(card)
        self.pay(self.lines_of(self.give_back(card)))
        self.close()
        today = fields.Date.today()
        report = self.env["iicharge.reconciliation"].create(
            {
                "date_from": fields.Date.subtract(today, days=3),
                "date_to": fields.Date.add(today, days=1),
            }
        )
        report.action_check()
        self.assertEqual(report.difference_ids.mapped("explanation"), [])

    def test_invoice_of_a_prepaid_card_books_it_as_owed(self):
        bill = self.prepay()
        order = self.pay(
            self.lines_of(bill), to_invoice=True, partner_id=self.holder.id, state="paid"
        )
        order = self.env["pos.order"].browse(order.id)
        self.assertTrue(order.account_move)
        self.assertAlmostEqual(self.get_owed(order.account_move), 15)

    # --- rights ------------------------------------------------------------------------------
    def test_only_front_desk_sells_prepaid_cards_and_gives_back(self):
        card, _order = self.sell()
        plain = new_test_user(
            self.env,
            login="test_plain_register",
            groups="base.group_user,point_of_sale.group_pos_user",
        )
        config = self.config.with_user(plain)
        for call in (
            lambda: config.iicharge_quote_prepaid(self.connector.id, amount=5),
            lambda: config.iicharge_prepay(self.connector.id, 5),
            lambda: config.iicharge_refund_rest(card.id),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_cashier_who_is_no_front_desk_takes_the_payment(self):
        bill = self.prepay()
        self.cashier = new_test_user(
            self.env,
            login="test_seller_register",
            groups="point_of_sale.group_pos_user,sales_team.group_sale_salesman_all_leads",
        )
        self.pay(self.lines_of(bill))
        self.assertBalance(15, self.card_of(bill))

    def test_code_of_a_card_of_another_company_is_not_shown(self):
        bill = self.prepay()
        order = self.pay(self.lines_of(bill))
        other = self.env["res.company"].create({"name": "Other hotel"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        bill.write({"company_id": other.id, "warehouse_id": warehouse.id})
        for ids in ((bill.order_line.ids, []), ([], order.lines.ids)):
            reason = self.register.iicharge_check_payment(*ids)
            self.assertIn("cannot pay", reason)
            self.assertNotIn(self.card_of(bill).code, reason)
        for lines in (self.lines_of(bill), self.refund_of(order)):
            with self.assertRaisesRegex(UserError, "cannot pay"):
                self.pay(lines)

    def test_card_of_another_company_is_not_given_back(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        program = make_program(self.env, company, "gift_card")
        card = self.make_card(5, program)
        with self.assertRaisesRegex(UserError, "cannot pay"):
            self.give_back(card)
