# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A price that was agreed with tax is the same at the register (docs/tariffs.md rule 8)."""

from odoo.tests import tagged

from .register import RegisterCase


@tagged("post_install", "-at_install")
class TestPayGross(RegisterCase):
    def setUp(self):
        super().setUp()
        self.tariff.tax_included = "YES"
        self.tariff.component_ids.price = 0.50

    def charge(self, percent, kwh):
        self.tax.amount = percent
        self.env["iicharge.token"].create({"uid": "VISITOR", "group": "visitor"})
        return self.charge_kwh(kwh=kwh, idTag="VISITOR")

    def check_paid_and_refunded(self, percent, kwh, total, tax):
        ev = self.charge(percent, kwh)
        self.assertEqual((ev.review_text, ev.amount_total), (False, total))
        # the register's line may say a cent more than its order
        sums = {"amount_total": total, "amount_paid": total, "amount_tax": tax}
        order = self.pay(self.lines_of(self.take(ev)), payment={"amount": total}, **sums)
        self.assertEqual((order.amount_total, ev.billing), (total, "paid"))
        sums = {name: -value for name, value in sums.items()}
        back = self.pay(self.refund_of(order), payment={"amount": -total}, **sums)
        self.assertAlmostEqual(back.amount_total, -total)
        self.assertEqual(ev.billing, "void")
        self.close()
        self.assertEqual(self.get_differences(), [])

    def test_price_with_tax_is_paid_refunded_and_booked_to_the_cent(self):
        self.check_paid_and_refunded(19, 16.1, 8.05, 1.29)

    def test_half_cents_of_base_and_tax_are_no_cent_more(self):
        """8.07 at 20 % is 6.725 and 1.345, which both round up."""
        self.check_paid_and_refunded(20, 16.14, 8.07, 1.35)

    def test_price_with_tax_goes_to_a_room_and_back_to_the_register(self):
        ev = self.charge(19, 16.1)
        self.register.iicharge_charge_to_room(ev.id, self.folio.id)
        self.assertEqual((self.folio.amount_total, ev.amount_total), (8.05, 8.05))
        invoice = self.folio._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 8.05)
        self.assertEqual(self.get_differences(), [])
