# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Prices below zero are taken off the others; a sum below zero is never paid out
(docs/tariffs.md rule 10)."""

from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .reconciliation import ReconciliationCase


@tagged("post_install", "-at_install")
class TestBelowZero(ReconciliationCase):
    def setUp(self):
        super().setUp()
        self.tariff.component_ids.price = -0.10
        self.fee = self.tariff.component_ids.create(
            {
                "tariff_id": self.tariff.id,
                "dimension": "FLAT",
                "price": 5,
                "tax_ids": [Command.set(self.tax.ids)],
            }
        )

    def set_energy_price(self, price):
        (self.tariff.component_ids - self.fee).price = price

    def sell_fee_apart(self):
        self.site.product_ids = [
            Command.create({"component": "FLAT", "product_id": self.start_fee.id})
        ]

    def test_price_below_zero_is_taken_off_the_fee(self):
        session = self.charge(kwh=20)
        self.assertEqual((session.amount_untaxed, session.amount_total), (3.00, 3.30))
        self.assertEqual(self.folio.order_line.price_subtotal, 3.00)
        self.invoice()
        self.assertAgrees()

    def test_fee_of_another_product_takes_it(self):
        self.sell_fee_apart()
        session = self.charge(kwh=20)
        line = self.folio.order_line
        self.assertEqual((line.product_id, line.price_subtotal), (self.start_fee, 3.00))
        self.assertIn("Start fee", line.name)
        self.assertIn("20 kWh at", line.name)
        session.charge_ids._create_credit("Slow", Decimal("1.00"))
        session._update_amounts()
        other = self.make_stay(self.env["res.partner"].create({"name": "Bo"}), "102")
        session._move_to_stay(other)
        self.assertEqual((self.folio.amount_total, other.amount_total), (0, 2.20))
        self.invoice(other)
        self.assertAgrees()

    def test_no_more_is_credited_than_was_charged(self):
        self.sell_fee_apart()
        session = self.charge(kwh=20)
        invoice = self.invoice()
        self.assertEqual(sum(session.charge_ids._get_creditable().values()), 3)
        session.charge_ids._create_credit("Broken")
        self.assertEqual(invoice.amount_residual, 0)

    def test_late_charge_is_invoiced(self):
        self.sell_fee_apart()
        self.folio.action_lock()
        session = self.charge(kwh=20)
        invoice = session.charge_ids._create_late_invoice(self.guest)
        invoice.action_post()
        self.assertEqual((invoice.move_type, invoice.amount_total), ("out_invoice", 3.30))
        self.assertAgrees()

    def test_sum_below_zero_waits_for_a_person_and_then_costs_nothing(self):
        self.set_energy_price(-0.30)
        session = self.charge(kwh=20)
        self.assertEqual(session.billing, "review")
        self.assertEqual(session.review_reason_ids.mapped("code"), ["amount_below_zero"])
        session._decide_to_bill(20000, "Prices of Sunday")
        self.assertEqual((session.billing, session.amount_total), ("free", 0))
        self.assertFalse(session.charge_ids)
        self.assertEqual(session.rating_id._get_breakdown().total_cost.excl_vat, -1)
        self.assertFalse(self.folio.order_line)
        self.assertAgrees()

    def test_new_price_below_zero_gives_back_all_and_no_more(self):
        self.fee.price = 10
        self.set_energy_price(-0.30)
        session = self.charge(kwh=20)
        self.assertEqual(session.amount_total, 4.40)
        other = self.tariff.copy()
        other.component_ids.filtered(lambda line: line.dimension == "FLAT").price = 1
        self.assertEqual(session._get_price_by(other), 0)
        session._open_dispute("price", "Sunday")._rerate(other, "Sunday")
        self.assertEqual((session.amount_total, self.folio.amount_total), (0, 0))
        self.assertAgrees()

    def test_prices_under_several_rates_are_refused_at_the_input(self):
        other = self.tax.copy({"name": "20 %", "amount": 20})
        with self.assertRaisesRegex(ValidationError, "the same tax rate"):
            self.fee.tax_ids = other
        with self.assertRaisesRegex(ValidationError, "the same tax rate"):
            self.fee.untaxed = True
        self.set_energy_price(0.10)
        self.fee.tax_ids = other

    def test_rates_that_came_to_differ_are_for_a_person(self):
        self.sell_fee_apart()
        # a component without a tax of its own has that of the product
        self.company.iicharge_product_id.taxes_id = self.tax
        self.fee.tax_ids = False
        self.start_fee.taxes_id = self.tax.copy({"name": "20 %", "amount": 20})
        session = self.charge(kwh=20)
        self.assertEqual(session.billing, "review")
        with self.assertRaisesRegex(UserError, "another rate of tax"):
            session._decide_to_bill(20000, "All right")

    def test_energy_below_zero_takes_nothing_of_what_is_free(self):
        self.tariff.write({"free_kwh": 6, "free_kwh_per": "stay"})
        self.charge(kwh=20)
        self.assertEqual(self.folio.amount_untaxed, 3.00)
        self.assertFalse(sum(self.env["iicharge.free.energy"].search([]).mapped("used_wh")))
