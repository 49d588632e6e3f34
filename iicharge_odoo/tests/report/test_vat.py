# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The VAT report compares charges, invoices and journal by month and rate."""

import base64
from datetime import date

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..billing.reconciliation import ReconciliationCase
from ..pos.register import RegisterCase


class VatCase:
    def report(self, user="accountant", **values):
        reports = self.env["iicharge.vat.report"].with_user(self.users[user])
        today = fields.Date.today()
        days = {"date_from": today.replace(day=1), "date_to": fields.Date.add(today, days=2)}
        report = reports.create({"company_id": self.company.id, **days, **values})
        report.action_check()
        return report

    def read_rows(self, report):
        names = ("charged", "invoiced", "booked")
        return {
            row.rate: [(row[f"{name}_untaxed"], row[f"{name}_tax"]) for name in names]
            for row in report.row_ids
        }


@tagged("post_install", "-at_install")
class TestVat(VatCase, ReconciliationCase):
    def test_charges_invoices_and_journal_agree_by_rate(self):
        self.charge(kwh=20)
        self.tariff.component_ids.tax_ids = self.tax.copy({"name": "19 %", "amount": 19})
        self.charge(kwh=10)
        report = self.report()
        self.assertFalse(report.row_ids)
        found = {row.rate: (row.amount_untaxed, row.amount_tax) for row in report.open_ids}
        self.assertEqual(found, {"10 %": (9.00, 0.90), "19 %": (4.50, 0.86)})
        self.invoice()
        report = self.report()
        self.assertEqual(
            self.read_rows(report), {"19 %": [(4.50, 0.86)] * 3, "10 %": [(9.00, 0.90)] * 3}
        )
        self.assertEqual((report.document_count, report.open_ids), (0, report.open_ids.browse()))
        month = fields.Date.today().replace(day=1)
        self.assertEqual(report.row_ids.mapped("month"), [month, month])

    def test_rooms_on_the_invoice_are_not_charging(self):
        self.charge(kwh=20)
        bed = self.env["product.product"].create({"name": "Bed", "type": "service"})
        self.folio.order_line = [
            Command.create({"product_id": bed.id, "price_unit": 100, "tax_ids": self.tax.ids})
        ]
        self.invoice()
        self.assertEqual(self.read_rows(self.report()), {"10 %": [(9.00, 0.90)] * 3})

    def test_discount_on_the_bill_is_shown_with_its_document(self):
        self.charge(kwh=20)
        self.folio.order_line.discount = 50
        invoice = self.invoice()
        report = self.report()
        self.assertEqual(
            self.read_rows(report), {"10 %": [(9.00, 0.90), (4.50, 0.45), (4.50, 0.45)]}
        )
        self.assertEqual(report.document_ids.name, invoice.display_name)
        self.assertEqual(report.document_ids.invoice_difference, -4.95)
        self.assertEqual(report.document_ids.journal_difference, 0)
        self.assertIn("changed by staff", report.document_ids.explanation)
        self.assertEqual(report.document_ids.action_open()["res_id"], invoice.id)

    def test_tax_that_was_changed_in_the_journal_is_shown(self):
        self.charge(kwh=20)
        invoice = self.invoice()
        item = invoice.line_ids.filtered("tax_line_id")
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE account_move_line SET balance = balance - 0.30, credit = credit + 0.30,
                      amount_currency = amount_currency - 0.30 WHERE id = %s""",
            [item.id],
        )
        self.env.invalidate_all()
        report = self.report()
        self.assertEqual(
            self.read_rows(report), {"10 %": [(9.00, 0.90), (9.00, 0.90), (9.00, 1.20)]}
        )
        self.assertAlmostEqual(report.document_ids.journal_difference, 0.30)
        self.assertIn("changed by hand", report.document_ids.explanation)

    def test_credits_are_below_zero(self):
        session = self.charge(kwh=20)
        self.invoice()
        session.charge_ids._create_credit("Broken")
        report = self.report()
        self.assertEqual(self.read_rows(report), {"10 %": [(0, 0)] * 3})
        self.assertFalse(report.document_ids)

    def test_half_of_a_line_is_half_of_its_charge(self):
        self.charge(kwh=20)
        first = self.folio._create_invoices()
        first.invoice_line_ids.quantity /= 2
        first.action_post()
        report = self.report()
        self.assertEqual(self.read_rows(report), {"10 %": [(4.50, 0.45)] * 3})
        self.assertEqual(report.open_ids.amount_untaxed, 4.50)

    def test_credit_note_by_hand_takes_its_part_of_the_charge(self):
        self.charge(kwh=20)
        invoice = self.invoice()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Goodwill"})
        )
        self.env["account.move"].browse(wizard.refund_moves()["res_id"]).action_post()
        self.assertEqual(self.read_rows(self.report()), {"10 %": [(0, 0)] * 3})

    def test_taxes_that_are_rounded_in_all_are_no_difference(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.tariff.component_ids.price = 0.35
        for number in range(3):
            self.charge(kwh=1, minutes=20 * number)
        self.invoice()
        report = self.report()
        self.assertFalse(report.document_ids)
        self.assertEqual(report.row_ids.invoice_difference, 0)
        of_charges, of_journal = report.row_ids.charged_tax, report.row_ids.booked_tax
        self.assertAlmostEqual(report.row_ids.rounding, of_journal - of_charges)

    def test_other_months_are_left_out(self):
        self.charge(kwh=20)
        self.invoice()
        report = self.report(date_from=date(2020, 1, 1), date_to=date(2020, 12, 31))
        self.assertFalse(report.row_ids)

    def test_spreadsheet_has_the_rows(self):
        self.charge(kwh=20)
        self.invoice()
        header, row, *rest = base64.b64decode(self.report().file).decode().splitlines()
        self.assertEqual(header.split(",")[:4], ["month", "rate", "charged_untaxed", "charged_tax"])
        self.assertEqual(row.split(",")[1:8], ["10 %", *["9.00", "0.90"] * 3])
        self.assertFalse(rest)

    def test_only_accountants_of_the_company_see_it(self):
        for user in ("front_desk", "technician"):
            with self.assertRaises(AccessError):
                self.report(user)
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(AccessError):
            self.report(company_id=other.id)


@tagged("post_install", "-at_install")
class TestVatOfRegisters(VatCase, RegisterCase):
    def test_register_is_booked_when_it_is_closed(self):
        ev = self.charge_visitor()
        self.pay(self.lines_of(self.take(ev)))
        report = self.report()
        self.assertEqual(self.read_rows(report), {"10 %": [(9.00, 0.90), (9.00, 0.90), (0, 0)]})
        self.assertIn("not closed yet", report.document_ids.explanation)
        self.assertFalse(report.open_ids)
        self.close()
        report = self.report()
        self.assertEqual(self.read_rows(report), {"10 %": [(9.00, 0.90)] * 3})
        self.assertFalse(report.document_ids)

    def test_refund_takes_it_back(self):
        order = self.pay(self.lines_of(self.take(self.charge_visitor())))
        self.pay(self.refund_of(order))
        self.close()
        self.assertEqual(self.read_rows(self.report()), {"10 %": [(0, 0)] * 3})
