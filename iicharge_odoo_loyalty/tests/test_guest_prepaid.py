# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import new_test_user, tagged

from odoo.addons.iicharge_odoo.tests.guest.common import GuestCase

from .common import make_program


@tagged("post_install", "-at_install")
class TestGuestPrepaid(GuestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.env["loyalty.card"].create(
            {"program_id": make_program(cls.env, cls.company, "gift_card").id, "points": 20}
        )

    def ask(self):
        return self.see(f"/charge/{self.sign.code}/pay?pay=prepaid")

    def test_code_of_a_card_starts_on_its_balance(self):
        self.assertIn("Prepaid card or code", self.get_text(self.see(f"/charge/{self.sign.code}")))
        page = self.name_stay(self.ask(), card=self.card.code)
        visit = self.env["iicharge.guest.visit"].search([])
        self.assertEqual(visit.token_id.loyalty_card_id, self.card)
        self.assertIn("We ask the charger", self.get_text(page))
        self.answer_start(visit)
        session = self.plug_in(visit)
        self.assertEqual(session.loyalty_card_id, self.card)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.post()
        self.assertEqual(session.billing, "paid")
        self.assertAlmostEqual(self.card.points, 20 - session.amount_total)
        self.assertIn("4.95", self.get_text(self.see(f"/charge/my/{visit.key}")))

    def test_member_starts_on_the_balance_of_an_own_card_with_one_tap(self):
        member = new_test_user(self.env, login="member", groups="base.group_portal")
        member.password = "member"
        self.env["iicharge.token"].create(
            {"uid": "OWN1", "partner_id": member.partner_id.id, "loyalty_card_id": self.card.id}
        )
        self.authenticate("member", "member")
        page = self.see(f"/charge/{self.sign.code}")
        self.assertIn("Your membership pays", self.get_text(page))
        values, action = self.get_fields(page, "//form[@id='own']")
        self.see(action, data=values)
        visit = self.env["iicharge.guest.visit"].search([])
        self.assertEqual(visit.token_id.loyalty_card_id, self.card)
        self.answer_start(visit)
        text = self.get_text(self.see(f"/charge/my/{visit.key}"))
        self.assertIn("Your membership pays.", text)
        visit._cancel()
        self.card.points = 0
        values, action = self.get_fields(self.see(f"/charge/{self.sign.code}"), "//form[@id='own']")
        self.assertIn("no balance left", self.get_text(self.see(action, data=values)))

    def test_unknown_code_counts_as_a_wrong_try(self):
        page = self.name_stay(self.ask(), card="no such card")
        self.assertIn("no card with this code", self.get_text(page))
        self.assertEqual(self.env["iicharge.guest.try"].search_count([]), 1)

    def test_empty_card_starts_nothing_and_leaves_no_token(self):
        self.card.points = 0
        page = self.name_stay(self.ask(), card=self.card.code)
        self.assertIn("Your card has no balance left", self.get_text(page))
        self.assertFalse(self.env["iicharge.guest.visit"].search([]))
        self.assertFalse(self.card.iicharge_token_ids)

    def test_limit_by_money_is_never_above_the_balance(self):
        page = self.see(f"/charge/{self.sign.code}/pay?pay=prepaid&by=amount&sum=50")
        self.name_stay(page, card=self.card.code)
        visit = self.env["iicharge.guest.visit"].search([])
        self.assertEqual(visit.token_id.limit_amount, 20)
        self.answer_start(visit)
        session = self.plug_in(visit)
        visit.token_id._set_limits(limit_amount=50)
        self.assertAlmostEqual(visit.token_id.limit_amount, 20)
        visit.token_id._set_limits(limit_amount=12)
        self.assertEqual(visit.token_id.limit_amount, 12)
        visit.token_id._set_limits()
        self.assertFalse(visit.token_id.limit_amount)
        self.card.points = 4
        self.assertIn("used up", session._get_limit_reason())
