# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

from .common import CardCase


@tagged("post_install", "-at_install")
class TestCardFlows(CardCase):
    def assert_books(self, payment, session, partner=None):
        """The invoice is paid, nothing is left open, and all reconciliations are empty."""
        invoice = session.charge_ids.line_ids.invoice_line_id.move_id
        self.assertEqual(len(invoice), 1)
        self.assertEqual(invoice.state, "posted")
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        walk_in = self.env.ref("iicharge_odoo.partner_walk_in")
        self.assertEqual(invoice.partner_id, partner or walk_in)
        transactions = payment.transaction_ids
        transactions |= transactions.child_transaction_ids
        items = (transactions.payment_id.move_id | invoice).line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(set(items.mapped("amount_residual")), {0})
        self.assertEqual(session.billing, "paid")
        self.assertEqual(payment.state, "settled")
        self.assertFalse(payment.next_at)
        self.assertFalse(self.get_differences(payment))
        self.assertEqual(self.check_books().difference_count, 0)

    def test_hold_takes_what_was_charged_and_lets_the_rest_go(self):
        payment = self.start_by_card()
        self.assertEqual((payment.state, payment.is_hold), ("started", True))
        self.assertFalse(payment.transaction_ids.payment_id)
        session = self.charge_to_the_end(payment)
        self.assertEqual(session.destination, "card")
        self.assertEqual(
            [request[:2] for request in self.asked], [("capture", 4.95), ("void", 35.05)]
        )
        # each reference was kept before the provider was asked with it
        self.assertEqual(self.committed, [request[2] for request in self.asked])
        self.assertEqual(payment.transaction_ids.filtered("child_transaction_ids").state, "done")
        self.assert_books(payment, session)
        text = self.get_text(self.see(f"/charge/my/{payment.visit_id.key}"))
        self.assertIn("4.95 were taken from your card.", text)
        self.assertIn("35.05 are released.", text)

    def test_fixed_sum_gives_the_rest_back(self):
        self.can_do("full_only", "partial", manually=False)
        payment = self.start_by_card(guest_name="Mia Chen", guest_email="mia@example.com")
        self.assertFalse(payment.is_hold)
        session = self.charge_to_the_end(payment)
        self.assertEqual([request[:2] for request in self.asked], [("refund", 35.05)])
        self.assert_books(payment, session, payment.partner_id)
        self.assertEqual(payment.partner_id.email, "mia@example.com")
        booked = payment.transaction_ids | payment.transaction_ids.child_transaction_ids
        self.assertEqual(booked.payment_id.partner_id, payment.partner_id)
        text = self.get_text(self.see(f"/charge/my/{payment.visit_id.key}"))
        self.assertIn("35.05 come back to your card", text)

    def count_receipts(self, **typed):
        """Charge with an address. :return: the addresses that the receipt went to"""
        self.site.write({"quiet_from": 0, "quiet_until": 0})
        payment = self.start_by_card(guest_email="Mia@example.com", **typed)
        mails = self.env["mail.mail"].search([])
        session = self.charge_to_the_end(payment)
        notices = self.env["iicharge.guest.notice"]
        notices._write_due([one for one in notices._find_due() if one == session.id])
        return (self.env["mail.mail"].search([]) - mails).mapped("email_to")

    def test_receipt_goes_to_the_address_of_who_has_ticked_it(self):
        self.assertEqual(self.count_receipts(notify="1"), ["mia@example.com"])

    def test_receipt_goes_to_no_address_that_was_given_for_the_invoice_alone(self):
        self.assertEqual(self.count_receipts(), [])

    def test_receipt_that_is_wanted_needs_an_address(self):
        self.assertFalse(self.choose(guest_name="Mia Chen", guest_email="mia", notify="1"))
        self.assertIn("This is no e-mail address", self.get_text(self.page))
        [name] = self.page.xpath("//input[@name='guest_name']/@value")
        self.assertEqual(name, "Mia Chen")
        self.assertTrue(self.choose(guest_name="Mia Chen"))

    def test_hold_of_which_no_part_can_be_captured_is_taken_and_given_back_in_part(self):
        self.can_do("full_only", "partial")
        payment = self.start_by_card()
        session = self.charge_to_the_end(payment)
        self.assertEqual(
            [request[:2] for request in self.asked], [("capture", 40), ("refund", 35.05)]
        )
        self.assert_books(payment, session)

    def test_credit_after_the_capture_goes_back_to_the_card(self):
        payment = self.start_by_card()
        session = self.charge_to_the_end(payment)
        session._open_dispute("price", "Too much")
        session.dispute_ids._credit_in_full("The sign said another price")
        self.advance(payment)
        self.assertEqual(self.asked[-1][:2], ("refund", 4.95))
        self.assertEqual(payment.state, "settled")
        self.assertFalse(self.get_differences(payment))
        self.assertEqual(self.check_books().difference_count, 0)

    def test_provider_that_gives_nothing_back_is_not_offered(self):
        self.can_do(None, "full_only")
        page = self.see(f"/charge/{self.sign.code}")
        self.assertFalse(page.xpath("//input[@name='pay'][@value='card']"))
        self.can_do(None, "partial")
        page = self.see(f"/charge/{self.sign.code}")
        self.assertTrue(page.xpath("//input[@name='pay'][@value='card']"))

    def test_charging_stops_before_the_sum_is_used_up(self):
        self.site.write({"card_amounts": "5, 40"})
        payment = self.start_by_card(amount="5")
        session = self.plug_in(payment.visit_id)
        limit = payment.visit_id.token_id.limit_amount
        # a minute at 22 kW for 0.495 a kWh
        self.assertAlmostEqual(limit, 5 - 22 / 60 * 0.495, 2)
        self.assertIn(session.id, session._find_limited())
        session._stop_at_own_limit(session.ids)
        self.assertFalse(session.limit_stop_at)
        self.sample(9001, 60, 1000 + 9800, power=11000)
        self.process()
        session._stop_at_own_limit(session.ids)
        self.assertTrue(session.limit_stop_at)
        self.assertTrue(session.desired_state_ids)

    def test_limit_by_money_is_never_above_what_the_card_has_agreed_to(self):
        payment = self.start_by_card()
        session = self.plug_in(payment.visit_id)
        token, most = session.token_id, payment.amount_to_use
        path = f"/charge/my/{payment.visit_id.key}"
        self.assertIn("Stops by itself at", self.get_text(self.see(path)))
        values, action = self.get_fields(self.see(f"{path}?ask=limit"), "//form[@id='limit']")
        self.assertEqual(values["by"], "none")
        values["by"] = "amount"
        text = self.get_text(self.see(action, data={**values, "amount": "40"}))
        self.assertIn("At most", text)
        self.see(action, data={**values, "amount": "10"})
        self.assertEqual(token.limit_amount, 10)
        self.see(action, data={**values, "by": "energy", "kwh": "20"})
        self.assertEqual((token.limit_wh, token.limit_amount), (20000, most))
        self.see(action, data={**values, "by": "none"})
        self.assertEqual(token.limit_amount, most)
        # front desk changes no more of it than the guest
        token._set_limits(limit_amount=500)
        self.assertEqual(token.limit_amount, most)

    def test_limits_of_the_first_page_come_with_the_payment(self):
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card&by=amount&sum=7")
        values, action = self.get_fields(page)
        self.see(action, data={**values, "amount": "40"})
        payment = self.env["iicharge.card.payment"].search([], limit=1)
        self.assertEqual((payment.amount, payment.limit_amount), (40, 7))
        self.pay(payment)
        self.advance(payment)
        self.assertEqual(payment.visit_id.token_id.limit_amount, 7)

    def test_charging_stops_before_the_hold_expires(self):
        payment = self.start_by_card()
        session = self.plug_in(payment.visit_id)
        self.assertFalse(session._get_limit_reason())
        payment.hold_until = "2020-01-01"
        self.assertIn("expires", session._get_limit_reason())
        kinds = self.env["iicharge.alert.kind"]
        self.assertIn(payment, kinds._find_card_hold(self.company))
