# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..payment.common import CardCase
from .common import WaitingCase


@tagged("post_install", "-at_install")
class TestWaitingCard(WaitingCase, CardCase):
    """Who waits without a room pays with a card; the processor starts, and has no cookie."""

    def setUp(self):
        super().setUp()
        self.place = self.wait("Ada", email="ada@example.com")
        self.free()

    def test_guest_to_whom_it_was_offered_pays_and_starts(self):
        self.see(f"/charge/wait/{self.place.key}")
        offer = self.place.reservation_id
        offer.expires_at = fields.Datetime.now() + timedelta(minutes=1)
        payment = self.choose()
        self.assertEqual(payment.waiting_id, self.place)
        self.assertEqual(offer.expires_at, payment.pay_until, "kept while the guest pays")
        self.opener.cookies.clear()
        self.pay(payment)
        self.advance_payment(payment)
        self.assertEqual(payment.state, "started")
        token = payment.visit_id.token_id
        self.assertEqual((token, token.card_payment_id), (offer.token_id, payment))
        self.answer_start(payment.visit_id)
        self.plug_in(payment.visit_id, minutes_ago=0)
        self.assertEqual(self.place.state, "claimed")
        self.assertEqual(payment.session_id.reservation_id, offer)

    def test_others_cannot_pay_there(self):
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card")
        values, action = self.get_fields(page)
        text = self.get_text(self.see(action, data={**values, "amount": "40"}))
        self.assertIn("Somebody was faster", text)
        self.assertFalse(self.env["iicharge.card.payment"].search([]))

    def test_who_pays_too_late_starts_nothing_and_gets_the_money_back(self):
        self.see(f"/charge/wait/{self.place.key}")
        payment = self.choose()
        self.expire(self.place)
        second = self.wait("Bo")
        self.advance()
        self.assertEqual((self.place.state, second.state), ("expired", "offered"))
        self.pay(payment)
        self.advance_payment(payment)
        self.assertFalse(payment.visit_id)
        self.assertEqual(payment.state, "settled")
        self.assertEqual([kind for kind, _amount, _reference in self.asked], ["void"])

    def advance_payment(self, payment):
        CardCase.advance(self, payment)
