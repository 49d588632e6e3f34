# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...core import errors
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestMoveRunning(ChargingCase):
    """docs/room-charges.md rule 20: another room may take a charging that still runs."""

    def setUp(self):
        super().setUp()
        self.other = self.env["res.partner"].create({"name": "Claire Dubois"})
        self.other_stay = self.make_stay(self.other, "103")
        self.start(7001)
        self.sample(7001, 30, 6000, power=7200)
        self.process()
        self.ev = self.session(7001)

    def move(self, folio=None, **options):
        desk = self.ev.with_user(self.users["front_desk"]).sudo()
        desk._move_running(folio or self.other_stay, **options)

    def finish(self):
        self.stop(7001, meter_stop=11000)
        self.process()
        self.post()

    def test_all_of_it_is_on_the_other_bill_once_and_both_say_so(self):
        self.move(guest=self.other, confirmed_by=self.other)
        self.assertEqual((self.ev.room, self.ev.partner_id), ("103", self.other))
        self.finish()
        self.assertEqual(self.other_stay.amount_untaxed, 4.50)
        self.assertFalse(self.folio.order_line)
        self.assertEqual(self.ev.billing, "posted")
        for record in (self.ev, self.folio, self.other_stay):
            (note,) = record.message_ids.filtered(lambda one: "moved" in (one.body or ""))
            self.assertIn("test_front_desk", note.body)
            self.assertIn("Confirmed by Claire Dubois", note.body)

    def test_price_stays_that_of_the_start(self):
        self.tariff.component_ids.price = 1
        self.move()
        self.finish()
        self.assertEqual(self.other_stay.amount_untaxed, 4.50)

    def test_walk_in_turns_out_to_be_a_guest_while_it_charges(self):
        self.env["iicharge.token"].create({"uid": "VISITOR", "group": "visitor"})
        self.start(7002, connectorId=2, idTag="VISITOR")
        self.process()
        self.ev = self.session(7002)
        self.assertFalse(self.ev.folio_id)
        self.move()
        self.assertEqual((self.ev.destination, self.ev.room), ("folio", "103"))

    def test_walls_of_a_start_hold(self):
        self.other_stay.iicharge_no_post = True
        with self.assertRaises(errors.NoPost):
            self.move()
        self.other_stay.iicharge_no_post = False
        self.other_stay.action_lock()
        with self.assertRaises(errors.FolioClosed):
            self.move()
        self.assertEqual(self.ev.folio_id, self.folio)

    def test_credit_limit_counts_and_is_overridden_by_name(self):
        self.other_stay.iicharge_credit_limit = 5
        with self.assertRaises(errors.CreditLimit):
            self.move()
        self.move(override=True)
        self.assertEqual(self.ev.folio_id, self.other_stay)
        self.assertIn("credit limit", self.other_stay.message_ids[:1].body)

    def test_guest_who_has_checked_out_takes_nothing(self):
        self.other_stay.iicharge_checkout = self.t0
        with self.assertRaises(errors.NotInHouse):
            self.move()

    def test_stay_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        foreign = self.make_stay(self.other, "104", company_id=company.id, warehouse_id=False)
        with self.assertRaises(errors.GuestNotFound):
            self.move(foreign)

    def test_stopped_or_paid_by_a_company_stays_where_it_is(self):
        self.ev.destination = "contract"
        with self.assertRaisesRegex(UserError, "stays there"):
            self.move()
        self.ev.destination = "folio"
        self.finish()
        with self.assertRaisesRegex(UserError, "has stopped"):
            self.move()

    def test_same_stay_is_said_to_pay_already(self):
        with self.assertRaisesRegex(UserError, "already"):
            self.move(self.folio)

    def test_choice_of_the_check_out_before_is_over(self):
        self.ev._set_checkout_choice("late")
        self.move()
        self.finish()
        self.assertEqual(self.ev.billing, "posted")
