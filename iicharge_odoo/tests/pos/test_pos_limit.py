# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a register has taken for a stay's order makes room below its credit limit."""

from odoo.tests import tagged

from ...core import errors
from .register import RegisterCase


@tagged("post_install", "-at_install")
class TestPaidAtRegister(RegisterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prop = cls.site._get_property()
        cls.charge_kwh(kwh=20)
        cls.post()
        cls.down_payment = cls.env["product.product"].create(
            {"name": "Down Payment", "type": "service", "taxes_id": False}
        )
        cls.config.down_payment_product_id = cls.down_payment

    def pay_down(self, amount):
        none = self.env["account.tax"]
        line = self.line(self.down_payment, amount, taxes=none, sale_order_origin_id=self.folio.id)
        return self.pay([line])

    def get_owed(self):
        return float(self.prop._get_owed(self.folio).amount)

    def test_down_payment_makes_room(self):
        self.folio.iicharge_credit_limit = 15
        self.assertAlmostEqual(self.get_owed(), 9.90)
        with self.assertRaises(errors.CreditLimit):
            self.prop._check_start(self.folio, self.connector)
        order = self.pay_down(5)
        self.assertTrue(self.folio.order_line.filtered("is_downpayment"))
        self.assertAlmostEqual(self.get_owed(), 4.90)
        self.prop._check_start(self.folio, self.connector)
        self.pay(self.refund_of(order))
        self.assertAlmostEqual(self.get_owed(), 9.90)

    def test_down_payment_that_is_invoiced_counts_once(self):
        line = self.line(
            self.down_payment,
            5,
            taxes=self.env["account.tax"],
            sale_order_origin_id=self.folio.id,
        )
        self.pay([line], partner_id=self.guest.id, to_invoice=True)
        self.assertAlmostEqual(self.get_owed(), 4.90)

    def test_stay_that_is_settled_owes_nothing(self):
        self.pay(self.lines_of(self.folio))
        self.assertAlmostEqual(self.get_owed(), 0)

    def test_draft_and_room_charge_are_no_payment(self):
        line = self.line(
            self.down_payment, 5, taxes=self.env["account.tax"], sale_order_origin_id=self.folio.id
        )
        self.pay([line], state="draft")
        self.assertAlmostEqual(self.get_owed(), 9.90)
        self.pay_to_room([self.line(self.coffee, 3.0)])
        self.assertAlmostEqual(self.get_owed(), 9.90 + 3.30)
