# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What may be credited is what the invoices say, less all credit notes on them
(docs/room-charges.md rule 17)."""

from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...core import errors
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestCreditNote(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charged = cls.charge_kwh(kwh=20)
        cls.post()
        cls.charge = cls.charged.charge_ids

    def invoice(self, **values):
        invoice = self.folio._create_invoices()
        if values:
            invoice.invoice_line_ids.write(values)
        invoice.action_post()
        return invoice

    def credit_by_hand(self, invoice, price):
        """An accountant reverses the invoice and lowers the line before posting."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Goodwill"})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        for line in note.invoice_line_ids.filtered("product_id"):
            line.price_unit = price / line.quantity
        note.action_post()
        return note

    def get_notes(self, invoice):
        return invoice.reversal_move_ids.filtered(lambda move: move.state == "posted")

    def test_discount_on_the_bill_lowers_what_may_be_credited(self):
        self.folio.order_line.discount = 50
        invoice = self.invoice()
        self.assertEqual(invoice.amount_total, 4.95)
        with self.assertRaises(errors.CreditTooHigh):
            self.charge._create_credit("All of it", Decimal("8.00"))
        self.charge._create_credit("Part", Decimal("4.00"))
        self.charge._create_credit("The rest")
        self.assertEqual(self.get_notes(invoice).mapped("amount_total"), [4.40, 0.55])
        self.assertEqual((invoice.amount_residual, self.charge.state), (0, "credited"))

    def test_discount_on_a_bill_that_is_not_invoiced_leaves_nothing(self):
        self.folio.order_line.discount = 50
        self.charge._create_credit("Part", Decimal("4.00"))
        self.charge._create_credit("The rest")
        self.assertEqual((self.folio.amount_total, self.charge.state), (0, "credited"))

    def test_dispute_offers_what_is_left_on_the_invoice(self):
        self.folio.order_line.discount = 50
        self.invoice()
        dispute = self.charged._open_dispute("price", "?")
        with self.assertRaisesRegex(UserError, "4.95"):
            dispute._credit_in_part(8.80, "True")
        dispute._credit_in_part(4.40, "True")
        self.assertEqual(self.charged.amount_total, 5.50)

    def test_credit_note_by_hand_counts(self):
        invoice = self.invoice()
        self.credit_by_hand(invoice, 2.38)
        self.assertEqual(self.charge._get_creditable(), {self.charge.line_ids: Decimal("6.62")})
        self.charge._create_credit("All")
        self.assertEqual(
            sum(self.get_notes(invoice).mapped("amount_untaxed")), invoice.amount_untaxed
        )
        self.assertEqual(invoice.amount_residual, 0)

    def test_part_credited_by_hand_is_not_offered_again(self):
        invoice = self.invoice()
        note = self.credit_by_hand(invoice, 2.38)
        self.assertEqual(self.folio.invoice_status, "invoiced")
        note.button_draft()
        note.button_cancel()
        self.assertEqual(self.folio.invoice_status, "invoiced")
        self.credit_by_hand(invoice, 9.00)
        self.assertEqual(self.folio.order_line.qty_to_invoice, 20, "all of it, as in Odoo")

    def test_all_credited_by_hand_leaves_no_credit_note_to_write(self):
        invoice = self.invoice()
        self.credit_by_hand(invoice, 9.00)
        credit = self.charge._create_credit("All")
        self.assertEqual((self.charge.state, credit.state), ("credited", "posted"))
        self.assertEqual(len(self.get_notes(invoice)), 1)

    def test_tax_that_an_accountant_kept_is_not_given_back_as_rounding(self):
        invoice = self.invoice()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "reason": "Without tax"})
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        line = note.invoice_line_ids.filtered("product_id")
        line.write({"price_unit": 4 / line.quantity, "tax_ids": False})
        note.action_post()
        self.charge._create_credit("All")
        self.assertEqual(sorted(self.get_notes(invoice).mapped("amount_total")), [4.00, 5.50])
        self.assertEqual(invoice.amount_residual, 0.40)

    def test_credit_note_of_the_order_without_its_invoice_counts_once(self):
        first = self.folio._create_invoices()
        first.invoice_line_ids.quantity /= 2
        first.action_post()
        second = self.invoice()
        note = self.credit_by_hand(second, 1.00)
        note.button_draft()
        note.reversed_entry_id = False
        note.action_post()
        self.assertEqual(self.charge._get_creditable(), {self.charge.line_ids: Decimal("8.00")})

    def test_late_charge_credited_by_hand_counts(self):
        session = self.charge_kwh(7002, kwh=20, minutes=70)
        self.folio.action_lock()
        self.post()
        invoice = session.charge_ids._create_late_invoice(self.guest)
        invoice.action_post()
        self.credit_by_hand(invoice, 2.00)
        session.charge_ids._create_credit("All")
        self.assertEqual(invoice.amount_residual, 0)

    def test_line_invoiced_in_two_halves_is_credited_on_both(self):
        first = self.folio._create_invoices()
        first.invoice_line_ids.quantity /= 2
        first.action_post()
        second = self.invoice()
        self.assertEqual((first.amount_untaxed, second.amount_untaxed), (4.50, 4.50))
        self.charge._create_credit("Part", Decimal("1.00"))
        self.charge._create_credit("All")
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 0))

    def test_third_that_is_invoiced_and_the_rest_are_credited_where_they_are(self):
        for discount in (0, 50):
            with self.subTest(discount=discount):
                folio = self.make_stay(self.guest, f"30{discount}")
                uid = f"THIRD{discount}"
                self.env["iicharge.token"].create({"uid": uid, "folio_id": folio.id})
                session = self.charge_kwh(7200 + discount, kwh=20, minutes=80, idTag=uid)
                self.post()
                folio.order_line.discount = discount
                first = folio._create_invoices()
                first.invoice_line_ids.quantity = 6
                first.action_post()
                session.charge_ids._create_credit("All")
                self.assertEqual(first.amount_residual, 0)
                rest = folio._create_invoices(final=True)
                self.assertEqual((rest.amount_total, len(rest.invoice_line_ids)), (0, 2))

    def test_parts_of_odd_cents_are_the_charge_in_all(self):
        """In all with tax where prices are with tax; else without it, and each has its own tax."""
        for tax_included, total in (("NO", "amount_untaxed"), ("YES", "amount_total")):
            with self.subTest(tax_included):
                self.tariff.tax_included = tax_included
                self.tariff.component_ids.price = 0.4505
                folio = self.make_stay(self.guest, "201")
                self.env["iicharge.token"].create({"uid": tax_included, "folio_id": folio.id})
                number = 7100 + len(tax_included)
                session = self.charge_kwh(number, kwh=20, minutes=90, idTag=tax_included)
                self.post()
                for part in (0.5, 0.25):
                    invoice = folio._create_invoices()
                    invoice.invoice_line_ids.quantity = 20 * part
                    invoice.action_post()
                folio._create_invoices().action_post()
                parts = folio.invoice_ids.mapped(total)
                self.assertEqual((len(parts), session[total]), (3, 9.01))
                self.assertAlmostEqual(sum(parts), 9.01)

    def test_half_that_is_not_invoiced_is_credited_on_the_order(self):
        first = self.folio._create_invoices()
        first.invoice_line_ids.quantity /= 2
        first.action_post()
        self.charge._create_credit("All")
        self.assertEqual(first.amount_residual, 0)
        self.assertEqual(self.folio.order_line.mapped("price_subtotal"), [9.00, -4.50])

    def test_half_of_odd_cents_that_is_not_invoiced_leaves_no_cent(self):
        """9.01: 4.51 is on the invoice, so 4.50 is left on the order, not 4.51."""
        for tax_included, total in (("NO", "price_subtotal"), ("YES", "price_total")):
            with self.subTest(tax_included):
                self.tariff.tax_included = tax_included
                self.tariff.component_ids.price = 0.4505
                folio = self.make_stay(self.guest, "202")
                self.env["iicharge.token"].create({"uid": tax_included, "folio_id": folio.id})
                number = 7200 + len(tax_included)
                session = self.charge_kwh(number, kwh=20, minutes=90, idTag=tax_included)
                self.post()
                first = folio._create_invoices()
                first.invoice_line_ids.quantity = 10
                first.action_post()
                session.charge_ids._create_credit("All")
                self.assertEqual(first.amount_residual, 0)
                self.assertEqual(folio.order_line.mapped(total), [9.01, -4.50])
                rest = folio._create_invoices(final=True)
                self.assertEqual(rest.amount_total, 0)

    def test_parts_leave_no_cent_where_taxes_are_rounded_in_all(self):
        """10.01 and 19 % are 11.91; 3.96 and 3.97 of it and the rest were 11.90."""
        self.company.tax_calculation_rounding_method = "round_globally"
        self.tax.amount = 19
        self.tariff.component_ids.price = 1.001
        session = self.charge_kwh(7002, kwh=10, minutes=70)
        self.folio.order_line.product_uom_qty = 0
        self.post()
        invoice = self.invoice()
        self.assertEqual(invoice.amount_total, 11.91)
        for part in ("3.33", "3.34", None):
            session.charge_ids.filtered(lambda c: c.kind == "charge")._create_credit(
                "Part", part and Decimal(part)
            )
        self.assertEqual(sum(self.get_notes(invoice).mapped("amount_total")), 11.91)
        self.assertEqual(invoice.amount_residual, 0)

    def test_sessions_of_one_invoice_credited_one_by_one_are_the_invoice(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.tariff.component_ids.price = 0.35
        sessions = self.charged
        for number in (7002, 7003, 7004):
            sessions |= self.charge_kwh(number, kwh=1, minutes=70 * (number - 7001))
        self.post()
        invoice = self.invoice()
        for session in sessions:
            session.charge_ids._create_credit("All")
        self.assertEqual(sum(self.get_notes(invoice).mapped("amount_tax")), invoice.amount_tax)
        self.assertEqual(invoice.amount_residual, 0)

    def test_credit_note_is_dated_by_the_clock_of_the_site(self):
        """Where it is another day than by UTC now: in the east after 10:00, in the west before."""
        now = fields.Datetime.now()
        is_late = now.hour >= 10
        self.site.time_zone = "Pacific/Kiritimati" if is_late else "Pacific/Pago_Pago"
        invoice = self.invoice()
        self.charge._create_credit("All")
        day = now.date() + timedelta(days=1 if is_late else -1)
        self.assertEqual(self.get_notes(invoice).invoice_date, day)
        dispute = self.charged._open_dispute("price", "?")
        self.assertEqual(dispute.deadline, day + timedelta(days=7))
        dispute.deadline = day
        self.assertFalse(dispute.is_overdue)
        self.assertNotIn(dispute, dispute.search([("is_overdue", "=", True)]))
        dispute.deadline = day - timedelta(days=1)
        self.assertTrue(dispute.is_overdue)
        self.assertIn(dispute, dispute.search([("is_overdue", "=", True)]))

    def test_other_lines_of_the_invoice_stay(self):
        self.folio.order_line = [
            Command.create({"product_id": self.env["product.product"].create({"name": "Bed"}).id})
        ]
        self.folio.order_line[-1].price_unit = 100
        invoice = self.invoice()
        total = invoice.amount_total
        self.charge._create_credit("All")
        self.assertAlmostEqual(invoice.amount_residual, total - 9.90)
