# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A posted charge is corrected by a credit, never deleted (docs/room-charges.md rule 12)."""

from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...core import errors
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestCredit(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charged = cls.charge_kwh(kwh=20)
        cls.post()
        cls.charge = cls.charged.charge_ids

    def invoice(self, post=True):
        invoice = self.folio._create_invoices()
        if post:
            invoice.action_post()
        return invoice

    def test_credit_before_the_invoice_is_a_negative_line(self):
        credit = self.charge._create_credit("Charger failed")
        self.assertEqual((credit.kind, credit.state, credit.revision), ("credit", "posted", 2))
        self.assertEqual((credit.amount_untaxed, credit.amount_total), (-9.00, -9.90))
        self.assertEqual(self.charge.state, "credited")
        self.assertEqual(self.folio.order_line.mapped("price_subtotal"), [9.00, -9.00])
        self.assertEqual(self.folio.amount_total, 0)
        self.assertIn("Charger failed", self.folio.order_line[-1].name)

    def test_credit_after_the_invoice_is_a_credit_note(self):
        invoice = self.invoice()
        credit = self.charge._create_credit("Charger failed")
        note = credit.line_ids.invoice_line_id.move_id
        self.assertEqual((note.move_type, note.state), ("out_refund", "posted"))
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertEqual((note.amount_untaxed, note.amount_total), (9.00, 9.90))
        self.assertEqual(credit.line_ids.billed_untaxed, -9.00)
        self.assertEqual(note.invoice_line_ids.account_id, invoice.invoice_line_ids.account_id)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(len(self.folio.order_line), 1)
        self.assertEqual(self.folio.invoice_status, "invoiced")

    def test_credit_while_the_invoice_is_a_draft_goes_on_it(self):
        invoice = self.invoice(post=False)
        self.charge._create_credit("Charger failed", Decimal("4.00"))
        self.assertEqual(invoice.invoice_line_ids.mapped("price_subtotal"), [9.00, -4.00])
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 5.50)

    def test_draft_invoice_deleted_moves_the_credit_to_the_folio(self):
        invoice = self.invoice(post=False)
        credit = self.charge._create_credit("Charger failed", Decimal("4.00"))
        invoice.unlink()
        self.assertEqual(credit.state, "pending")
        self.post()
        self.assertEqual(credit.state, "posted")
        self.assertEqual(self.folio.amount_untaxed, 5.00)

    def test_credit_in_part_leaves_the_charge_on_the_books(self):
        credit = self.charge._create_credit("Idle", Decimal("2.00"))
        self.assertEqual(credit.amount_total, -2.20)
        self.assertEqual(self.charge.state, "posted")
        self.assertEqual(self.folio.amount_total, 7.70)

    def test_credits_never_take_back_more_than_was_charged(self):
        self.charge._create_credit("Idle", Decimal("2.00"))
        with self.assertRaises(errors.CreditTooHigh):
            self.charge._create_credit("Idle", Decimal("7.01"))
        self.charge._create_credit("The rest")
        self.assertEqual(self.charge.state, "credited")
        self.assertFalse(self.charge._create_credit("Again"))
        self.assertEqual(self.folio.amount_total, 0)

    def test_credit_in_part_is_shared_over_the_lines(self):
        other = self.tax.copy({"name": "20 %", "amount": 20})
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 0.5, "tax_ids": other.ids})
        ]
        session = self.charge_kwh(7002, kwh=20, minutes=70)
        self.post()
        credit = session.charge_ids._create_credit("Part", Decimal("3.00"))
        self.assertEqual(sorted(credit.line_ids.mapped("amount_untaxed")), [-2.84, -0.16])

    def test_credit_of_a_closed_folio_without_invoice_waits_at_the_late_charges(self):
        self.folio.action_lock()
        credit = self.charge._create_credit("Charger failed")
        self.assertEqual((credit.state, credit.refusal_code), ("late", "folio_closed"))
        note = credit._create_late_invoice(self.guest)
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 9.90))
        self.assertEqual(credit.state, "posted")

    def test_credit_of_a_cancelled_folio_stays_on_it(self):
        self.folio._action_cancel()
        session = self.charge.session_id
        credit = session.charge_ids.filtered(lambda charge: charge.kind == "credit")
        self.assertEqual((credit.state, credit.line_ids.folio_id), ("posted", self.folio))
        self.assertEqual(self.folio.amount_total, 0)
        late = session.charge_ids - self.charge - credit
        self.assertEqual((late.state, late.refusal_code), ("late", "folio_closed"))
        self.assertEqual((late.amount_total, session.amount_total), (9.90, 9.90))
        self.assertEqual((session.billing, self.charge.state), ("late", "credited"))

    def test_credit_of_a_cancelled_folio_that_is_invoiced_is_a_credit_note(self):
        invoice = self.invoice()
        self.folio._action_cancel()
        credit = self.charge._create_credit("Charger failed")
        self.assertEqual(credit.line_ids.invoice_line_id.move_id.reversed_entry_id, invoice)

    def test_credit_of_a_split_charge_goes_to_each_bill(self):
        bill = self.make_stay(self.env["res.partner"].create({"name": "ACME"}), False)
        self.env["iicharge.routing"].create({"folio_id": self.folio.id, "paying_folio_id": bill.id})
        session = self.charge_kwh(7002, kwh=20, minutes=70)
        self.post()
        session.charge_ids._create_credit("Charger failed")
        self.assertEqual(bill.amount_total, 0)
        self.assertEqual(self.folio.amount_total, 9.90)

    def test_same_revision_again_returns_the_first_result(self):
        lines = [{"amount_untaxed": 9.00}]
        self.assertEqual(self.charge._create_once(self.charged, 1, lines), self.charge)

    def test_same_revision_with_another_amount_is_a_conflict(self):
        with self.assertRaises(errors.ChargeConflict):
            self.charge._create_once(self.charged, 1, [{"amount_untaxed": 8.00}])

    def test_currency_rate_moved_since_credits_what_was_put_on_the_bill(self):
        currency = self.env["res.currency"].create({"name": "XTS", "symbol": "T"})
        rate = self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 2, "name": "2020-01-01"}
        )
        self.env.cr.execute(
            "UPDATE sale_order SET currency_id = %s WHERE id = %s",
            (currency.id, self.folio.id),
        )
        self.folio.invalidate_recordset()
        session = self.charge_kwh(7002, kwh=20, minutes=70)
        self.post()
        self.assertEqual(session.charge_ids.line_ids.billed_untaxed, 18.00)
        rate.rate = 3
        session.charge_ids._create_credit("Charger failed")
        lines = session.charge_ids.line_ids
        self.assertEqual(lines.mapped("billed_untaxed"), [18.00, -18.00])

    def make_foreign(self, rate):
        """Set the folio to another currency."""
        currency = self.env["res.currency"].create({"name": "XTS", "symbol": "T"})
        rate = self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": rate, "name": "2020-01-01"}
        )
        self.env.cr.execute(
            "UPDATE sale_order SET currency_id = %s WHERE id = %s",
            (currency.id, self.folio.id),
        )
        self.folio.invalidate_recordset()
        return rate

    def test_currency_rate_moved_since_credits_parts_at_the_old_rate(self):
        rate = self.make_foreign(1.2345)
        charge = self.charge_kwh(7002, kwh=20, minutes=70).charge_ids
        self.post()
        rate.rate = 3
        charge._create_credit("Idle", Decimal("4.00"))
        self.assertEqual(charge.credit_ids.line_ids.billed_untaxed, -4.94)
        charge._create_credit("The rest")
        placed = (charge | charge.credit_ids).line_ids.mapped("billed_untaxed")
        self.assertAlmostEqual(sum(placed), 0)

    def test_currency_rate_moved_since_credits_the_invoice_at_the_old_rate(self):
        rate = self.make_foreign(2)
        charge = self.charge_kwh(7002, kwh=20, minutes=70).charge_ids
        self.post()
        self.folio.order_line[0].product_uom_qty = 0
        self.invoice()
        rate.rate = 3
        charge._create_credit("Idle", Decimal("4.00"))
        note = charge.credit_ids.line_ids.invoice_line_id.move_id
        self.assertEqual(note.amount_untaxed, 8.00)

    def test_rest_after_a_credit_in_part_leaves_no_cent_of_tax(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        # 0.05 is 0.01 of tax, 8.95 is 0.90 of tax, together 0.01 more than was charged
        self.charge._create_credit("Idle", Decimal("0.05"))
        rest = self.charge._create_credit("The rest")
        self.charged._update_amounts()
        self.assertEqual((rest.amount_untaxed, rest.amount_tax), (-8.95, -0.89))
        self.assertEqual((self.charged.amount_untaxed, self.charged.amount_total), (0, 0))
        self.assertEqual(self.folio.amount_total, 0)

    def test_rest_of_an_invoice_after_a_credit_in_part_leaves_no_cent_of_tax(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        invoice = self.invoice()
        self.charge._create_credit("Idle", Decimal("0.05"))
        self.charge._create_credit("The rest")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(sum(self.charge.credit_ids.mapped("amount_total")), -9.90)

    def test_credit_in_full_is_of_the_bill_after_a_discount(self):
        self.folio.order_line.discount = 50
        self.charge._create_credit("Charger failed")
        self.assertEqual(self.folio.order_line.mapped("price_subtotal"), [4.50, -4.50])

    def test_credit_in_full_skips_a_line_set_to_zero(self):
        self.folio.order_line.product_uom_qty = 0
        self.charge._create_credit("Charger failed")
        self.assertEqual(self.folio.amount_total, 0)

    def test_credit_in_full_is_of_the_invoiced_amounts(self):
        for post in (False, True):
            charge = self.charge_kwh(7002 + post, kwh=20, minutes=70 * (1 + post)).charge_ids
            self.post()
            invoice = self.invoice(post=False)
            line = invoice.invoice_line_ids.filtered(
                lambda item, charge=charge: item.sale_line_ids == charge.line_ids.sale_line_ids
            )
            line.write({"price_unit": 6 / line.quantity, "discount": 50})
            if post:
                invoice.action_post()
            charge._create_credit("Charger failed")
            credited = charge.credit_ids.line_ids.invoice_line_id
            self.assertEqual(credited.price_subtotal, 3.00 if post else -3.00)
            invoice.filtered(lambda move: move.state == "draft").button_cancel()

    def test_charges_and_credits_cannot_be_deleted(self):
        credit = self.charge._create_credit("Charger failed")
        for user in self.users.values():
            with self.assertRaises(AccessError):
                (credit | self.charge).with_user(user).unlink()
