# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Where energy is the price a bill sells kWh, and comes to the same cents (docs/room-charges.md
rule 19)."""

import random
from datetime import timedelta
from decimal import Decimal

from lxml import etree

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...core.conversion import get_local_day
from ..common import ChargingCase


class QuantityCase(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kwh = cls.env.ref("uom.product_uom_kwh")
        cls.unit = cls.env.ref("uom.product_uom_unit")

    def sell(self, kwh=20, number=7001, **start):
        session = self.charge_kwh(number, kwh=kwh, **start)
        self.post()
        return session

    def invoice(self):
        invoice = self.folio._create_invoices()
        invoice.action_post()
        return invoice

    def assertSold(self, line, quantity, unit, price):
        name = "product_uom_qty" if line._name == "sale.order.line" else "quantity"
        self.assertEqual((line[name], line.product_uom_id), (quantity, unit))
        self.assertAlmostEqual(line.price_unit, price, 6)


@tagged("post_install", "-at_install")
class TestQuantity(QuantityCase):
    def test_bill_and_invoice_sell_kwh_at_their_price(self):
        session = self.sell()
        self.assertSold(self.folio.order_line, 20, self.kwh, 0.45)
        invoice = self.invoice()
        self.assertSold(invoice.invoice_line_ids, 20, self.kwh, 0.45)
        self.assertEqual(invoice.invoice_line_ids.product_uom_id._get_unece_code(), "KWH")
        self.assertEqual((invoice.amount_total, session.amount_total), (9.90, 9.90))
        self.assertEqual(self.folio.invoice_status, "invoiced")

    def test_unit_is_printed_and_no_number_of_pieces(self):
        self.sell()
        users = {"without units": self.env.user, "with units": self.users["accountant"]}
        self.users["accountant"].group_ids += self.env.ref("uom.group_uom")
        self.users["accountant"].group_ids += self.env.ref("account.group_account_invoice")
        invoice = self.invoice()
        for name, user in users.items():
            with self.subTest(name):
                html = self.env["ir.actions.report"].with_user(user)
                html = html._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()
                [cell] = etree.fromstring(html, etree.HTMLParser()).xpath(
                    "//td[@name='td_quantity']"
                )
                self.assertEqual("".join(cell.itertext()).split(), ["20.00", "KWH"])

    def test_odd_energy_is_rounded_and_the_sum_kept(self):
        self.sell(kwh=16.126)
        self.assertSold(self.folio.order_line, 16.13, self.kwh, 7.26 / 16.13)
        self.assertEqual(self.folio.amount_untaxed, 7.26)
        self.env.ref("uom.decimal_product_uom").digits = 3
        self.sell(number=7002, kwh=16.126, minutes=70)
        self.assertEqual(self.folio.order_line[1].product_uom_qty, 16.126)
        self.assertEqual(self.folio.amount_untaxed, 14.52)
        invoice = self.invoice()
        self.assertEqual((invoice.amount_untaxed, self.folio.invoice_status), (14.52, "invoiced"))

    def test_something_else_in_the_price_makes_it_one_piece(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 1, "tax_ids": self.tax.ids})
        ]
        self.sell()
        self.assertSold(self.folio.order_line, 1, self.unit, 10)

    def test_limits_make_it_one_piece(self):
        self.tariff.write({"has_max_price": True, "max_price_untaxed": 5})
        self.sell()
        self.assertSold(self.folio.order_line, 1, self.unit, 5)

    def test_start_fee_as_another_product_leaves_kwh(self):
        fee = self.company.iicharge_product_id.copy({"name": "Fee"})
        self.site.product_ids = [Command.create({"component": "FLAT", "product_id": fee.id})]
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 1, "tax_ids": self.tax.ids})
        ]
        self.sell()
        by_product = {line.product_id: line for line in self.folio.order_line}
        self.assertSold(by_product[self.company.iicharge_product_id], 20, self.kwh, 0.45)
        self.assertSold(by_product[fee], 1, self.unit, 1)

    def test_free_kwh_are_not_sold(self):
        self.tariff.write({"free_kwh": 5, "free_kwh_per": "stay"})
        self.sell()
        self.assertSold(self.folio.order_line, 15, self.kwh, 0.45)

    def test_price_with_tax_in_it_is_kept(self):
        self.tax.amount = 19
        self.tariff.tax_included = "YES"
        self.tariff.component_ids.price = 0.50
        self.sell(kwh=16.1)
        self.assertSold(self.folio.order_line, 16.1, self.kwh, 0.50)
        invoice = self.invoice()
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (8.05, 1.29))

    def test_product_of_energy_is_not_sold_as_a_kwh_where_it_is_one_piece(self):
        self.company.iicharge_product_id.uom_id = self.kwh
        self.tariff.write({"has_min_price": True, "min_price_untaxed": 12})
        self.sell()
        self.assertSold(self.folio.order_line, 1, self.unit, 12)

    def test_part_of_the_energy_is_invoiced(self):
        self.sell()
        first = self.folio._create_invoices()
        first.invoice_line_ids.quantity = 5
        first.action_post()
        self.assertEqual(first.amount_untaxed, 2.25)
        self.assertEqual(self.invoice().amount_untaxed, 6.75)

    # --- credits --------------------------------------------------------------------------
    def test_credit_in_full_takes_back_the_kwh(self):
        session = self.sell()
        session.charge_ids._create_credit("Broken")
        self.assertSold(self.folio.order_line[1], -20, self.kwh, 0.45)
        self.assertEqual(self.folio.amount_total, 0)

    def test_credit_note_in_full_takes_back_the_kwh_and_a_part_is_one_piece(self):
        first, second = self.sell().charge_ids, self.sell(number=7002, minutes=70).charge_ids
        invoice = self.invoice()
        first._create_credit("Broken")
        second._create_credit("Slow", Decimal("3.00"))
        whole, part = invoice.reversal_move_ids.sorted("id").invoice_line_ids
        self.assertSold(whole, 20, self.kwh, 0.45)
        self.assertSold(part, 1, self.unit, 3)
        self.assertEqual((whole.price_total, part.price_total), (9.90, 3.30))
        second._create_credit("All of it")
        self.assertEqual(invoice.amount_residual, 0)

    def test_what_is_left_after_a_credit_moves_as_one_piece(self):
        session = self.sell()
        session.charge_ids._create_credit("Slow", Decimal("3.00"))
        other = self.make_stay(self.env["res.partner"].create({"name": "Bo"}), "102")
        session._move_to_stay(other)
        self.assertSold(other.order_line, 1, self.unit, 6)
        self.assertEqual((self.folio.amount_total, other.amount_total), (0, 6.60))

    def test_whole_charge_moves_as_kwh(self):
        session = self.sell()
        other = self.make_stay(self.env["res.partner"].create({"name": "Bo"}), "102")
        session._move_to_stay(other)
        self.assertSold(other.order_line, 20, self.kwh, 0.45)

    # --- direct ---------------------------------------------------------------------------
    def test_late_charge_is_invoiced_as_kwh_with_its_days(self):
        session = self.charge_kwh(kwh=20)
        self.folio.locked = True
        self.post()
        invoice = session.charge_ids._create_late_invoice(self.guest)
        line = invoice.invoice_line_ids
        self.assertSold(line, 20, self.kwh, 0.45)
        day = session._get_local_day()
        self.assertEqual(line.iicharge_supply_end, day)
        self.assertIn((day - line.iicharge_supply_start).days, (0, 1))

    @mute_logger("odoo.addons.iicharge_odoo.models.billing.iicharge_charge")
    def test_supply_is_told_on_invoices_and_credit_notes(self):
        session = self.sell()
        session.started_at -= timedelta(days=1)
        invoice = self.invoice()
        line = invoice.invoice_line_ids
        began, ended = (
            get_local_day(at, self.site.time_zone)
            for at in (session.started_at, session.stopped_at)
        )
        self.assertEqual((line.iicharge_supply_start, line.iicharge_supply_end), (began, ended))
        self.assertLess(began, ended)
        session.charge_ids._create_credit("Broken")
        note = invoice.reversal_move_ids.invoice_line_ids
        days = ("iicharge_supply_start", "iicharge_supply_end")
        self.assertEqual([note[day] for day in days], [line[day] for day in days])

    # --- exactly --------------------------------------------------------------------------
    def test_quantity_and_price_come_to_the_cents_of_one_piece(self):
        """Half a cent of tax may not fall on another side, line by line and all together."""
        charged, taxes = self.env["iicharge.charge.line"], self.env["account.tax"]
        product, chance = self.company.iicharge_product_id, random.Random(19)
        kinds = [self.tax.copy({"name": f"{p} %", "amount": p}) for p in (7, 19, 20, 25)]
        kinds += [tax._iicharge_get_included() for tax in kinds]
        by_energy = 0
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            for _round in range(300):
                sold = []
                for _line in range(3):
                    price = chance.randrange(1, 9999) / 100
                    energy = chance.randrange(10, 99999) / 1000
                    tax = chance.choice(kinds)
                    values = charged._prepare_quantity(product, tax, energy, price)
                    sold.append((price, values, tax))
                by_energy += sum(values["quantity"] != 1 for _price, values, _tax in sold)
                pieces = [self.prepare(price, 1, tax) for price, _values, tax in sold]
                kwh = [self.prepare(v["price_unit"], v["quantity"], t) for _p, v, t in sold]
                for lines in (pieces, kwh):
                    taxes._add_tax_details_in_base_lines(lines, self.company)
                    taxes._round_base_lines_tax_details(lines, self.company)
                self.assertEqual(
                    *([self.read_amounts(line) for line in each] for each in (pieces, kwh))
                )
        self.assertGreater(by_energy, 0.99 * 1800, "hardly a sum that no price of a kWh gives")

    def prepare(self, price, quantity, tax):
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            {},
            price_unit=price,
            quantity=quantity,
            tax_ids=tax,
            currency_id=self.company.currency_id,
        )

    def read_amounts(self, line):
        names = ("total_excluded", "total_included", "delta_total_excluded")
        return [line["tax_details"][name] for name in names]


@tagged("post_install", "-at_install")
class TestSellerOnBills(QuantityCase):
    def test_operator_and_its_vat_number_are_on_the_bill(self):
        operator = self.env["res.partner"].create(
            {"name": "Grid GmbH", "vat": "BE0477472701", "is_company": True}
        )
        self.site.operator_id = operator
        self.sell()
        self.assertIn("Sold by Grid GmbH, VAT number BE0477472701", self.folio.order_line.name)
        self.assertSold(self.folio.order_line, 20, self.kwh, 0.495)
        invoice = self.invoice()
        self.assertIn("VAT number BE0477472701", invoice.invoice_line_ids.name)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (9.90, 0))

    def test_own_charging_names_no_seller(self):
        self.sell()
        self.assertNotIn("Sold by", self.folio.order_line.name)
