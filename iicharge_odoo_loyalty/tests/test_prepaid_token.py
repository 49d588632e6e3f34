# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .. import refusals
from .common import PrepaidCase, make_program


@tagged("post_install", "-at_install")
class TestPrepaidToken(PrepaidCase):
    def decide(self, uid="PREPAID"):
        now = fields.Datetime.now()
        return self.env["iicharge.token"]._decide(self.charger, uid, now)[0]

    def check(self):
        self.prepaid._check_payer(self.charger, None, fields.Datetime.now())

    def test_card_with_a_balance_may_charge(self):
        self.assertEqual(self.decide(), "Accepted")

    def test_card_without_a_balance_may_not_charge(self):
        self.wallet.points = 0
        self.assertEqual(self.decide(), "Blocked")
        with self.assertRaises(refusals.PrepaidEmpty):
            self.check()

    def test_balance_that_odoo_would_not_take_is_none(self):
        self.wallet.points = 0.99  # less than the reward's least points
        self.assertEqual(self.decide(), "Blocked")

    def test_expired_card_may_not_charge(self):
        self.wallet.expiration_date = self.site._get_today()
        self.assertEqual(self.decide(), "Accepted")
        self.wallet.expiration_date = self.site._get_today() - timedelta(days=2)
        self.assertEqual(self.decide(), "Expired")
        with self.assertRaises(refusals.PrepaidExpired):
            self.check()

    def test_archived_card_or_program_may_not_charge(self):
        self.wallet.active = False
        self.assertEqual(self.decide(), "Blocked")
        with self.assertRaises(refusals.PrepaidClosed):
            self.check()
        self.wallet.active = True
        self.program.active = False
        self.assertEqual(self.decide(), "Blocked")

    def test_card_of_another_currency_is_no_payer(self):
        dollar = self.env.ref("base.CHF")
        dollar.active = True
        program = make_program(self.env, self.company, company_id=False, currency_id=dollar.id)
        card = self.make_card(50, program)
        with self.assertRaises(ValidationError):
            self.prepaid.loyalty_card_id = card
        self.program.company_id = False
        self.program.currency_id = dollar
        with self.assertRaises(refusals.PrepaidClosed):
            self.check()

    def test_card_that_only_discounts_is_no_payer(self):
        program = self.env["loyalty.program"].create(
            {"name": "Points", "program_type": "loyalty", "applies_on": "both", "trigger": "auto"}
        )
        with self.assertRaises(ValidationError):
            self.prepaid.loyalty_card_id = self.make_card(500, program)

    def test_token_is_paid_in_one_way_only(self):
        with self.assertRaises(ValidationError):
            self.prepaid.folio_id = self.folio
        contract = self.env["iicharge.contract"].create({"partner_id": self.guest.id})
        with self.assertRaises(ValidationError):
            self.prepaid.contract_id = contract

    def test_what_another_car_uses_is_not_there_for_a_second_one(self):
        self.start(7001, idTag="PREPAID")
        self.sample(7001, 150, 1000 + 45000)  # 22.28 with tax
        self.process()
        self.assertEqual(self.decide(), "Blocked")

    def test_session_is_of_the_card_holder(self):
        self.start(7001, idTag="PREPAID")
        self.process()
        session = self.session(7001)
        self.assertEqual(session.loyalty_card_id, self.wallet)
        self.assertEqual(session.partner_id, self.holder)

    def test_start_that_was_lost_keeps_its_card(self):
        self.stop(7009, idTag="PREPAID")
        self.process()
        self.assertEqual(self.session(7009).loyalty_card_id, self.wallet)

    def test_anonymized_guest_has_no_card(self):
        session = self.charge_prepaid(10)
        session._anonymize_guest()
        self.assertFalse(session.loyalty_card_id)
