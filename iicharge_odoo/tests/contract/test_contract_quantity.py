# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Monthly invoices sell kWh, line by line and in one sum."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import MARCH, MARCH_ENDS, ContractCase


@tagged("post_install", "-at_install")
class TestContractQuantity(ContractCase):
    def setUp(self):
        super().setUp()
        self.kwh = self.env.ref("uom.product_uom_kwh")
        self.summed = self.make_contract(self.guest, style="sum")
        self.make_token("SUM", contract_id=self.summed.id)

    def charge_both(self):
        for number in range(3):
            at = MARCH_ENDS - timedelta(hours=number + 1)
            self.charge_until(at, "FLEET1", kwh=0.94 + number)
            self.charge_until(at - timedelta(minutes=30), "SUM", kwh=0.94 + number)

    def test_lines_and_sum_sell_the_same_kwh_for_the_same_money(self):
        self.charge_both()
        lines = self.contract._invoice(MARCH).invoice_line_ids
        in_all = self.summed._invoice(MARCH).invoice_line_ids
        self.assertEqual((lines | in_all).product_uom_id, self.kwh)
        self.assertEqual(sorted(lines.mapped("quantity")), [0.94, 1.94, 2.94])
        self.assertAlmostEqual(in_all.quantity, 5.82)
        self.assertEqual(in_all.price_subtotal, sum(lines.mapped("price_subtotal")))
        days = ("iicharge_supply_start", "iicharge_supply_end")
        self.assertEqual([in_all[day] for day in days], [MARCH, MARCH])

    def test_sum_with_a_fee_in_it_is_one_piece(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 1, "tax_ids": self.tax.ids})
        ]
        self.charge_both()
        in_all = self.summed._invoice(MARCH).invoice_line_ids
        self.assertEqual((in_all.quantity, in_all.price_unit), (1, in_all.price_subtotal))

    def test_sum_keeps_operators_apart_and_names_them(self):
        self.charge_both()
        self.site.operator_id = self.env["res.partner"].create(
            {"name": "Grid", "vat": "BE0477472701"}
        )
        self.charge_both()
        own, theirs = self.summed._invoice(MARCH).invoice_line_ids.sorted("id")
        self.assertNotIn("Sold by", own.name)
        self.assertIn("Sold by Grid, VAT number BE0477472701", theirs.name)
