# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CardCase

REQUESTS = "odoo.addons.iicharge_odoo.models.payment.iicharge_card_request"


@tagged("post_install", "-at_install")
class TestCardProvider(CardCase):
    """The provider fails, crashes, reports late, or a person was there first."""

    def pass_time(self, payment, **delta):
        """Let the time pass until the open request is due again."""
        for request in payment.request_ids.filtered("sent_at"):
            request.sent_at -= timedelta(**delta)
        payment._wake()
        self.advance(payment)

    def end_charging(self, payment):
        session = self.charge_to_the_end(payment)
        return session

    @mute_logger(REQUESTS)
    def test_capture_that_fails_twice_is_asked_again_with_the_same_reference(self):
        self.answers = [ValidationError("No connection"), "error", "done"]
        payment = self.start_by_card()
        self.end_charging(payment)
        [request] = payment.request_ids
        self.assertEqual((request.state, request.attempts), ("open", 1))
        self.assertEqual(request.trouble, "No connection")
        self.assertGreater(payment.next_at, fields.Datetime.now())
        self.pass_time(payment, seconds=10)
        self.assertEqual((request.state, request.attempts), ("open", 2))
        self.pass_time(payment, seconds=60)
        self.assertEqual(request.state, "done")
        captures = [asked for asked in self.asked if asked[0] == "capture"]
        self.assertEqual(len(captures), 3)
        self.assertEqual(len({reference for _kind, _amount, reference in captures}), 1)
        self.assertEqual(payment.state, "settled")
        self.assertEqual(payment.amount_captured, 4.95)
        self.assertFalse(self.get_differences(payment))

    @mute_logger(REQUESTS)
    def test_refund_that_fails_is_for_a_person_after_three_tries(self):
        self.can_do(None, "partial")
        self.answers = ["error"] * 3
        payment = self.start_by_card()
        self.end_charging(payment)
        kinds = self.env["iicharge.alert.kind"]
        self.assertNotIn(payment, kinds._find_card_hold(self.company))
        self.pass_time(payment, seconds=10)
        self.pass_time(payment, seconds=60)
        self.assertIn(payment, kinds._find_card_hold(self.company))
        self.pass_time(payment, seconds=300)
        self.assertEqual(payment.state, "settled")
        self.assertNotIn(payment, kinds._find_card_hold(self.company))

    def test_crash_after_the_capture_does_not_capture_twice(self):
        """The provider did it; what was kept of it is the reference alone."""
        self.answers = ["nothing"]
        payment = self.start_by_card()
        self.end_charging(payment)
        [request] = payment.request_ids
        request.state = "sending"
        payment._wake()
        self.advance(payment)
        self.assertEqual(len(self.asked), 1)
        # its report arrives
        request.child_id._set_done()
        self.advance(payment)
        self.assertEqual(request.state, "done")
        self.assertEqual([asked[0] for asked in self.asked], ["capture", "void"])
        self.assertEqual(payment.amount_captured, 4.95)

    def test_crash_before_the_capture_is_asked_again_with_the_same_reference(self):
        self.answers = ["nothing"]
        payment = self.start_by_card()
        self.end_charging(payment)
        [request] = payment.request_ids
        request.state = "sending"
        self.pass_time(payment, minutes=10)
        self.assertEqual(request.state, "done")
        first, second, *_others = self.asked
        self.assertEqual(first, second)
        self.assertEqual(payment.amount_captured, 4.95)

    def test_request_that_the_provider_has_taken_waits_for_its_report(self):
        self.answers = ["nothing"]
        payment = self.start_by_card()
        self.end_charging(payment)
        self.pass_time(payment, days=1)
        self.assertEqual(len(self.asked), 1)
        self.assertEqual(payment.request_ids.state, "taken")

    def test_person_who_was_faster_is_taken_into_account(self):
        payment = self.start_by_card()
        session = self.plug_in(payment.visit_id)
        payment.transaction_ids._capture(4.95)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.post()
        self.advance(payment)
        self.assertEqual([asked[:2] for asked in self.asked], [("capture", 4.95), ("void", 35.05)])
        self.assertEqual(session.billing, "paid")

    def test_more_charged_than_held_is_listed(self):
        payment = self.start_by_card()
        payment.transaction_ids.amount = 4
        session = self.end_charging(payment)
        self.assertEqual([asked[:2] for asked in self.asked], [("capture", 4)])
        self.assertEqual(session.billing, "posted")
        self.assertEqual(self.get_differences(payment), ["captured_other"])

    def test_hold_that_is_not_settled_is_listed(self):
        payment = self.start_by_card()
        payment.write({"state": "ended", "ended_at": fields.Datetime.now(), "next_at": False})
        self.assertFalse(self.get_differences(payment))
        payment.ended_at = fields.Datetime.now() - timedelta(hours=2)
        self.assertEqual(self.get_differences(payment), ["hold_open"])

    def test_refund_that_was_made_twice_is_listed(self):
        self.can_do(None, "partial")
        payment = self.start_by_card()
        self.end_charging(payment)
        payment.transaction_ids._refund(4.95)
        self.assertEqual(self.get_differences(payment), ["refunded_too_much"])

    def test_charge_without_a_capture_is_listed(self):
        payment = self.start_by_card()
        self.end_charging(payment)
        payment.transaction_ids.child_transaction_ids.filtered(
            lambda child: child.state == "done"
        ).write({"state": "error"})
        self.assertIn("not_captured", self.get_differences(payment))

    def test_review_keeps_the_hold_until_it_is_decided(self):
        payment = self.start_by_card()
        session = self.plug_in(payment.visit_id)
        self.stop(9001, minutes=60, meter_stop=500)
        self.process()
        self.assertEqual(session.billing, "review")
        payment._wake()
        self.advance(payment)
        self.assertFalse(self.asked)
        payment.hold_until = fields.Datetime.now() + timedelta(days=1)
        kinds = self.env["iicharge.alert.kind"]
        self.assertIn(payment, kinds._find_card_hold(self.company))

    def test_rights_of_the_roles(self):
        payment = self.start_by_card()
        self.end_charging(payment)
        for role in ("front_desk", "accountant", "manager"):
            mine = payment.with_user(self.users[role])
            self.assertEqual(mine.amount_captured, 4.95)
            with self.assertRaises(AccessError):
                mine.amount = 1
        with self.assertRaises(AccessError):
            payment.with_user(self.users["technician"]).read(["amount"])
        with self.assertRaises(AccessError):
            self.env["iicharge.card.difference"].with_user(self.users["front_desk"]).search([])
        with self.assertRaises(AccessError):
            payment.with_user(self.users["manager"]).read(["key"])

    def test_settings_name_sums_above_zero(self):
        for values in (
            {"card_amounts": "20, forty"},
            {"card_amounts": ""},
            {"card_amounts": "0, 40"},
            {"card_amounts": "nan, 40"},
            {"card_amount": 41},
            {"card_hold_days": 1},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.site.write(values)
