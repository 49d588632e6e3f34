# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Where a price is agreed with tax it is kept to the cent (docs/tariffs.md rule 8)."""

from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestGross(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax.amount = 19
        cls.tariff.tax_included = "YES"
        cls.tariff.component_ids.price = 0.50

    def test_price_with_tax_is_kept_to_the_cent(self):
        """16.1 kWh at 0.50 are 8.05; with a tax on top of 6.76 they would be 8.04."""
        session = self.charge_kwh(kwh=16.1)
        self.post()
        self.assertEqual((session.amount_total, session.charge_ids.amount_total), (8.05, 8.05))
        self.assertEqual(self.folio.amount_total, 8.05)
        invoice = self.folio._create_invoices()
        invoice.action_post()
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (8.05, 1.29))

    def test_all_sums_can_be_reached(self):
        """At 20 % each sixth is out of reach of a tax on top, at 19 % each sixth or so."""
        line = self.env["iicharge.charge.line"]
        product = self.company.iicharge_product_id
        for percent in (19, 20):
            tax = self.tax.copy({"name": f"{percent} % own", "amount": percent})
            included = tax._iicharge_get_included()
            for cents in range(1, 400):
                found = line._prepare_amounts(
                    self.company, self.guest, product, included, cents / 100
                )
                self.assertAlmostEqual(found["amount_untaxed"] + found["amount_tax"], cents / 100)

    def test_lines_together_are_the_sum_rounded_once(self):
        self.tariff.component_ids.price = 0.333
        other = self.tax.copy({"name": "7 %", "amount": 7})
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 0.335, "tax_ids": other.ids}),
            Command.create({"dimension": "TIME", "price": 0.335, "tax_ids": self.tax.ids}),
        ]
        session = self.charge_kwh(kwh=1)
        # 0.333 + 0.335 + 0.335
        self.assertEqual(session.amount_total, 1.00)
        self.post()
        self.assertEqual(self.folio.amount_total, 1.00)

    def test_most_price_with_tax_is_not_passed(self):
        self.tariff.write(
            {
                "tax_included": "NO",
                "has_max_price": True,
                "max_price_untaxed": 50,
                "max_price_taxed": 10.50,
            }
        )
        for number, kwh in ((7001, 40), (7002, 43)):
            session = self.charge_kwh(number, kwh=kwh / 2, minutes=(number - 7001) * 70)
            self.assertLessEqual(session.amount_total, 10.50)
        session = self.charge_kwh(7003, kwh=21.9, minutes=140)
        self.assertEqual(session.amount_total, 10.50)

    def test_partner_under_another_tax_pays_the_price_without_tax(self):
        position = self.env["account.fiscal.position"].create({"name": "Reverse charge"})
        free = self.tax.copy({"name": "0 %", "amount": 0})
        free.write({"original_tax_ids": self.tax.ids, "fiscal_position_ids": position.ids})
        self.folio.fiscal_position_id = position
        session = self.charge_kwh(kwh=16.1)
        self.post()
        self.assertEqual((session.amount_total, self.folio.amount_total), (6.76, 6.76))

    def test_credits_in_part_add_up_to_the_price(self):
        session = self.charge_kwh(kwh=16.1)
        self.post()
        invoice = self.folio._create_invoices()
        invoice.action_post()
        charge = session.charge_ids
        for part in ("2.00", "3.33"):
            charge._create_credit("Part", Decimal(part))
        charge._create_credit("The rest")
        self.assertAlmostEqual(sum(session.charge_ids.mapped("amount_total")), 0)
        self.assertEqual(invoice.amount_residual, 0)

    def test_tax_in_the_price_is_made_once_and_follows_the_tax(self):
        included = self.tax._iicharge_get_included()
        self.assertEqual((included.price_include, included.amount), (True, 19))
        self.assertEqual(self.tax._iicharge_get_included(), included)
        self.tax.amount = 21
        self.assertEqual(self.tax._iicharge_get_included().amount, 21)
        self.assertEqual(included._iicharge_get_included(), included)

    def test_tax_in_the_price_takes_no_part_in_fiscal_positions(self):
        """Else a position that replaces a tax by this one would replace it by both."""
        position = self.env["account.fiscal.position"].create({"name": "Island"})
        island = self.tax.copy({"name": "Island 7 %", "amount": 7})
        island.write({"original_tax_ids": self.tax.ids, "fiscal_position_ids": position.ids})
        island._iicharge_get_included()
        self.assertEqual(position.map_tax(self.tax), island)

    def test_running_cost_and_bill_are_the_same_sum(self):
        self.start(7001)
        self.sample(7001, 60, 17100)
        self.process()
        running = self.session(7001).running_amount
        self.stop(7001, meter_stop=17100)
        self.process()
        self.assertEqual((running, self.session(7001).amount_total), (8.05, 8.05))

    def test_no_tax_applies_at_all(self):
        self.tariff.tax_included = "N/A"
        self.tariff.component_ids.price = 0.45
        session = self.charge_kwh(kwh=10)
        self.post()
        self.assertEqual((session.amount_total, self.folio.amount_total), (4.50, 4.50))
