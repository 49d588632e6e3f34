# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.iicharge_odoo.core import errors
from odoo.addons.iicharge_odoo.tests.common import ChargingCase

from .common import HotelMixin


@tagged("post_install", "-at_install")
class TestHotelFolio(HotelMixin, ChargingCase):
    """Stays and bills of OCA's hotel; what holds for any property system is tested there."""

    def test_plain_order_is_charged_together_with_a_hotel_folio(self):
        plain = self.make_stay(self.guest, "Annexe")
        self.env["iicharge.token"].create({"uid": "PLAIN", "folio_id": plain.id})
        self.start(7001)
        self.start(7002, connectorId=2, idTag="PLAIN")
        self.stop(7001)
        self.stop(7002)
        self.process()
        self.post()
        for transaction_id, folio in ((7001, self.folio), (7002, plain)):
            charge = self.session(transaction_id).charge_ids
            self.assertEqual(charge.state, "posted")
            self.assertEqual(charge.line_ids.sale_line_ids.order_id, folio)
        self.assertEqual(len(self.hotel_folio.service_line_ids), 1)

    def test_stay_is_found_by_room_and_name(self):
        self.assertEqual(self.prop._find_stays(self.site, room="t101"), self.folio)
        self.assertEqual(
            self.prop._find_stays(self.site, room="T101", last_name="WEBER"), self.folio
        )
        self.assertFalse(self.prop._find_stays(self.site, room="T101", last_name="Otto"))
        self.assertFalse(self.prop._find_stays(self.site, room="T102"))

    def test_guest_who_moved_is_found_by_the_room_of_today(self):
        self.hotel_folio.room_line_ids.checkout_date = fields.Datetime.now() - timedelta(hours=1)
        self.add_room(self.hotel_folio, "T102", 0, 2)
        self.assertEqual(self.prop._find_stays(self.site, room="T102"), self.folio)
        self.assertFalse(self.prop._find_stays(self.site, room="T101"))
        self.assertEqual(self.prop._get_room(self.folio), "T102")

    def test_stay_is_found_by_the_numbers_of_folio_and_order(self):
        for reference in (self.hotel_folio.name, self.folio.name.lower()):
            self.assertEqual(self.prop._find_stays(self.site, reference=reference), self.folio)
        self.assertFalse(self.prop._find_stays(self.site, reference="nothing"))

    def test_room_at_another_time_finds_who_was_there_then(self):
        now = fields.Datetime.now()
        later = self.make_folio(self.guest, "T102", first=3, last=5)
        self.assertFalse(self.prop._find_stays(self.site, room="T102"))
        self.assertEqual(
            self.prop._find_stays(self.site, room="T102", now=now + timedelta(days=4)),
            later.order_id,
        )

    def test_sharer_typed_into_the_folio_is_found(self):
        with Form(self.hotel_folio) as form:
            form.iicharge_guest_ids.add(self.env["res.partner"].create({"name": "Ben Otto"}))
        self.assertEqual(self.prop._find_stays(self.site, last_name="otto"), self.folio)

    def test_folio_of_another_property_is_found_there_only(self):
        self.hotel_folio.iicharge_site_id = self.site.copy({"name": "Other house"})
        self.assertFalse(self.prop._find_stays(self.site, room="T101"))

    def test_checkout_is_that_of_the_last_room(self):
        self.hotel_folio.room_line_ids.checkout_date = fields.Datetime.now() + timedelta(hours=1)
        with self.assertRaises(errors.CheckoutDue):
            self.prop._check_start(self.folio, self.connector)
        self.add_room(self.hotel_folio, "T102", 1, 3)
        self.prop._check_start(self.folio, self.connector)

    def test_guest_who_left_is_not_in_house(self):
        gone = self.make_folio(self.guest, "T102", first=-4, last=-1)
        self.assertFalse(self.prop._find_stays(self.site, room="T102"))
        with self.assertRaises(errors.NotInHouse):
            self.prop._check_open(gone.order_id, before_start=True)

    def test_charge_is_in_the_service_lines_of_the_folio(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        line = self.hotel_folio.service_line_ids
        self.assertEqual(len(line), 1)
        self.assertAlmostEqual(line.price_subtotal, 9.00)
        self.assertEqual(line.tax_ids, self.tax)
        self.assertEqual(line.ser_checkin_date, session.started_at)
        self.assertEqual(line.ser_checkout_date, session.stopped_at)
        self.assertEqual(session.billing, "posted")
        self.assertEqual(session.room, "T101")

    def test_charges_of_two_folios_posted_together_stay_apart(self):
        other_folio = self.make_folio(self.env["res.partner"].create({"name": "B"}), "T102")
        self.env["iicharge.token"].create({"uid": "OTHER", "folio_id": other_folio.order_id.id})
        self.start(7001)
        self.start(7002, connectorId=2, idTag="OTHER")
        self.stop(7001)
        self.stop(7002, meter_stop=6000)
        self.process()
        self.post()
        self.assertAlmostEqual(self.hotel_folio.service_line_ids.price_subtotal, 4.50)
        self.assertAlmostEqual(other_folio.service_line_ids.price_subtotal, 2.25)

    def test_one_closed_folio_does_not_delay_the_other(self):
        other_folio = self.make_folio(self.env["res.partner"].create({"name": "B"}), "T102")
        self.env["iicharge.token"].create({"uid": "OTHER", "folio_id": other_folio.order_id.id})
        self.start(7001)
        self.start(7002, connectorId=2, idTag="OTHER")
        self.process()
        other_folio.order_id._action_cancel()
        self.stop(7001)
        self.stop(7002)
        self.process()
        self.post()
        self.assertEqual(self.session(7001).billing, "posted")
        self.assertEqual(self.session(7002).billing, "late")

    def test_invoice_of_the_folio_shows_charging_and_closes_it(self):
        self.charge_kwh(kwh=20)
        self.post()
        invoice = self.folio.with_context(folio_id=self.hotel_folio.id)._create_invoices()
        invoice.action_post()
        self.assertIn(9.00, invoice.invoice_line_ids.mapped("price_subtotal"))
        self.start(7002, minutes=70)
        self.stop(7002, minutes=130)
        self.process()
        self.post()
        self.assertEqual(self.session(7002).billing, "late")

    def test_routed_charge_is_on_the_folio_of_who_pays(self):
        payer = self.make_folio(self.env["res.partner"].create({"name": "ACME"}), "T102")
        self.env["iicharge.routing"].create(
            {"folio_id": self.folio.id, "paying_folio_id": payer.order_id.id}
        )
        self.charge_kwh(kwh=20)
        self.post()
        self.assertAlmostEqual(payer.service_line_ids.price_subtotal, 9.00)
        self.assertIn("room T101", payer.service_line_ids.name)
        self.assertFalse(self.hotel_folio.service_line_ids)
        self.assertIn(payer.order_id.name, self.folio.order_line[-1].name)

    def test_credit_before_the_invoice_is_a_negative_service_line(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        session.charge_ids._create_credit("Charger failed")
        self.assertEqual(self.hotel_folio.service_line_ids.mapped("price_subtotal"), [9.00, -9.00])

    def test_invoice_of_a_folio_whose_car_charges_asks_first(self):
        self.start(7001)
        self.process()
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="hotel.folio",
            active_ids=self.hotel_folio.ids,
            active_id=self.hotel_folio.id,
        )
        wizard = wizard.create({"advance_payment_method": "delivered"})
        action = wizard.create_invoices()
        self.assertEqual(action["res_model"], "iicharge.checkout")
        checkout = self.env["iicharge.checkout"].with_context(**action["context"])
        checkout = checkout.browse(action["res_id"])
        checkout.choice = "late"
        checkout.action_choose()
        self.assertTrue(self.hotel_folio.hotel_invoice_id)

    def test_front_desk_finds_stays_with_its_own_rights(self):
        user = new_test_user(
            self.env, login="desk_hotel", groups="base.group_user,iicharge_odoo.group_front_desk"
        )
        prop = self.prop.with_user(user)
        self.assertEqual(prop._find_stays(self.site.with_user(user), room="T101"), self.folio)
        prop._check_open(self.folio.with_user(user), before_start=True)
