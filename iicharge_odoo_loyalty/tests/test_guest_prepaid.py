# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

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
