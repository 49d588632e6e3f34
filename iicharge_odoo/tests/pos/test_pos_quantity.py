# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A register takes payment for a bill that sells kWh: as one piece, to the cent."""

from odoo.tests import tagged

from .register import RegisterCase


@tagged("post_install", "-at_install")
class TestPosQuantity(RegisterCase):
    def setUp(self):
        super().setUp()
        self.tariff.component_ids.price = 0.416
        self.ev = self.charge_kwh(kwh=16.126)
        self.post()
        self.sold = self.folio.order_line

    def test_bill_of_a_stay_is_settled_as_one_piece(self):
        self.assertEqual(self.sold.product_uom_qty, 16.13)
        order = self.pay(self.lines_of(self.folio))
        self.assertEqual((order.lines.qty, order.lines.price_unit), (1, 6.71))
        self.assertEqual(order.amount_total, self.folio.amount_total)
        self.assertEqual((self.sold.qty_invoiced, self.sold.qty_to_invoice), (16.13, 0))
        self.assertEqual(self.folio.invoice_status, "invoiced")
        self.assertEqual(self.ev.billing, "paid")
        self.assertEqual(self.get_differences(), [])

    def test_bill_with_a_credit_is_settled(self):
        self.ev._open_dispute("price", "Slow")._credit_in_full("Slow")
        again = self.charge_kwh(7002, kwh=10, minutes=70)
        self.post()
        order = self.pay(self.lines_of(self.folio))
        self.assertEqual(order.lines.mapped("qty"), [1, -1, 1])
        self.assertEqual(order.amount_total, again.amount_total)
        self.assertEqual(set(self.folio.order_line.mapped("qty_to_invoice")), {0})
        self.assertEqual(self.get_differences(), [])

    def test_discount_on_the_bill_is_kept(self):
        self.sold.discount = 50
        sums = {"price_subtotal": 3.36, "price_subtotal_incl": self.folio.amount_total}
        order = self.pay(self.lines_of(self.folio, discount=50, **sums))
        self.assertEqual((order.lines.price_unit, order.lines.discount), (6.71, 50))

    def test_order_of_a_register_sells_one_piece(self):
        visitor = self.charge_visitor(7003, kwh=16.126, minutes=140)
        line = self.take(visitor).order_line
        self.assertEqual((line.product_uom_qty, line.product_uom_id), (1, line.product_id.uom_id))
