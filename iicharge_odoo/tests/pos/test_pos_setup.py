# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestRegisterSetup(ChargingCase):
    """A manager of EV Charging, with no other right, lets registers send orders to rooms."""

    def setUp(self):
        super().setUp()
        self.bars = self.env["pos.config"].create([{"name": "Bar"}, {"name": "Spa"}])

    def test_room_is_made_once_and_offered_at_each_register(self):
        for bar in self.bars:
            self.assertFalse(bar.iicharge_offers_room)
            bar.with_user(self.users["manager"]).action_iicharge_offer_room()
            self.assertTrue(bar.iicharge_offers_room)
        rooms = self.bars.payment_method_ids.filtered("iicharge_room")
        self.assertEqual(len(rooms), 1)
        self.assertFalse(rooms.journal_id)

    def test_manager_adds_a_register_with_its_cash_and_room(self):
        values = {"name": "Pool", "site_ids": [Command.set(self.site.ids)]}
        wizards = self.env["iicharge.register.add"].with_user(self.users["manager"])
        wizards.create(values).action_add()
        pool = self.env["pos.config"].search([("name", "=", "Pool")])
        self.assertTrue(pool.iicharge_offers_room)
        self.assertTrue(pool.payment_method_ids.filtered("is_cash_count"))
        self.assertEqual(pool.iicharge_site_ids, self.site)
        self.assertEqual(pool.company_id, self.company)

    def test_register_that_is_open_is_left_as_it_is(self):
        self.bars[0].open_ui()
        with self.assertRaisesRegex(UserError, "Bar is open"):
            self.bars[0].with_user(self.users["manager"]).action_iicharge_offer_room()

    def test_front_desk_offers_nothing(self):
        with self.assertRaises(AccessError):
            self.bars[0].with_user(self.users["front_desk"]).action_iicharge_offer_room()

    def test_manager_chooses_whose_chargers_a_register_shows(self):
        bar = self.bars[0].with_user(self.users["manager"])
        bar.iicharge_site_ids = [Command.link(self.site.id)]
        self.assertEqual(self.bars[0].iicharge_site_ids, self.site)
