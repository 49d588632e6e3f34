# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.iicharge_odoo.tests.pos.register import RegisterCase

from .common import HotelMixin


@tagged("post_install", "-at_install")
class TestRoomOrderInHotel(HotelMixin, RegisterCase):
    """An order of a register goes to the folio of OCA's hotel."""

    def get_services(self):
        return self.hotel_folio.service_line_ids.sorted("id")

    def test_order_is_in_the_service_lines_of_the_folio(self):
        order = self.pay_to_room([self.line(self.coffee, 3.0, 2), self.line(self.coffee, 20.0)])
        coffee, dinner = self.get_services()
        self.assertEqual((coffee.product_uom_qty, coffee.price_total), (2, 6.60))
        self.assertEqual((dinner.price_subtotal, dinner.tax_ids), (20.0, self.tax))
        self.assertTrue(coffee.ser_checkin_date)
        self.assertIn(order.name, coffee.name)
        self.assertEqual(
            (coffee | dinner).service_line_id.mapped("iicharge_pos_line_id"), order.lines
        )

    def test_charging_and_coffee_are_on_the_folio_once(self):
        ev = self.charge_visitor()
        order = self.pay_to_room([*self.lines_of(self.take(ev)), self.line(self.coffee, 3.0)])
        self.assertEqual(self.get_services().mapped("price_total"), [9.90, 3.30])
        self.assertEqual(sum(self.get_services().mapped("price_total")), order.amount_total)
        self.assertEqual((ev.billing, ev.folio_id, ev.room), ("posted", self.folio, "T101"))
        self.assertFalse(ev.register_config_id)

    def test_folio_says_what_the_order_says_to_the_cent(self):
        order = self.pay_to_room(
            [self.line(self.coffee, 12.995, 0.54), self.line(self.coffee, 3.333333, 3)]
        )
        self.assertEqual(
            self.get_services().mapped("price_total"), order.lines.mapped("price_subtotal_incl")
        )

    def test_order_refunded_is_a_negative_service_line(self):
        order = self.pay_to_room([self.line(self.coffee, 3.0, 2)])
        self.pay_to_room(self.refund_of(order), is_refund=True)
        self.assertEqual(self.get_services().mapped("price_total"), [6.60, -6.60])

    def test_bill_kept_outside_the_hotel_module_gets_plain_lines(self):
        plain = self.make_stay(self.guest, "Annexe")
        order = self.pay([self.line(self.coffee, 3.0)])
        values = order.lines._iicharge_prepare_room_line_values()
        line = self.prop._create_room_lines(plain, [values])
        self.assertEqual((plain.order_line, line.price_total), (line, 3.30))
        self.assertFalse(self.get_services())

    def test_stay_kept_outside_the_hotel_module_is_not_in_house(self):
        plain = self.make_stay(self.guest, "Annexe")
        with self.assertRaisesRegex(UserError, "has not begun or has ended"):
            self.pay_to_room([self.line(self.coffee, 3.0)], folio=plain)

    def test_invoiced_folio_takes_nothing_more(self):
        self.pay_to_room([self.line(self.coffee, 3.0)])
        invoice = self.folio.with_context(folio_id=self.hotel_folio.id)._create_invoices()
        invoice.action_post()
        self.assertIn(3.0, invoice.invoice_line_ids.mapped("price_subtotal"))
        with self.assertRaises(UserError):
            self.pay_to_room([self.line(self.coffee, 3.0)])
        self.assertEqual(len(self.get_services()), 1)
