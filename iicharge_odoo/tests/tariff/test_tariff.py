# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...core import jsontext
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestTariff(ChargingCase):
    def test_snapshot_is_exact_ocpi(self):
        self.tariff.component_ids.price = 0.1
        tariff = self.tariff._read_snapshot(self.tariff._get_snapshot())
        component = tariff.elements[0].price_components[0]
        self.assertEqual(component.price, Decimal("0.1"))
        self.assertEqual(component.tax_percent, Decimal(10))
        self.assertEqual(tariff.currency, self.company.currency_id.name)

    def test_snapshot_names_the_taxes_to_book(self):
        snapshot = jsontext.loads(self.tariff._get_snapshot())
        component = snapshot["elements"][0]["price_components"][0]
        self.assertEqual(component["iicharge_tax_ids"], self.tax.ids)

    def test_component_without_taxes_takes_those_of_the_product(self):
        product = self.company.iicharge_product_id
        self.tariff.component_ids.tax_ids = False
        self.assertEqual(
            self.tariff.component_ids._get_taxes(),
            product.taxes_id.filtered(lambda tax: tax.company_id == self.company),
        )

    def test_same_dimension_twice_names_the_tariff(self):
        with self.assertRaisesRegex(ValidationError, "Guests"):
            self.tariff.component_ids = [Command.create({"dimension": "ENERGY", "price": 1})]

    def test_tariff_without_prices_is_free(self):
        self.tariff.component_ids.unlink()
        self.assertEqual(self.tariff.summary, "free of charge")
        self.charge_kwh()
        self.assertEqual(self.session(7001).billing, "free")

    def test_summary_shows_energy_first(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 1, "tax_ids": self.tax.ids})
        ]
        self.assertRegex(self.tariff.summary, r"0\.495.* per kWh \+ .*1\.10.* per start")

    def test_house_that_sells_with_tax_begins_with_prices_with_tax(self):
        house = self.env["res.company"].create({"name": "House"})
        tariffs = self.env["iicharge.tariff"].with_company(house)
        self.assertEqual(tariffs.new().tax_included, "NO")
        house.account_price_include = "tax_included"
        self.assertEqual(tariffs.new().tax_included, "YES")

    def test_connector_takes_the_nearest_tariff(self):
        charger_tariff, connector_tariff = self.tariff.copy(), self.tariff.copy()
        self.assertEqual(self.connector.applied_tariff_id, self.tariff)
        self.charger.tariff_id = charger_tariff
        self.assertEqual(self.connector.applied_tariff_id, charger_tariff)
        self.connector.tariff_id = connector_tariff
        self.assertEqual(self.connector.applied_tariff_id, connector_tariff)
