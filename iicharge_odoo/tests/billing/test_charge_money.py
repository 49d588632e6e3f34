# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Bill, folio and invoice agree whatever the currency, the taxes and the company; and one
charge that cannot be posted never delays another."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestChargeMoney(ChargingCase):
    def set_taxes(self, *taxes):
        self.tariff.component_ids.tax_ids = self.env["account.tax"].create(
            [{"type_tax_use": "sale", "company_id": self.company.id, **values} for values in taxes]
        )

    def assertBillAgrees(self, session, folio):
        charge = session.charge_ids
        self.assertEqual((charge.state, session.billing), ("posted", "posted"))
        for amount in ("amount_untaxed", "amount_tax", "amount_total"):
            self.assertEqual(folio[amount], charge[amount], amount)
        self.assertEqual(session.amount_total, charge.amount_total)
        invoice = folio._create_invoices()
        self.assertEqual(invoice.amount_total, charge.amount_total)

    def make_hotel_abroad(self, currency, price):
        """Create a hotel of another company with its own currency, charger, tariff and stay."""
        company = self.env["res.company"].create(
            {"name": f"Hotel {currency}", "currency_id": self.env.ref(f"base.{currency}").id}
        )
        company.currency_id.active = True
        env = self.env(context={"allowed_company_ids": company.ids})
        company.with_env(env)._iicharge_set_up()
        tariff = env["iicharge.tariff"].create(
            {
                "name": "Abroad",
                "company_id": company.id,
                "component_ids": [Command.create({"dimension": "ENERGY", "price": price})],
            }
        )
        site = env["iicharge.site"].create(
            {"name": "Abroad", "time_zone": "UTC", "tariff_id": tariff.id, "company_id": company.id}
        )
        charger = env["iicharge.charger"].create(
            {"name": "Abroad 1", "identity": f"ABROAD-{currency}", "site_id": site.id}
        )
        guest = env["res.partner"].create({"name": "Guest abroad"})
        folio = self.make_stay(guest.with_env(self.env), "1", company_id=company.id)
        env["iicharge.token"].create({"uid": "ABROAD", "folio_id": folio.id})
        return charger, folio

    def charge_abroad(self, currency, price, kwh):
        charger, folio = self.make_hotel_abroad(currency, price)
        self.assertNotEqual(folio.company_id, self.env.company)
        common = {"charger": charger, "transaction_id": "8001"}
        start = {
            "connectorId": 1,
            "idTag": "ABROAD",
            "meterStart": 0,
            "timestamp": self.wire_time(self.t0),
        }
        answer = {"transactionId": 8001, "idTagInfo": {"status": "Accepted"}}
        self.journal_message("StartTransaction", start, answer, **common)
        stop = {"transactionId": 8001, "meterStop": kwh * 1000}
        self.journal_message(
            "StopTransaction", stop, {}, received_at=self.t0 + timedelta(hours=2), **common
        )
        self.process()
        self.post()
        session = self.session(8001, charger)
        charge = session.charge_ids
        self.assertEqual((session.billing, charge.state), ("posted", "posted"))
        self.assertEqual(folio.amount_untaxed, charge.amount_untaxed)
        self.assertEqual(folio.amount_total, charge.amount_total)
        return charge

    def test_currency_with_three_decimals_keeps_them(self):
        charge = self.charge_abroad("KWD", 0.0457, 10.5)
        self.assertEqual(charge.amount_untaxed, 0.48)
        self.assertEqual(charge.line_ids.price_unit, 0.48)

    def test_currency_without_decimals_is_rounded_once(self):
        charge = self.charge_abroad("JPY", 39.5, 10.1)
        self.assertEqual(charge.amount_untaxed, 399)

    def test_two_lines_under_one_tax_agree_whichever_way_the_company_rounds(self):
        """Each line's half cent of tax is rounded up alone; the bill's sum of both does not."""
        self.tariff.write(
            {
                "component_ids": [
                    Command.clear(),
                    Command.create({"dimension": "ENERGY", "price": 0.45}),
                    Command.create({"dimension": "FLAT", "price": 4.5}),
                ]
            }
        )
        self.set_taxes({"name": "15 %", "amount": 15, "price_include_override": "tax_excluded"})
        fee = self.company.iicharge_product_id.copy({"name": "Fee"})
        self.charger.site_id.product_ids = [
            Command.create({"component": "FLAT", "product_id": fee.id})
        ]
        for number, method, total in (
            (7001, "round_globally", 10.35),
            (7002, "round_per_line", 10.36),
        ):
            self.company.tax_calculation_rounding_method = method
            session = self.charge_kwh(number, kwh=10)
            folio = self.folio
            self.post()
            self.assertEqual(len(folio.order_line), 2)
            self.assertAlmostEqual(session.amount_total, total)
            self.assertBillAgrees(session, folio)
            self.token.folio_id = self.folio = self.make_stay(self.guest, "102")

    def test_two_taxes_on_top_agree(self):
        self.set_taxes({"name": "7 %", "amount": 7}, {"name": "5 %", "amount": 5})
        session = self.charge_kwh(kwh=7)
        self.post()
        self.assertBillAgrees(session, self.folio)

    def test_taxes_in_the_price_and_on_top_agree(self):
        self.set_taxes(
            {"name": "19 %", "amount": 19, "price_include_override": "tax_included"},
            {"name": "City 3 %", "amount": 3, "price_include_override": "tax_excluded"},
        )
        for kwh in (1, 3, 7, 13):
            session = self.charge_kwh(7000 + kwh, kwh=kwh)
            self.assertEqual(session.amount_untaxed, round(kwh * 0.45, 2))
        self.post()
        self.assertEqual(
            self.folio.order_line.mapped("price_subtotal"),
            self.folio.order_line.iicharge_charge_line_id.mapped("amount_untaxed"),
        )

    def test_charge_of_any_amount_says_what_the_bill_says(self):
        """Half cents of tax too, whichever way the company rounds."""
        product = self.company.iicharge_product_id
        for method in ("round_globally", "round_per_line"):
            self.company.tax_calculation_rounding_method = method
            for included in ("tax_included", "tax_excluded"):
                tax = self.tax.copy(
                    {
                        "name": f"7 % {method} {included}",
                        "amount": 7,
                        "price_include_override": included,
                    }
                )
                charged = [
                    self.env["iicharge.charge.line"]._prepare_amounts(
                        self.company, self.guest, product, tax, cents / 100
                    )
                    for cents in range(1, 300)
                ]
                folio = self.make_stay(self.guest, "109")
                folio.order_line = [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": values["price_unit"],
                            "technical_price_unit": 0.0,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for values in charged
                ]
                for values, line in zip(charged, folio.order_line, strict=True):
                    self.assertAlmostEqual(line.price_subtotal, values["amount_untaxed"])
                    self.assertAlmostEqual(line.price_tax, values["amount_tax"])

    def test_product_archived_is_still_charged(self):
        session = self.charge_kwh()
        self.company.iicharge_product_id.active = False
        self.post()
        self.assertEqual(session.billing, "posted")

    @mute_logger("odoo.addons.iicharge_odoo.models.billing.iicharge_charge")
    def test_charge_of_a_decided_session_delays_no_other(self):
        """Its folio is closed, and its session cannot become late any more."""
        other_folio = self.make_stay(self.guest, "102")
        other_token = self.env["iicharge.token"].create(
            {"uid": "OTHER", "folio_id": other_folio.id}
        )
        odd = self.charge_kwh()
        self.start(7002, minutes=70, idTag=other_token.uid)
        self.stop(7002, minutes=130)
        self.process()
        odd.billing = "void"
        self.folio._action_cancel()
        self.post()
        self.assertEqual(self.session(7002).billing, "posted")
        self.assertEqual((odd.billing, odd.charge_ids.state), ("void", "late"))

    @mute_logger("odoo.sql_db")
    def test_stay_with_a_card_or_a_session_is_not_deleted(self):
        """Otherwise card and session would be without a payer."""
        session = self.charge_kwh()
        self.folio._action_cancel()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.folio.unlink()
        self.assertEqual((self.token.folio_id, session.folio_id), (self.folio, self.folio))
        session.charge_ids.line_ids.unlink()
        session.charge_ids.unlink()
        self.token.folio_id = False
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.folio.unlink()
