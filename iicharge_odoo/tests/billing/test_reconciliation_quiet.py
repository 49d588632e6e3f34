# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A reconciliation shows nothing where staff and accountants did what they may."""

from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from .reconciliation import ReconciliationCase


class QuietCase(ReconciliationCase):
    def reverse(self, invoice, price=None):
        """An accountant reverses an invoice, and may lower the line before posting."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Goodwill"})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if price is not None:
            for line in note.invoice_line_ids.filtered("product_id"):
                line.price_unit = price / line.quantity
        note.action_post()
        return note

    def assertInformation(self, kind):
        report = self.check()
        self.assertEqual(
            report.difference_ids.mapped(lambda row: (row.kind, row.is_information)), [(kind, True)]
        )
        self.assertEqual(report.stage_ids.mapped("difference"), [0] * 5)
        self.assertEqual((report.difference_count, report.difference, report.open_count), (0, 0, 0))
        return report


@tagged("post_install", "-at_install")
class TestReconciliationOfCredits(QuietCase):
    def setUp(self):
        super().setUp()
        self.posted = self.charge(kwh=20)
        self.charged = self.posted.charge_ids

    def credit(self, amount=None):
        credit = self.charged._create_credit("Promised", amount and Decimal(amount))
        self.posted._update_amounts()
        self.posted._set_billing("posted" if self.charged.state == "posted" else "void")
        return credit

    def test_discount_is_information_until_all_is_credited(self):
        self.folio.order_line.discount = 50
        report = self.assertInformation("discounted")
        self.assertEqual(report.difference_ids.amount, -4.50)
        self.assertEqual(self.waiting(report), {"discount": 4.50, "bill": 4.50})
        self.credit()
        self.assertAgrees()
        self.invoice()
        self.assertAgrees()

    def test_discount_that_was_invoiced_is_information_until_all_is_credited(self):
        self.folio.order_line.discount = 50
        self.invoice()
        self.assertInformation("discounted")
        self.credit("4.00")
        report = self.assertInformation("discounted")
        self.assertEqual(report.difference_ids.amount, -4.50)
        self.credit()
        self.assertAgrees()

    def test_cents_of_a_discount_on_a_price_with_tax_are_no_difference(self):
        """Price and net are rounded before and after it, so that Odoo books up to two cents less or
        more than the part of the net; a third is a price that was changed."""
        self.folio.order_line.discount = 50
        for net, kind in ((4.48, "discounted"), (4.47, "billed_amount")):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE sale_order_line SET price_subtotal = %s WHERE id = %s",
                [net, self.folio.order_line.id],
            )
            self.assertEqual(set(self.check().difference_ids.mapped("kind")), {kind})

    def test_part_credited_by_hand_on_a_bill_with_a_credit_is_not_offered_again(self):
        self.credit("2.00")
        invoice = self.invoice()
        self.assertEqual(len(invoice.invoice_line_ids.filtered("product_id")), 2)
        self.reverse(invoice, 1.00)
        self.assertEqual(self.folio.invoice_status, "invoiced")
        report = self.check()
        self.assertEqual(set(report.difference_ids.mapped("kind")), {"credited_by_hand"})
        self.assertEqual(report.stage_ids.mapped("difference"), [0] * 5)

    def test_price_beside_a_discount_is_a_difference(self):
        price = 8.00 / self.folio.order_line.product_uom_qty
        self.folio.order_line.write({"discount": 50, "price_unit": price})
        self.assertFound("billed_amount")

    def test_parts_that_round_to_other_cents_agree(self):
        for part in (0.333, 0.333):
            invoice = self.folio._create_invoices()
            invoice.invoice_line_ids.quantity = part * self.folio.order_line.product_uom_qty
            invoice.action_post()
            self.assertAgrees()
        # 6.66, 6.66 and 6.68 kWh at 0.45 would be a cent more than 20 kWh
        self.invoice()
        self.assertAgrees()

    def test_credit_note_by_hand_is_shown_for_information(self):
        self.reverse(self.invoice(), 2.38)
        report = self.assertInformation("credited_by_hand")
        self.assertEqual(report.difference_ids.amount, -2.38)
        self.assertEqual(self.waiting(report), {"by_hand": 2.38})
        self.credit("1.00")
        self.assertInformation("credited_by_hand")
        self.credit()
        self.assertAgrees()

    def test_credit_note_by_hand_in_draft_is_no_difference(self):
        note = self.reverse(self.invoice(), 2.38)
        note.button_draft()
        self.assertInformation("credited_by_hand")
        note.button_cancel()
        self.assertAgrees()

    def test_all_credited_by_hand_and_then_by_a_decision(self):
        self.reverse(self.invoice(), 9.00)
        self.assertEqual(self.waiting(self.assertAgrees()), {"bill": 9.00})
        self.credit()
        self.assertEqual(self.waiting(self.assertAgrees()), {})

    def test_reversed_and_invoiced_again(self):
        self.reverse(self.invoice())
        self.invoice()
        self.assertEqual(self.waiting(self.assertAgrees()), {})
        self.credit()
        self.assertAgrees()

    def test_credit_note_by_hand_of_a_late_charge(self):
        self.folio.action_lock()
        late = self.charge(minutes=20)
        invoice = late.charge_ids._create_late_invoice(self.guest)
        invoice.action_post()
        self.assertAgrees()
        self.reverse(invoice, 2.00)
        self.assertInformation("credited_by_hand")
        late.charge_ids._create_credit("All")
        late._update_amounts()
        late._set_billing("void")
        self.assertAgrees()

    def test_line_invoiced_in_two_halves(self):
        first = self.folio._create_invoices()
        first.invoice_line_ids.quantity /= 2
        self.assertEqual(self.waiting(self.assertAgrees()), {"bill": 4.50, "draft": 4.50})
        first.action_post()
        self.assertEqual(self.waiting(self.assertAgrees()), {"bill": 4.50})
        self.invoice()
        self.assertEqual(self.waiting(self.assertAgrees()), {})
        self.credit("1.00")
        self.assertAgrees()
        self.credit()
        self.assertAgrees()

    def test_half_that_is_not_invoiced_is_credited_on_the_order(self):
        first = self.folio._create_invoices()
        first.invoice_line_ids.quantity /= 2
        first.action_post()
        self.credit()
        self.assertAgrees()


@tagged("post_install", "-at_install")
class TestReconciliationOfRounding(QuietCase):
    def setUp(self):
        super().setUp()
        self.other_tax = self.tax.copy({"name": "7 %", "amount": 7})

    def charge_many(self, prices):
        sessions = self.env["iicharge.session"]
        for number, price in enumerate(prices):
            self.tariff.component_ids.filtered(lambda c: c.dimension == "ENERGY").price = price
            sessions |= self.charge(kwh=1, minutes=11 * number)
            self.assertAgrees()
        return sessions

    def credit_all(self, sessions, in_parts=True):
        for number, session in enumerate(sessions):
            if in_parts and number % 2:
                session.charge_ids._create_credit("Part", Decimal("0.10"))
                session._update_amounts()
                self.assertAgrees()
            session._open_dispute("price", "All of it")._credit_in_full("Oops")
            self.assertAgrees()

    def test_two_rates_rounded_in_all(self):
        self.charge_under_two_rates(in_parts=False)

    def test_two_rates_rounded_in_all_and_credited_in_parts(self):
        self.charge_under_two_rates(in_parts=True)

    def charge_under_two_rates(self, in_parts):
        for included in ("NO", "YES"):
            for percent in (19, 20):
                self.company.tax_calculation_rounding_method = "round_globally"
                self.tax.amount = percent
                self.tariff.tax_included = included
                self.tariff.component_ids.filtered(lambda c: c.dimension == "FLAT").unlink()
                self.tariff.component_ids = [
                    Command.create(
                        {"dimension": "FLAT", "price": 0.33, "tax_ids": self.other_tax.ids}
                    )
                ]
                folio = self.make_stay(self.guest, f"{included}{percent}")
                self.token.folio_id = folio
                sessions = self.charge_many((0.47, 0.35, 0.23, 0.11))
                self.assertEqual(sessions.folio_id, folio)
                self.invoice(folio)
                self.assertAgrees()
                self.credit_all(sessions, in_parts)

    def test_prices_with_tax(self):
        """At 20 % half cents of base and tax both round up."""
        self.tax.amount = 20
        self.tariff.tax_included = "YES"
        sessions = self.charge_many((0.27, 0.33, 0.39, 0.45, 0.51))
        self.invoice()
        self.assertAgrees()
        self.credit_all(sessions)

    def test_discount_on_a_bill_in_another_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "T",
                "rounding": 0.01,
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 0.8873})],
            }
        )
        folio = self.make_stay(self.guest, "107")
        self.sql("UPDATE sale_order SET currency_id = %s WHERE id = %s", currency.id, folio.id)
        self.token.folio_id = folio
        for amount in (None, "1.23"):
            session = self.charge(kwh=20)
            session.charge_ids.line_ids.sale_line_ids.discount = 5
            report = self.check()
            self.assertEqual(report.stage_ids.mapped("difference"), [0] * 5)
            session.charge_ids._create_credit("Promised", amount and Decimal(amount))
            self.post()
            session._update_amounts()
            session._set_billing("posted" if amount else "void")
            report = self.check()
            self.assertEqual(report.stage_ids.mapped("difference"), [0] * 5)
        session.charge_ids.filtered(lambda charge: charge.kind == "charge")._create_credit("All")
        self.post()
        session._update_amounts()
        session._set_billing("void")
        self.assertAgrees()

    def test_bill_in_another_currency(self):
        for rounding, rate in ((0.01, 1.37), (1, 163.71)):
            currency = self.env["res.currency"].create(
                {
                    "name": f"X{rounding}"[:3],
                    "symbol": "T",
                    "rounding": rounding,
                    "rate_ids": [Command.create({"name": "2020-01-01", "rate": rate})],
                }
            )
            for included in ("NO", "YES"):
                self.tariff.tax_included = included
                folio = self.make_stay(self.guest, f"{included}{rounding}")
                self.sql(
                    "UPDATE sale_order SET currency_id = %s WHERE id = %s", currency.id, folio.id
                )
                self.token.folio_id = folio
                sessions = self.charge_many((0.47, 0.35, 0.23))
                self.assertEqual(sessions.charge_ids.line_ids.billed_currency_id, currency)
                self.invoice(folio)
                self.assertAgrees()
                self.credit_all(sessions)
