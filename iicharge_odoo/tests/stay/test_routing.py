# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charges are routed to the stay's bills (docs/room-charges.md rules 9 and 10)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...core.conversion import get_local_day
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestRouting(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employer = cls.env["res.partner"].create({"name": "ACME", "is_company": True})
        cls.company_bill = cls.make_stay(cls.employer, False)
        cls.idle_category = cls.env["product.category"].create({"name": "Idle fees"})
        cls.idle_product = cls.company.iicharge_product_id.copy(
            {"name": "Idle time", "categ_id": cls.idle_category.id}
        )
        cls.site.product_ids = [
            Command.create({"component": "PARKING_TIME", "product_id": cls.idle_product.id})
        ]
        cls.tariff.component_ids = [
            Command.create({"dimension": "PARKING_TIME", "price": 6, "tax_ids": cls.tax.ids})
        ]

    def route(self, **values):
        return self.env["iicharge.routing"].create(
            {"folio_id": self.folio.id, "paying_folio_id": self.company_bill.id, **values}
        )

    def charge_with_idle_time(self):
        """Charge 20 kWh in half an hour, then be idle for half an hour."""
        self.start(7001)
        self.status("SuspendedEV", minutes=30)
        self.sample(7001, 30, 21000)
        self.stop(7001, meter_stop=21000)
        self.process()
        self.post()
        return self.session(7001)

    def charged_lines(self, folio):
        return folio.order_line.filtered("iicharge_charge_line_id")

    def test_all_charging_is_routed_to_the_company(self):
        self.route()
        session = self.charge_kwh(kwh=20)
        self.post()
        line = self.charged_lines(self.company_bill)
        self.assertEqual(line.price_subtotal, 9.00)
        self.assertIn("Guest: Anna Weber, room 101", line.name)
        self.assertEqual(session.billing, "posted")
        self.assertEqual(self.folio.amount_total, 0)
        note = self.folio.order_line
        self.assertEqual(note.display_type, "line_note")
        self.assertIn(f"9.90 is on bill {self.company_bill.name}", note.name)

    def test_split_by_category_is_shown_on_both_bills(self):
        self.route(category_id=self.company.iicharge_product_id.categ_id.id)
        session = self.charge_with_idle_time()
        energy = self.charged_lines(self.company_bill)
        idle = self.charged_lines(self.folio)
        self.assertEqual(energy.product_id, self.company.iicharge_product_id)
        self.assertEqual(idle.product_id, self.idle_product)
        self.assertEqual((energy.price_subtotal, idle.price_subtotal), (9.00, 3.00))
        self.assertIn(f"(Idle time) is on bill {self.folio.name}", energy.name)
        self.assertIn(f"(EV Charging) is on bill {self.company_bill.name}", idle.name)
        self.assertEqual(session.charge_ids.amount_untaxed, 12.00)

    def test_category_includes_those_below_it(self):
        self.idle_category.parent_id = self.company.iicharge_product_id.categ_id
        self.route(category_id=self.company.iicharge_product_id.categ_id.id)
        self.charge_with_idle_time()
        self.assertEqual(len(self.charged_lines(self.company_bill)), 2)

    def test_route_counts_only_on_its_days(self):
        days = {get_local_day(self.t0 + timedelta(hours=h), self.site.time_zone) for h in (1, 3)}
        route = self.route(date_from=max(days) + timedelta(days=1))
        self.charge_kwh()
        self.post()
        self.assertFalse(self.charged_lines(self.company_bill))
        route.write({"date_from": min(days), "date_to": max(days)})
        self.charge_kwh(7002, minutes=70)
        self.post()
        self.assertTrue(self.charged_lines(self.company_bill))

    def test_first_route_that_fits_counts(self):
        other = self.make_stay(self.employer, False)
        self.route(sequence=2)
        self.route(sequence=1, paying_folio_id=other.id)
        self.charge_kwh()
        self.post()
        self.assertTrue(self.charged_lines(other))
        self.assertFalse(self.charged_lines(self.company_bill))

    def test_taxes_are_those_of_who_pays(self):
        zero = self.tax.copy({"name": "0 %", "amount": 0, "original_tax_ids": self.tax.ids})
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        zero.fiscal_position_ids = position
        self.company_bill.fiscal_position_id = position
        self.route()
        session = self.charge_kwh(kwh=20)
        self.post()
        self.assertEqual(session.amount_total, 9.00)
        self.assertEqual(self.company_bill.amount_total, 9.00)

    def test_routed_bill_closed_leaves_it_on_the_guests_own(self):
        self.route()
        session = self.charge_kwh()
        self.company_bill.action_lock()
        self.post()
        self.assertTrue(self.charged_lines(self.folio))
        self.assertEqual(session.charge_ids.line_ids.folio_id, self.folio)

    def test_own_bill_closed_goes_to_a_further_bill_of_the_stay(self):
        further = self.make_stay(self.guest, False, iicharge_main_folio_id=self.folio.id)
        session = self.charge_kwh()
        self.folio.action_lock()
        self.post()
        self.assertEqual(session.charge_ids.state, "posted")
        self.assertTrue(self.charged_lines(further))

    def test_no_bill_of_the_stay_open_is_late(self):
        further = self.make_stay(self.guest, False, iicharge_main_folio_id=self.folio.id)
        session = self.charge_kwh()
        (self.folio | further).action_lock()
        self.post()
        self.assertEqual(session.charge_ids.state, "late")
        self.assertEqual(session.charge_ids.refusal_code, "folio_closed")

    def test_room_moved_after_the_start_changes_nothing(self):
        """Rule 1: a charge is to the stay, the room only found it."""
        self.start(7001)
        self.process()
        self.folio.iicharge_room = "202"
        self.stop(7001)
        self.process()
        self.post()
        self.assertEqual(self.session(7001).room, "101")
        self.assertEqual(self.session(7001).charge_ids.line_ids.sale_line_ids.order_id, self.folio)

    def test_route_to_itself_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "routed to itself"):
            self.route(paying_folio_id=self.folio.id)
        today = fields.Date.today()
        with self.assertRaisesRegex(ValidationError, "must not be later"):
            self.route(date_from=today, date_to=today - timedelta(days=1))
