# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Electronic invoices carry the kWh, what one costs, and when it was supplied."""

from datetime import timedelta
from decimal import Decimal

from lxml import etree

from odoo.tests import tagged

from odoo.addons.iicharge_odoo.core.conversion import get_local_day
from odoo.addons.iicharge_odoo.tests.common import ChargingCase

UBL = ("account.edi.xml.ubl_bis3", "account.edi.xml.ubl_21")


@tagged("post_install", "-at_install")
class TestUbl(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        belgium = cls.env.ref("base.be").id
        address = {"street": "Kade 1", "city": "Brussels", "zip": "1000", "country_id": belgium}
        cls.company.partner_id.write({**address, "vat": "BE0477472701"})
        cls.guest.write({**address, "vat": "BE0246697724"})
        cls.tariff.component_ids.price = 0.4137
        cls.charged = cls.charge_kwh(kwh=16.12)
        cls.charged.started_at -= timedelta(days=1)
        cls.post()
        cls.invoice = cls.folio._create_invoices()
        cls.invoice.action_post()

    def get_days(self):
        """Get the first and the last day of the supply, by the site's clock."""
        zone = self.site.time_zone
        return [
            get_local_day(at, zone) for at in (self.charged.started_at, self.charged.stopped_at)
        ]

    def export(self, builder, move=None):
        content, errors = self.env[builder]._export_invoice(move or self.invoice)
        return etree.fromstring(content), errors

    def find(self, tree, *path):
        steps = "/".join(f"*[local-name()='{name}']" for name in path)
        [node] = tree.xpath(f".//{steps}")
        return node

    def assertLine(self, tree, tag, quantity_tag):
        quantity = self.find(tree, tag, quantity_tag)
        self.assertEqual(quantity.get("unitCode"), "KWH")
        self.assertEqual(Decimal(quantity.text), Decimal("16.12"))
        price = Decimal(self.find(tree, tag, "Price", "PriceAmount").text)
        total = Decimal(self.find(tree, tag, "LineExtensionAmount").text)
        self.assertEqual(total, Decimal("6.67"))
        self.assertLess(abs(price * Decimal(quantity.text) - total), Decimal("0.0001"))
        period = self.find(tree, tag, "InvoicePeriod")
        first, last = self.get_days()
        self.assertEqual(
            [self.find(period, name).text for name in ("StartDate", "EndDate")],
            [str(first), str(last)],
        )

    def test_invoice_has_kwh_price_and_period(self):
        for builder in UBL:
            with self.subTest(builder=builder):
                tree, _errors = self.export(builder)
                self.assertLine(tree, "InvoiceLine", "InvoicedQuantity")

    def test_peppol_finds_nothing_wrong_with_it(self):
        self.assertFalse(self.export(UBL[0])[1])

    def test_credit_note_has_them_too(self):
        self.charged.charge_ids._create_credit("Broken")
        note = self.invoice.reversal_move_ids
        for builder in UBL:
            with self.subTest(builder=builder):
                tree, _errors = self.export(builder, note)
                self.assertLine(tree, "CreditNoteLine", "CreditedQuantity")

    def test_factur_x_has_them_too(self):
        tree, _errors = self.export("account.edi.xml.cii")
        line = self.find(tree, "IncludedSupplyChainTradeLineItem")
        quantity = self.find(line, "BilledQuantity")
        self.assertEqual((quantity.get("unitCode"), quantity.text), ("KWH", "16.12"))
        prices = line.xpath(".//*[local-name()='ChargeAmount']")
        self.assertEqual([price.text for price in prices], ["0.413772", "0.413772"])
        days = line.xpath(".//*[local-name()='BillingSpecifiedPeriod']//*[@format='102']")
        first, last = self.get_days()
        wanted = [f"{day:%Y%m%d}" for day in (first, last)]
        self.assertEqual([day.text for day in days], wanted)
        header = self.find(tree, "ApplicableHeaderTradeSettlement", "BillingSpecifiedPeriod")
        self.assertEqual(header.xpath(".//*[@format='102']")[0].text, wanted[0])

    def test_other_lines_are_as_odoo_writes_them(self):
        towel = self.env["product.product"].create({"name": "Towel", "type": "service"})
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.guest.id,
                "invoice_line_ids": [
                    (0, 0, {"product_id": towel.id, "price_unit": 3, "tax_ids": self.tax.ids})
                ],
            }
        )
        invoice.action_post()
        for builder in UBL:
            tree, _errors = self.export(builder, invoice)
            self.assertFalse(tree.xpath(".//*[local-name()='InvoicePeriod']"))
            self.assertEqual(self.find(tree, "InvoicedQuantity").get("unitCode"), "C62")
