# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestPin(ChargingCase):
    def test_stay_gets_a_pin_when_it_begins(self):
        later = self.make_stay(self.guest, "103")
        later.iicharge_checkin = later.iicharge_checkout
        found = self.env["sale.order"]._iicharge_find_without_pin()
        self.assertIn(self.folio.id, found)
        self.assertNotIn(later.id, found)
        self.env["sale.order"]._iicharge_make_pins(found)
        self.assertRegex(self.folio.iicharge_pin, r"^\d{4} \d{4}$")
        self.assertNotIn(self.folio.id, self.env["sale.order"]._iicharge_find_without_pin())

    def test_site_without_pins_makes_none(self):
        self.env["iicharge.site"].search([]).guest_pins = False
        self.assertEqual(self.env["sale.order"]._iicharge_find_without_pin(), [])

    def test_pin_charges_at_the_charger_on_the_room_bill(self):
        self.env["sale.order"]._iicharge_make_pins()
        pin = self.folio.iicharge_pin.replace(" ", "")
        decision = self.env["iicharge.token"]._decide(self.charger, pin, self.t0, 1)
        self.assertEqual(decision.status, "Accepted")
        session = self.charge_kwh(idTag=pin)
        self.assertEqual(session.folio_id, self.folio)

    def test_renewed_pin_starts_nothing_any_more(self):
        self.env["sale.order"]._iicharge_make_pins()
        old = self.folio.iicharge_pin.replace(" ", "")
        self.folio.with_user(self.users["front_desk"]).action_iicharge_renew_pin()
        self.assertNotEqual(self.folio.iicharge_pin.replace(" ", ""), old)
        self.assertFalse(self.env["iicharge.token"]._find(self.company, old))

    def test_register_finds_a_pin_by_all_of_it_only(self):
        self.env["sale.order"]._iicharge_make_pins()
        pin = self.folio.iicharge_pin.replace(" ", "")
        finder = self.env["iicharge.stay.finder"]
        self.assertEqual(finder._find_cards(self.connector, pin[:5]), [])
        found = finder._find_cards(self.connector, pin)
        self.assertEqual([card["uid"] for card in found], [pin])
