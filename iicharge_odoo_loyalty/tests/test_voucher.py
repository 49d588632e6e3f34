# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Single-purpose vouchers: tax is due when the card is sold, and not again when it is used."""

from datetime import date, timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.iicharge_odoo_loyalty import refusals

from .common import make_program
from .test_prepay import PrepayCase


class VoucherCase(PrepayCase):
    """Gift cards that are sold with the 10 % of charging; tax has an account of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax_account = cls.company._iicharge_get_account("Tax owed", "liability_current")
        lines = cls.tax.invoice_repartition_line_ids | cls.tax.refund_repartition_line_ids
        lines.filtered(lambda line: line.repartition_type == "tax").account_id = cls.tax_account
        cls.gifts.write({"iicharge_voucher": "single", "iicharge_voucher_tax_id": cls.tax.id})
        product = cls.gifts.reward_ids.discount_line_product_id
        cls.deferred = product.with_company(cls.company).property_account_income_id
        cls.income = cls.company.iicharge_product_id.with_company(
            cls.company
        ).property_account_income_id
        cls.since = cls.env["account.move.line"].search([], order="id desc", limit=1).id or 0

    def get_balance(self, account):
        """What was booked on an account since the beginning of the test; credit above zero."""
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("id", ">", self.since),
            ]
        )
        return round(-sum(items.mapped("balance")), 2)

    def assertBooked(self, deferred, tax, income):
        found = [self.get_balance(each) for each in (self.deferred, self.tax_account, self.income)]
        self.assertEqual(found, [deferred, tax, income])


@tagged("post_install", "-at_install")
class TestVoucher(VoucherCase):
    # --- the choice --------------------------------------------------------------------------
    def test_choice_sets_tax_and_account_of_its_products(self):
        products = self.gifts.trigger_product_ids | self.gifts.reward_ids.discount_line_product_id
        self.assertEqual(products.taxes_id, self.tax._iicharge_get_included())
        self.assertEqual(self.deferred.account_type, "liability_current")
        self.assertNotEqual(self.deferred, self.owed)
        self.gifts.iicharge_voucher = "multi"
        self.assertFalse(products.taxes_id)

    def test_choice_is_refused_where_it_cannot_hold(self):
        for values in (
            {"iicharge_voucher_tax_id": False},
            {"company_id": False},
            {"iicharge_voucher_tax_id": self.tax.copy({"amount_type": "fixed"}).id},
        ):
            with self.subTest(values), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.gifts.write(values)
        self.sell()
        with self.assertRaisesRegex(ValidationError, "another program"):
            self.gifts.iicharge_voucher = "multi"

    # --- sold, used, given back ----------------------------------------------------------------
    def test_tax_is_due_at_the_sale_and_not_again_at_use(self):
        card, order = self.sell(11)
        self.assertEqual((order.amount_total, order.amount_tax), (11, 1))
        self.assertBalance(11, card)
        self.close()
        self.assertBooked(10, 1, 0)
        session = self.charge_on(card, kwh=10)
        self.assertEqual((session.billing, session.amount_total), ("paid", 4.95))
        self.assertBalance(6.05, card)
        self.assertBooked(5.5, 1, 4.5)
        invoice = self.get_order(session).invoice_ids
        self.assertEqual(
            (invoice.state, invoice.amount_tax, invoice.amount_total), ("posted", 0, 0)
        )
        self.assertEqual(self.get_differences(), [])

    def test_program_that_is_multi_purpose_is_taxed_at_use(self):
        gifts = self.gifts.copy({"name": "Gifts"})
        gifts.iicharge_voucher = "multi"
        self.config.iicharge_program_id = gifts
        account = gifts.reward_ids.discount_line_product_id.with_company(self.company)
        owed = account.property_account_income_id
        card, order = self.sell(11)
        self.assertEqual(order.amount_tax, 0)
        self.close()
        self.charge_on(card, kwh=10)
        self.assertEqual(self.get_balance(owed), 6.05)
        self.assertBooked(0, 0.45, 4.5)

    def test_rest_that_is_given_back_takes_its_tax_back(self):
        card, _order = self.sell(11)
        self.charge_on(card, kwh=10)
        order = self.pay(self.lines_of(self.give_back(card)))
        self.assertEqual((order.amount_total, round(order.amount_tax, 2)), (-6.05, -0.55))
        self.close()
        self.assertBooked(0, 0.45, 4.5)
        self.assertEqual(self.get_differences(), [])

    def test_refund_of_the_sale_takes_its_tax_back(self):
        card, order = self.sell(11)
        self.pay(self.refund_of(order))
        self.assertBalance(0, card)
        self.close()
        self.assertBooked(0, 0, 0)

    def test_credit_goes_back_on_the_card_with_its_tax(self):
        card, _order = self.sell(11)
        self.close()
        session = self.charge_on(card, kwh=10)
        charge = session.charge_ids
        charge._create_credit("Slow", Decimal(2))
        self.assertBalance(8.25, card)
        self.assertBooked(7.5, 1, 2.5)
        charge._create_credit("Slow")
        session._update_amounts()
        self.assertBalance(11, card)
        self.assertBooked(10, 1, 0)

    def test_rest_at_the_register_is_taxed_there(self):
        """10.00 without tax are due; the card pays 5.50 of 9.90 with their tax."""
        card, _order = self.sell(5.5)
        session = self.charge_on(card, kwh=20)
        self.assertEqual((session.billing, session.amount_total), ("posted", 9.9))
        bill = self.take(session)
        self.assertAlmostEqual(bill.amount_total, 4.4)
        order = self.pay(self.lines_of(bill))
        self.assertEqual((order.amount_total, round(order.amount_tax, 2)), (4.4, 0.4))
        self.close()
        self.assertBooked(0, 0.9, 9)
        self.assertEqual(self.get_differences(), [])

    def test_wallet_is_single_purpose_as_well(self):
        self.wallet.points = 0
        self.program.write({"iicharge_voucher": "single", "iicharge_voucher_tax_id": self.tax.id})
        self.wallet.points = 20
        session = self.charge_prepaid(10)
        self.assertEqual(session.billing, "paid")
        part = self.get_order(session).order_line.filtered("coupon_id")
        self.assertEqual((part.price_total, part.price_subtotal), (-4.95, -4.5))
        self.assertBooked(-4.5, 0, 4.5)

    def test_any_sum_is_paid_whole_without_tax_however_it_is_rounded(self):
        for rounding in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = rounding
            for number, wh in enumerate((1230, 3710, 4444, 7891, 16110), start=1):
                card, _order = self.sell(20)
                session = self.charge_on(card, wh / 1000, number + 100 * len(rounding))
                order = self.get_order(session)
                self.assertEqual((session.billing, order.amount_total), ("paid", 0))
                self.assertEqual(order.invoice_ids.amount_tax, 0)

    # --- what it may pay -----------------------------------------------------------------------
    def test_holder_of_another_fiscal_position_has_paid_the_tax_already(self):
        card, _order = self.sell(11)
        card.partner_id = self.env["res.partner"].create({"name": "Fiona Free"})
        card.partner_id.property_account_position_id = self.make_position()
        self.close()
        session = self.charge_on(card, kwh=10)
        self.assertEqual((session.billing, session.amount_total), ("paid", 4.95))
        self.assertBooked(5.5, 1, 4.5)

    def test_tax_in_the_price_may_be_chosen(self):
        tax = self.tax._iicharge_get_included()
        self.assertTrue(tax.iicharge_excluded_tax_id)
        gifts = self.gifts.copy({"name": "Gifts", "iicharge_voucher": "single"})
        gifts.iicharge_voucher_tax_id = tax
        self.assertTrue(gifts._iicharge_can_pay(self.tax))
        self.assertTrue(gifts._iicharge_can_pay(tax))
        self.assertFalse(gifts._iicharge_can_pay(self.tax.copy({"name": "Other", "amount": 7})))

    def test_charging_with_another_tax_is_refused_at_the_start(self):
        card, _order = self.sell(11)
        token, now = card.iicharge_token_ids, fields.Datetime.now()
        destination = self.env["iicharge.destination.prepaid"]
        destination._check_token(token, self.charger, 1, now)
        self.tariff.component_ids.tax_ids = self.tax.copy({"name": "7 %", "amount": 7})
        with self.assertRaises(refusals.PrepaidOtherTax):
            destination._check_token(token, self.charger, 1, now)
        # begun nevertheless: a register takes payment for all of it
        session = self.charge_on(card, kwh=10)
        self.assertEqual((session.billing, session.amount_total), ("posted", 4.82))
        self.assertBalance(11, card)

    def test_register_takes_it_for_nothing_with_another_tax(self):
        card, _order = self.sell(11)
        reward = self.gifts.reward_ids
        tax = self.tax._iicharge_get_included()

        def use(taxes):
            return self.line(
                reward.discount_line_product_id,
                -3.3,
                taxes=taxes,
                is_reward_line=True,
                reward_id=reward.id,
                coupon_id=card.id,
                reward_identifier_code="reward",
                points_cost=3.3,
            )

        coffee = self.line(self.coffee, 3.0)
        other = self.line(self.coffee, 3.0, taxes=self.tax.copy({"name": "7 %", "amount": 7}))
        for lines in ([other, use(tax)], [coffee, use(self.env["account.tax"])]):
            with self.assertRaisesRegex(UserError, "were sold with the tax"):
                self.pay(lines)
        order = self.pay([coffee, use(tax)])
        self.assertEqual((order.amount_total, order.amount_tax), (0, 0))


@tagged("post_install", "-at_install")
class TestBreakage(VoucherCase):
    """What is left on expired cards becomes income, once."""

    def expire(self, card, days=1):
        card.expiration_date = fields.Date.today() - timedelta(days=days)

    def make_wizard(self, group="accountant", **values):
        wizards = self.env["iicharge.prepaid.expire"].with_user(self.users[group])
        return wizards.create(values)

    def book(self, **values):
        self.make_wizard(**values).action_book()
        return self.env["iicharge.prepaid.breakage"].search([], limit=1)

    def get_income(self):
        return self.get_balance(
            self.company._iicharge_get_account("Income of expired prepaid cards", "income_other")
        )

    def test_single_purpose_card_leaves_its_income_without_tax(self):
        card, _order = self.sell(11)
        self.charge_on(card, kwh=10)
        self.close()
        self.expire(card)
        wizard = self.make_wizard()
        self.assertEqual(wizard.card_ids, card)
        self.assertEqual((wizard.amount_total, wizard.amount_booked), (6.05, 5.5))
        breakage = self.book()
        self.assertEqual(
            (breakage.card_id, breakage.amount_total, breakage.amount_booked), (card, 6.05, 5.5)
        )
        self.assertBalance(0, card)
        self.assertBooked(0, 1, 4.5)
        self.assertEqual(self.get_income(), 5.5)
        self.assertFalse(breakage.move_id.line_ids.tax_ids)
        self.assertFalse(self.make_wizard().card_ids)
        with self.assertRaisesRegex(UserError, "No card"):
            self.make_wizard().action_book()
        self.assertEqual(self.get_differences(), [])

    def test_cents_of_rounding_are_booked_as_well(self):
        """Three uses and the sale are rounded each; nothing stays on the account."""
        card, _order = self.sell(20)
        for number, wh in enumerate((1230, 3710, 7891), start=1):
            self.charge_on(card, wh / 1000, number)
        self.close()
        self.expire(card)
        self.book()
        self.assertEqual(self.get_balance(self.deferred), 0)

    def test_multi_purpose_card_leaves_all_of_it(self):
        gifts = self.gifts.copy({"name": "Gifts"})
        gifts.iicharge_voucher = "multi"
        self.config.iicharge_program_id = gifts
        card, _order = self.sell(11)
        self.close()
        self.expire(card)
        self.assertEqual(self.book().amount_booked, 11)
        self.assertEqual(self.get_income(), 11)
        self.assertBooked(0, 0, 0)

    def test_reversal_gives_the_balance_back_and_it_can_be_booked_again(self):
        card, _order = self.sell(11)
        self.close()
        self.expire(card)
        breakage = self.book()
        reversal = breakage.move_id._reverse_moves([{"date": fields.Date.today()}])
        self.assertBalance(0, card)
        reversal._post()
        self.assertTrue(breakage.is_undone)
        self.assertBalance(11, card)
        self.assertBooked(10, 1, 0)
        for move in breakage.move_id | reversal:
            with self.assertRaisesRegex(UserError, "follow this entry"):
                move.button_draft()
        card.expiration_date = date(2099, 1, 1)
        self.assertFalse(self.make_wizard().card_ids)
        self.expire(card)
        self.assertEqual(self.book().amount_booked, 10)

    def test_part_of_it_is_not_reversed(self):
        card, _order = self.sell(11)
        self.close()
        self.expire(card)
        reversal = self.book().move_id._reverse_moves([{"date": fields.Date.today()}])
        with self.assertRaisesRegex(UserError, "whole or not at all"):
            for item in reversal.line_ids:
                item.with_context(check_move_validity=False).balance /= 2
            reversal._post()

    def test_balance_that_was_given_away_is_taken_off_the_list(self):
        card, _order = self.sell(11)
        self.close()
        gift = self.make_card(500, self.gifts)
        self.expire(card)
        self.expire(gift)
        wizard = self.make_wizard()
        self.assertEqual(wizard.card_ids, card | gift)
        with self.assertRaisesRegex(UserError, "given away"):
            wizard.action_book()
        self.assertBalance(11, card)
        wizard.card_ids -= gift
        wizard.action_book()
        self.assertBalance(0, card)
        self.assertBalance(500, gift)

    def test_card_in_use_or_of_another_company_is_not_booked(self):
        card, _order = self.sell(11)
        self.start(7001, idTag=card.code)
        self.process()
        self.expire(card)
        self.assertFalse(self.make_wizard().card_ids)
        wizard = self.make_wizard(card_ids=[Command.set(card.ids)])
        with self.assertRaisesRegex(UserError, "in use"):
            wizard.action_book()
        other = self.env["res.company"].create({"name": "Other hotel"})
        program = make_program(self.env, other, "gift_card")
        elsewhere = self.make_card(5, program)
        self.expire(elsewhere)
        self.assertNotIn(elsewhere, self.make_wizard().card_ids)

    def test_card_that_expires_later_is_not_booked_ahead(self):
        card, _order = self.sell(11)
        self.close()
        self.expire(card, days=-5)
        later = fields.Date.today() + timedelta(days=30)
        wizard = self.make_wizard(date=later)
        self.assertEqual(wizard.card_ids, card)
        with self.assertRaisesRegex(UserError, "is to come"):
            wizard.action_book()
        self.assertBalance(11, card)

    def test_second_reversal_is_refused(self):
        card, _order = self.sell(11)
        self.close()
        self.expire(card)
        move = self.book().move_id
        move._reverse_moves([{"date": fields.Date.today()}])._post()
        again = move._reverse_moves([{"date": fields.Date.today()}])
        with self.assertRaisesRegex(UserError, "reversed already"):
            again._post()
        self.assertBalance(11, card)

    def test_card_of_all_companies_is_that_of_who_sold_it(self):
        gifts = self.gifts.copy({"name": "Gifts"})
        gifts.iicharge_voucher = "multi"
        self.config.iicharge_program_id = gifts
        card, _order = self.sell(11)
        self.close()
        self.expire(card)
        gifts.company_id = False
        breakages = self.env["iicharge.prepaid.breakage"]
        other = self.env["res.company"].create(
            {"name": "Other hotel", "currency_id": self.company.currency_id.id}
        )
        today = self.site._get_today()
        self.assertEqual(breakages._find_expired(self.company, today), card)
        self.assertFalse(breakages._find_expired(other, today))

    def test_sum_of_other_cards_is_not_told(self):
        other = self.env["res.company"].create({"name": "Other hotel"})
        elsewhere = self.make_card(5, make_program(self.env, other, "gift_card"))
        self.expire(elsewhere)
        with self.assertRaises(AccessError):
            self.make_wizard(card_ids=[Command.set(elsewhere.ids)])

    def test_only_accountants_book(self):
        for group in ("front_desk", "technician"):
            with self.assertRaises(UserError):
                self.make_wizard(group)
