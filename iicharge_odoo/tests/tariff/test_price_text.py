# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Each screen and paper shows the price that the tile shows."""

from odoo import Command
from odoo.tests import tagged

from ...models.tariff.iicharge_tariff_ocpi import get_terms
from ...models.tariff.price_text import get_terms_texts
from ..report.test_evidence import EvidenceCase


class PriceTextCase(EvidenceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tariff.component_ids = [
            Command.create({"dimension": "PARKING_TIME", "price": 6, "tax_ids": cls.tax.ids})
        ]

    def get_texts(self):
        """Charge 8 kWh, with 20 minutes of idle time; get what is shown before and after it."""
        tile = self.connector.quote()["components"]
        session = self.charge()
        line = session.charge_ids.line_ids
        rows = self.env["pos.config"]._iicharge_prepare_sum(session)
        return {
            "tile": [part["text"] for part in tile],
            "summary": self.tariff.summary,
            "receipt": [row["text"] for row in rows],
            "bill": line.name,
            "order": line.sale_line_ids.name,
            "register": line._get_receipt_text(),
            "session": session.price_breakdown,
            "evidence": self.words(session, report_type="pdf"),
        }

    def has_no_hour(self, texts):
        for name, text in texts.items():
            self.assertNotIn("per hour", str(text), name)


@tagged("post_install", "-at_install")
class TestGrossPriceText(PriceTextCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tariff.tax_included = "YES"

    def test_all_show_the_price_of_the_tile(self):
        texts = self.get_texts()
        symbol = self.company.currency_id.symbol
        for name in ("tile", "summary", "receipt", "bill", "order", "register", "session"):
            text = str(texts[name]).replace("\N{NO-BREAK SPACE}", " ").replace("\\xa0", " ")
            self.assertRegex(text.replace(symbol, ""), r"0\.45 * per kWh", name)
            self.assertRegex(text.replace(symbol, ""), r"0\.10 * per minute", name)
            self.assertNotIn("without tax,", text.split("Booked")[0], name)
        self.has_no_hour(texts)
        self.assertIn("0.45 per kWh", texts["evidence"].replace(symbol, "").replace("  ", " "))
        self.assertEqual(texts["bill"].count("without tax"), 0)

    def test_bill_without_the_tax_shows_the_price_without_it(self):
        position = self.env["account.fiscal.position"].create({"name": "Reverse charge"})
        free = self.tax.copy({"name": "0 %", "amount": 0})
        free.write({"original_tax_ids": self.tax.ids, "fiscal_position_ids": position.ids})
        self.folio.fiscal_position_id = position
        bill = self.charge().charge_ids.line_ids.name
        self.assertIn("8 kWh at", bill)
        self.assertRegex(bill, r"0\.409091\D+per kWh without tax")


@tagged("post_install", "-at_install")
class TestNetPriceText(PriceTextCase):
    def test_all_show_the_price_of_the_tile_and_the_bill_its_own(self):
        texts = self.get_texts()
        for name in ("tile", "summary", "receipt", "session", "evidence"):
            self.assertRegex(str(texts[name]), r"0\.495\D* per kWh", name)
            self.assertRegex(str(texts[name]), r"0\.11\D* per minute", name)
        for name in ("bill", "order", "register"):
            self.assertRegex(texts[name], r"8 kWh at \D*0\.45\D* per kWh without tax", name)
            self.assertRegex(
                texts[name], r"20 min of idle time at \D*0\.10\D* per minute without tax", name
            )
        self.has_no_hour(texts)

    def test_house_without_tax_says_nothing_of_it(self):
        self.tariff.tax_included = "N/A"
        bill = self.charge().charge_ids.line_ids.name
        self.assertRegex(bill, r"0\.45\D* per kWh")
        self.assertNotIn("tax", bill)

    def test_limits_are_with_tax_where_one_rate_applies(self):
        self.tariff.write({"has_max_price": True, "max_price_untaxed": 10})
        rules = self.tariff._read_snapshot(self.tariff._format_document())

        def terms():
            return get_terms_texts(self.env, rules, get_terms(rules), self.company.currency_id)

        self.assertRegex(terms()[-1], r"At most \D*11\.00\D*\.$")
        other = self.tax.copy({"name": "7 %", "amount": 7})
        self.tariff.component_ids[1].tax_ids = other
        rules = self.tariff._read_snapshot(self.tariff._format_document())
        self.assertRegex(terms()[-1], r"At most \D*10\.00\D* without tax\.$")
