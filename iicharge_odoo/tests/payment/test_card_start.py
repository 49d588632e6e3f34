# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ...controllers import guest_card
from .common import CardCase


@tagged("post_install", "-at_install")
class TestCardStart(CardCase):
    def assert_released(self, payment, request=("void", 40)):
        """Nothing was charged, and the money is let go."""
        self.advance(payment)
        self.assertEqual(payment.state, "settled")
        self.assertEqual([asked[:2] for asked in self.asked], [request])
        self.assertFalse(payment.session_id)
        self.assertFalse(self.get_differences(payment))

    def get_starts(self):
        return self.env["iicharge.command"].search(
            [("connector_id", "=", self.connector.id), ("request", "=", "start")]
        )

    def test_sum_and_where_it_leads_are_those_of_the_server(self):
        payment = self.choose()
        transaction = self.pay(payment)
        self.assertEqual(transaction.amount, 40)
        self.assertEqual(transaction.currency_id, self.company.currency_id)
        self.assertEqual(transaction.landing_route, f"/charge/card/{payment.key}")
        self.assertFalse(transaction.tokenize)
        self.assertFalse(transaction.sale_order_ids)
        self.assertFalse(transaction.invoice_ids)

    def test_sum_that_is_not_offered_makes_no_payment(self):
        before = self.env["iicharge.card.payment"].search_count([])
        for amount in ("0.01", "-40", "1e9", "nan", ""):
            self.choose(amount=amount)
        self.assertEqual(self.env["iicharge.card.payment"].search_count([]), before)

    def test_plug_that_is_not_free_any_more_makes_no_payment(self):
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card")
        values, action = self.get_fields(page)
        self.start_for_room()
        before = self.env["iicharge.card.payment"].search_count([])
        page = self.see(action, data={**values, "amount": "20"})
        self.assertIn("not free any more", self.get_text(page))
        self.assertEqual(self.env["iicharge.card.payment"].search_count([]), before)

    def test_form_that_is_sent_twice_makes_one_payment(self):
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card")
        values, action = self.get_fields(page)
        before = self.env["iicharge.card.payment"].search_count([])
        for _time in range(2):
            self.see(action, data={**values, "amount": "20"})
        self.assertEqual(self.env["iicharge.card.payment"].search_count([]), before + 1)

    def test_nothing_starts_before_the_money_is_secured(self):
        payment = self.choose()
        self.advance(payment)
        transaction = self.pay(payment, state="pending")
        self.advance(payment)
        self.assertFalse(self.get_starts())
        self.assertIn("wait for your bank", self.get_text(self.see(f"/charge/card/{payment.key}")))
        transaction._set_authorized()
        self.advance(payment)
        self.assertEqual(len(self.get_starts()), 1)
        self.assertEqual(self.get_starts().token_id.card_payment_id, payment)

    def test_guest_who_comes_back_starts_it_and_the_processor_not_again(self):
        payment = self.choose()
        self.pay(payment)
        self.see(f"/charge/card/{payment.key}")
        self.assertIn("/charge/my/", self.answer.url)
        self.advance(payment)
        self.see(f"/charge/card/{payment.key}")
        self.assertEqual(len(self.get_starts()), 1)

    def test_declined_card_starts_nothing_and_may_be_tried_again(self):
        payment = self.choose()
        self.pay(payment, state="error")
        self.advance(payment)
        page = self.see(f"/charge/card/{payment.key}")
        self.assertIn("Nothing was charged", self.get_text(page))
        self.assertFalse(self.get_starts())
        self.see(f"/charge/card/{payment.key}?again=1")
        self.pay(payment)
        self.advance(payment)
        self.assertEqual(len(self.get_starts()), 1)

    @mute_logger("odoo.http")
    def test_program_that_tries_cards_is_stopped(self):
        payment = self.choose()
        for _time in range(5):
            self.pay(payment, state="error")
        with self.assertRaises(JsonRpcException):
            self.pay(payment)
        self.drop_counts()
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card")
        values, action = self.get_fields(page)
        statuses = []
        self.patch(guest_card.GuestCardPage, "_take", lambda *_args, **_options: None)
        for number in range(21):
            data = {**values, "amount": "20", "request_key": f"robot-{number}"}
            statuses.append(self.url_open(action, data=data).status_code)
        self.assertEqual(statuses[-1], 429)
        self.assertEqual(statuses.count(200), 20)

    def test_payment_that_comes_late_starts_nothing_and_is_let_go(self):
        payment = self.choose()
        transaction = self.pay(payment, state="pending")
        payment.write({"pay_until": fields.Datetime.now() - timedelta(minutes=1)})
        payment._wake()
        self.advance(payment)
        self.assertEqual(payment.state, "expired")
        self.assertIn("is over", self.get_text(self.see(f"/charge/card/{payment.key}")))
        transaction._set_authorized()
        self.assert_late(payment)

    def assert_late(self, payment):
        self.advance(payment)
        self.assertFalse(self.get_starts())
        self.assertEqual([asked[:2] for asked in self.asked], [("void", 40)])
        self.assertFalse(self.get_differences(payment))

    def test_sum_that_is_paid_late_is_given_back(self):
        self.can_do(None, "partial")
        payment = self.choose()
        self.pay(payment, state="done")
        payment.write({"pay_until": fields.Datetime.now() - timedelta(minutes=1)})
        payment._wake()
        self.assert_released(payment, ("refund", 40))
        self.assertFalse(self.get_starts())

    def test_somebody_was_faster_and_the_money_is_let_go(self):
        payment = self.choose()
        self.pay(payment)
        self.start_for_room()
        page = self.see(f"/charge/card/{payment.key}")
        self.assertIn("Nothing was charged", self.get_text(page))
        self.assert_released(payment)

    def test_charger_that_does_not_start_lets_the_money_go(self):
        payment = self.choose()
        self.pay(payment)
        self.advance(payment)
        visit = payment.visit_id
        self.answer_start(visit, "Rejected")
        payment._wake()
        self.advance(payment)
        self.assertEqual(payment.state, "started")
        self.assertIn("Try again", self.get_text(self.see(f"/charge/my/{visit.key}")))
        visit.command_id.answered_at = fields.Datetime.now() - timedelta(minutes=3)
        payment._wake()
        self.assert_released(payment)
        text = self.get_text(self.see(f"/charge/my/{visit.key}"))
        self.assertIn("Nothing was charged", text)
        self.assertIn("40.00 are released", text.replace("\N{NO-BREAK SPACE}", " "))
        self.assertNotIn("Try again", text)
        # the charger starts after all: its question is answered with no
        decision = self.env["iicharge.token"]._decide(
            self.charger, visit.token_id.uid, fields.Datetime.now(), 1
        )
        self.assertEqual(decision.status, "Blocked")

    def test_guest_who_cancels_pays_nothing(self):
        payment = self.start_by_card()
        payment.visit_id._cancel()
        payment._wake()
        self.assert_released(payment)

    def test_session_that_begins_after_the_money_was_let_go_is_ended(self):
        payment = self.start_by_card()
        visit = payment.visit_id
        payment._end("ended")
        session = self.plug_in(visit)
        self.assertTrue(session.desired_state_ids.filtered(lambda wish: wish.kind == "ended"))

    def test_price_is_the_one_that_was_shown_before_the_payment(self):
        payment = self.choose()
        self.tariff.component_ids.price = 0.9
        self.pay(payment)
        self.advance(payment)
        self.answer_start(payment.visit_id)
        session = self.charge_to_the_end(payment)
        self.assertEqual(session.amount_total, 4.95)

    def test_guest_who_pays_twice_gets_one_sum_back(self):
        payment = self.choose()
        first = self.pay(payment, state="pending")
        second = first.copy({"reference": f"{payment.name}-2"})
        (first | second)._set_authorized()
        self.advance(payment)
        self.assertEqual(len(self.get_starts()), 1)
        self.assertEqual([asked[:2] for asked in self.asked], [("void", 40)])
        self.assertEqual((first.state, second.state), ("authorized", "cancel"))

    @mute_logger("odoo.http")
    def test_stranger_finds_no_payment(self):
        payment = self.choose()
        for key in ("nothing", payment.name, str(payment.id), payment.key[:-1]):
            self.assertEqual(self.url_open(f"/charge/card/{key}").status_code, 404)
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/charge/card/nothing/transaction",
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "flow": "direct",
                },
            )

    @mute_logger("odoo.http")
    def test_only_offered_providers_are_taken(self):
        payment = self.choose()
        other = self.provider.copy({"state": "disabled"})
        for values in (
            {"provider_id": other.id, "payment_method_id": self.method.id, "flow": "direct"},
            {"provider_id": self.provider.id, "payment_method_id": 0, "flow": "direct"},
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "flow": "token",
            },
        ):
            with self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(f"/charge/card/{payment.key}/transaction", values)
        self.assertFalse(payment.transaction_ids)

    def test_page_of_the_payment_is_not_cached_and_not_framed(self):
        payment = self.choose()
        page = self.see(f"/charge/card/{payment.key}")
        for name in ("Cache-Control", "X-Frame-Options", "Referrer-Policy"):
            self.assertEqual(self.answer.headers[name], guest_card.FORM_HEADERS[name])
        [form] = page.xpath("//form[@id='o_payment_form']")
        self.assertEqual(form.get("data-amount"), "40.0")
        self.assertIn("Garage 1", self.get_text(page))

    def test_staff_name_a_payment_on_no_card(self):
        payment = self.start_by_card()
        front_desk = self.env["iicharge.token"].with_user(self.users["front_desk"])
        with self.assertRaises(AccessError):
            self.token.with_env(front_desk.env).card_payment_id = payment.id
        with self.assertRaises(AccessError):
            front_desk.create({"uid": "STOLEN1", "card_payment_id": payment.id})

    def test_another_sum_within_the_bounds_is_held(self):
        payment = self.choose(amount="other", other_amount="33,50")
        self.assertEqual(payment.amount, 33.5)

    def test_another_sum_outside_of_the_bounds_prepares_nothing(self):
        for typed in ("19.99", "60.01", "0", "-40", "1e9", "forty", "", "33.333"):
            with self.subTest(typed):
                self.assertFalse(self.choose(amount="other", other_amount=typed))
                self.assertIn("choose one of the sums", self.get_text(self.page))

    def test_another_sum_is_not_taken_where_the_site_does_not_want_it(self):
        self.site.card_other_amount = False
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card")
        self.assertFalse(page.xpath("//input[@name='other_amount']"))
        self.assertFalse(self.choose(amount="other", other_amount="33"))
