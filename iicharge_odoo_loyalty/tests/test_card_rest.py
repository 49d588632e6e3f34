# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.iicharge_odoo.tests.payment.common import CardCase

from .common import make_program


@tagged("post_install", "-at_install")
class TestCardRest(CardCase):
    """A guest pays 40.00 for what comes to 4.95, and keeps the rest on a prepaid card."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.program = make_program(cls.env, cls.company, "gift_card")
        cls.owed = cls.company._iicharge_get_account("Prepaid balances", "liability_current")
        cls.program.reward_ids.discount_line_product_id.property_account_income_id = cls.owed

    def setUp(self):
        super().setUp()
        self.can_do("full_only", "partial", manually=False)

    def get_requests(self):
        return [request[:2] for request in self.asked]

    def assert_kept(self, payment, session, amount=35.05):
        card, invoice = payment.rest_card_id, payment.rest_move_id
        self.assertAlmostEqual(card.points, amount)
        self.assertEqual(card.history_ids.mapped("issued"), [amount])
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", amount))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(invoice.invoice_line_ids.account_id, self.owed)
        self.assertEqual(-sum(invoice.invoice_line_ids.mapped("balance")), amount)
        transactions = payment.transaction_ids | payment.transaction_ids.child_transaction_ids
        charged = session.charge_ids.line_ids.invoice_line_id.move_id
        items = (transactions.payment_id.move_id | invoice | charged).line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(set(items.mapped("amount_residual")), {0})
        self.assertEqual((payment.state, session.billing), ("settled", "paid"))
        self.assertFalse(self.get_differences(payment))
        self.assertEqual(self.check_books().difference_count, 0)

    def test_form_offers_the_choice_and_refunds_unless_it_is_made(self):
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card")
        values, _action = self.get_fields(page)
        self.assertEqual(values["rest"], "refund")
        payment = self.start_by_card()
        self.charge_to_the_end(payment)
        self.assertEqual(self.get_requests(), [("refund", 35.05)])
        self.assertFalse(payment.rest_card_id)

    def test_choice_is_not_there_where_a_hold_lets_the_rest_go_or_no_card_is_sold(self):
        self.can_do("partial", "partial")
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card")
        self.assertFalse(page.xpath("//input[@name='rest']"))
        self.can_do("full_only", "partial", manually=False)
        self.program.active = False
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card")
        self.assertFalse(page.xpath("//input[@name='rest']"))
        self.assertFalse(self.choose(rest="keep").keeps_rest)

    def test_rest_of_a_sum_that_was_paid_is_kept(self):
        payment = self.start_by_card(rest="keep")
        session = self.charge_to_the_end(payment)
        self.assertEqual(self.get_requests(), [])
        self.assert_kept(payment, session)
        text = self.get_text(self.see(f"/charge/my/{payment.visit_id.key}"))
        self.assertIn(f"35.05 are on prepaid card {payment.rest_card_id.code}.", text)
        self.assertNotIn("come back to your card", text)

    def test_rest_of_a_hold_of_which_no_part_can_be_captured_is_kept(self):
        self.can_do("full_only", "partial")
        payment = self.start_by_card(rest="keep")
        session = self.charge_to_the_end(payment)
        self.assertEqual(self.get_requests(), [("capture", 40)])
        self.assert_kept(payment, session)

    def test_hold_that_is_captured_in_part_leaves_nothing_to_keep(self):
        payment = self.choose(rest="keep")
        self.can_do("partial", "partial")
        self.pay(payment)
        self.advance(payment)
        self.answer_start(payment.visit_id)
        self.charge_to_the_end(payment)
        self.assertEqual(self.get_requests(), [("capture", 4.95), ("void", 35.05)])
        self.assertFalse(payment.rest_card_id)

    def test_code_charges_again_and_uses_up_the_balance(self):
        payment = self.start_by_card(rest="keep")
        self.charge_to_the_end(payment)
        self.status("Available", minutes=70)
        self.process()
        page = self.see(f"/charge/{self.sign.code}/pay?pay=prepaid")
        self.name_stay(page, card=payment.rest_card_id.code)
        visit = self.env["iicharge.guest.visit"].search([], limit=1)
        self.assertEqual(visit.token_id.loyalty_card_id, payment.rest_card_id)

    def test_receipt_by_mail_has_the_code(self):
        payment = self.start_by_card(rest="keep")
        self.charge_to_the_end(payment)
        page = self.see(f"/charge/my/{payment.visit_id.key}")
        values, action = self.get_fields(page, "//form[contains(@action, '/mail')]")
        self.see(action, data={**values, "address": "mia@example.com"})
        mail = self.env["mail.mail"].search([("email_to", "=", "mia@example.com")])
        self.assertIn(payment.rest_card_id.code, mail.body_html)

    def test_charging_that_never_began_gives_all_of_it_back(self):
        payment = self.start_by_card(rest="keep")
        payment.visit_id._cancel()
        payment._wake()
        self.advance(payment)
        self.assertEqual(self.get_requests(), [("refund", 40)])
        self.assertFalse(payment.rest_card_id)
        self.assertFalse(self.get_differences(payment))

    def test_credit_afterwards_goes_to_the_bank_and_the_card_keeps_its_balance(self):
        payment = self.start_by_card(rest="keep")
        session = self.charge_to_the_end(payment)
        session._open_dispute("price", "Too much")
        session.dispute_ids._credit_in_full("The sign said another price")
        self.advance(payment)
        self.assertEqual(self.get_requests(), [("refund", 4.95)])
        self.assertAlmostEqual(payment.rest_card_id.points, 35.05)
        self.assertFalse(self.get_differences(payment))
        self.assertEqual(self.check_books().difference_count, 0)

    def test_rest_that_starts_nothing_is_refunded(self):
        self.program.reward_ids.required_points = 36
        payment = self.start_by_card(rest="keep")
        self.charge_to_the_end(payment)
        self.assertEqual(self.get_requests(), [("refund", 35.05)])

    def test_card_that_cannot_be_booked_is_refunded_and_leaves_nothing(self):
        def refuse(moves):
            raise ValidationError(moves.display_name)

        payment = self.start_by_card(rest="keep")
        session = self.plug_in(payment.visit_id)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.post()
        cards = self.env["loyalty.card"].search_count([])
        self.patch(type(self.env["account.move"]), "action_post", refuse)
        with mute_logger("odoo.addons.iicharge_odoo_loyalty.models.iicharge_card_payment"):
            payment._keep_rest(35.05)
        self.assertEqual(self.env["loyalty.card"].search_count([]), cards)
        self.assertFalse(payment.rest_card_id)
        self.assertTrue(session)

    def test_voucher_of_one_purpose_is_taxed_when_the_rest_is_put_on_it(self):
        voucher = make_program(
            self.env,
            self.company,
            "gift_card",
            iicharge_voucher="single",
            iicharge_voucher_tax_id=self.tax.id,
        )
        self.program.active = False
        payment = self.start_by_card(rest="keep")
        session = self.charge_to_the_end(payment)
        invoice = payment.rest_move_id
        self.assertEqual(payment.rest_card_id.program_id, voucher)
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (35.05, 3.19))
        self.assertEqual(session.billing, "paid")
        self.assertFalse(self.get_differences(payment))

    def test_invoice_that_is_reset_shows_in_the_reconciliation(self):
        payment = self.start_by_card(rest="keep")
        self.charge_to_the_end(payment)
        payment.rest_move_id.button_draft()
        self.assertEqual(self.get_differences(payment), ["captured_other"])

    def test_rest_on_a_card_is_not_refunded_too_whatever_becomes_of_its_invoice(self):
        payment = self.start_by_card(rest="keep")
        self.charge_to_the_end(payment)
        for press in ("button_draft", "button_cancel"):
            getattr(payment.rest_move_id, press)()
            payment._wake()
            self.advance(payment)
            self.assertEqual(self.get_requests(), [], press)
            self.assertAlmostEqual(payment.rest_card_id.points, 35.05)
            self.assertEqual(self.get_differences(payment), ["captured_other"])
