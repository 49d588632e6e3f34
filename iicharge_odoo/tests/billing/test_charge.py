# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestCharge(ChargingCase):
    def test_stop_posts_one_line_to_the_folio(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        line = self.folio.order_line
        self.assertEqual(len(line), 1)
        self.assertAlmostEqual(line.price_subtotal, 9.00)
        self.assertAlmostEqual(line.price_total, 9.90)
        self.assertEqual(line.tax_ids, self.tax)
        self.assertEqual(session.billing, "posted")
        self.assertEqual(session.charge_ids.state, "posted")

    def test_line_says_what_a_guest_understands(self):
        self.charge_kwh(kwh=20)
        self.post()
        text = self.folio.order_line.name
        self.assertIn("Garage 1", text)
        self.assertIn("20.000 kWh", text)
        self.assertIn("1 h 0 min", text)

    def test_components_of_two_taxes_make_two_lines(self):
        other = self.tax.copy({"name": "20 %", "amount": 20})
        self.tariff.write(
            {
                "component_ids": [
                    Command.create({"dimension": "FLAT", "price": 0.5, "tax_ids": other.ids})
                ]
            }
        )
        self.charge_kwh(kwh=20)
        self.post()
        lines = self.folio.order_line
        self.assertEqual(
            sorted((line.tax_ids.amount, line.price_subtotal) for line in lines),
            [(10, 9.00), (20, 0.50)],
        )
        self.assertAlmostEqual(self.folio.amount_total, 9.90 + 0.60)

    def test_invoice_books_charging_to_its_own_income_account(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        invoice = self.folio._create_invoices()
        invoice.action_post()
        line = invoice.invoice_line_ids
        account = self.company.iicharge_product_id.with_company(
            self.company
        ).property_account_income_id
        self.assertEqual(line.account_id, account)
        self.assertAlmostEqual(invoice.amount_total, session.amount_total)
        self.assertAlmostEqual(line.price_subtotal, 9.00)

    def test_prices_with_tax_included_end_at_the_same_total(self):
        self.tax.price_include_override = "tax_included"
        session = self.charge_kwh(kwh=20)
        self.post()
        self.assertAlmostEqual(self.folio.amount_untaxed, 9.00)
        self.assertAlmostEqual(self.folio.amount_total, 9.90)
        self.assertAlmostEqual(session.amount_total, 9.90)

    def test_fiscal_position_of_the_guest_is_used(self):
        zero = self.tax.copy({"name": "0 %", "amount": 0, "original_tax_ids": self.tax.ids})
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        zero.fiscal_position_ids = position
        self.folio.fiscal_position_id = position
        self.charge_kwh(kwh=20)
        self.post()
        self.assertAlmostEqual(self.folio.amount_total, 9.00)

    def test_pricelist_of_the_folio_does_not_touch_the_price(self):
        half = self.env["product.pricelist"].create(
            {
                "name": "Half",
                "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 50})],
            }
        )
        self.token.folio_id = self.make_stay(self.guest, "102", pricelist_id=half.id)
        self.charge_kwh(kwh=20)
        self.post()
        self.token.folio_id._recompute_prices()
        self.assertAlmostEqual(self.token.folio_id.amount_untaxed, 9.00)

    def test_copy_of_the_folio_charges_nothing_again(self):
        self.env["sale.order.line"].create(
            {"order_id": self.folio.id, "name": "Breakfast", "display_type": "line_note"}
        )
        self.charge_kwh()
        self.post()
        self.assertEqual(self.folio.copy().order_line.mapped("name"), ["Breakfast"])

    def test_post_again_adds_nothing(self):
        session = self.charge_kwh()
        self.post()
        session.charge_ids.write({"state": "pending"})
        with mute_logger("odoo.sql_db"), self.assertLogs(level="ERROR"):
            session.charge_ids._post_or_refuse()
        self.assertEqual(len(self.folio.order_line), 1)

    def test_same_revision_twice_is_refused_by_the_database(self):
        session = self.charge_kwh()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            session.charge_ids.copy()

    def test_folio_closed_sends_the_charge_to_the_late_charges(self):
        self.start(7001)
        self.process()
        self.folio._action_cancel()
        self.stop(7001)
        self.process()
        self.post()
        session = self.session(7001)
        self.assertEqual(session.billing, "late")
        self.assertEqual(session.charge_ids.state, "late")
        self.assertEqual(session.charge_ids.refusal_code, "folio_closed")
        self.assertTrue(session.charge_ids.refusal_text)
        self.assertFalse(self.folio.order_line)

    def test_folio_opened_again_takes_the_late_charge(self):
        self.start(7001)
        self.process()
        self.folio.action_lock()
        self.stop(7001)
        self.process()
        self.post()
        charge = self.session(7001).charge_ids
        self.assertEqual(charge.state, "late")
        notice = charge.with_user(self.users["accountant"]).action_retry()
        self.assertEqual(notice["params"]["message"], charge.refusal_text)
        self.folio.action_unlock()
        charge.with_user(self.users["accountant"]).action_retry()
        self.assertEqual(charge.state, "posted")
        self.assertEqual(len(self.folio.order_line), 1)

    def test_guest_checked_out_but_bill_open_is_still_charged(self):
        self.start(7001)
        self.process()
        self.folio.iicharge_checkout = fields.Datetime.now() - timedelta(hours=1)
        self.stop(7001)
        self.process()
        self.post()
        self.assertEqual(self.session(7001).billing, "posted")

    def move_folio_to_another_currency(self, rate=None):
        other = self.env["res.currency"].create({"name": "XTS", "symbol": "T", "rounding": 0.01})
        if rate:
            self.env["res.currency.rate"].create(
                {"currency_id": other.id, "rate": rate, "name": "2020-01-01"}
            )
        self.env.cr.execute(
            "UPDATE sale_order SET currency_id = %s WHERE id = %s", (other.id, self.folio.id)
        )
        self.folio.invalidate_recordset()

    def test_folio_in_a_currency_without_rate_is_refused(self):
        self.start(7001)
        self.stop(7001)
        self.process()
        self.move_folio_to_another_currency()
        self.post()
        charge = self.session(7001).charge_ids
        self.assertEqual((charge.state, charge.refusal_code), ("late", "currency_mismatch"))
        self.assertFalse(self.folio.order_line)

    def test_folio_in_a_currency_with_rate_is_charged_at_it(self):
        session = self.charge_kwh(kwh=20)
        self.move_folio_to_another_currency(rate=2)
        self.post()
        self.assertEqual(session.charge_ids.state, "posted")
        self.assertEqual(self.folio.order_line.price_subtotal, 18.00)
        self.assertEqual(session.charge_ids.amount_untaxed, 9.00)
        self.assertEqual(session.charge_ids.line_ids.billed_untaxed, 18.00)

    @mute_logger("odoo.addons.iicharge_odoo.models.billing.iicharge_charge")
    def test_unforeseen_failure_is_tried_again_later(self):
        session = self.charge_kwh()
        property_class = type(self.env["iicharge.property"])
        with patch.object(property_class, "_create_lines", side_effect=ZeroDivisionError):
            session.charge_ids._post_or_refuse()
        charge = session.charge_ids
        self.assertEqual(charge.state, "refused")
        self.assertEqual(charge.refusal_code, "temporarily_unavailable")
        self.assertGreater(charge.retry_at, fields.Datetime.now())
        self.post()
        self.assertEqual(charge.state, "refused", "not before its time")
        charge.retry_at = fields.Datetime.now() - timedelta(seconds=1)
        self.post()
        self.assertEqual(charge.state, "posted")
        self.assertEqual(len(self.folio.order_line), 1)

    def test_nothing_charged_is_free_and_posts_nothing(self):
        self.start(7001)
        self.stop(7001, meter_stop=1000)
        self.process()
        self.post()
        self.assertEqual(self.session(7001).billing, "free")
        self.assertFalse(self.folio.order_line)

    def test_visitor_without_stay_waits_to_be_paid(self):
        self.env["iicharge.token"].create({"uid": "VISITOR", "group": "visitor"})
        self.start(7001, idTag="VISITOR")
        self.stop(7001)
        self.process()
        session = self.session(7001)
        self.assertEqual(session.billing, "rated")
        self.assertAlmostEqual(session.amount_total, 4.95)
        self.assertFalse(session.charge_ids)
