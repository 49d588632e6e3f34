# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A reconciliation finds and names each error in the books."""

from datetime import timedelta
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from .reconciliation import ReconciliationCase


@tagged("post_install", "-at_install")
class TestReconciliationFinds(ReconciliationCase):
    def setUp(self):
        super().setUp()
        self.posted = self.charge()
        self.charged = self.posted.charge_ids
        self.line = self.charged.line_ids
        self.order_line = self.line.sale_line_ids
        self.assertAgrees()

    def test_session_without_an_end_is_found(self):
        transaction_id = next(self.transaction_ids)
        self.start(transaction_id, minutes=90)
        self.process()
        running = self.session(transaction_id)
        self.assertAgrees()
        running.started_at -= timedelta(days=2)
        self.assertFound("session_endless", record=running)

    def test_stopped_session_without_a_verdict_is_found(self):
        free = self.charge(kwh=0, minutes=20)
        self.sql("UPDATE iicharge_session SET billing = 'open' WHERE id = %s", free.id)
        self.assertFound("session_undecided", record=free)

    def test_session_of_another_amount_is_found(self):
        self.posted.amount_untaxed = 4.00
        found = self.assertFound("session_amount", record=self.posted)
        self.assertEqual(found.amount, -0.50)
        self.assertIn("4.50", found.explanation)

    def test_session_of_another_tax_is_found(self):
        self.posted.amount_total = 5.00
        self.assertFound("session_amount", record=self.posted)

    def test_closed_session_without_charge_is_found(self):
        self.env["iicharge.token"].create({"uid": "VISITOR", "group": "visitor"})
        visitor = self.charge(idTag="VISITOR", minutes=20)
        self.sql("UPDATE iicharge_session SET billing = 'paid' WHERE id = %s", visitor.id)
        self.assertFound("session_uncharged", record=visitor)

    def test_session_that_contradicts_its_charges_is_found(self):
        for billing in ("late", "void"):
            self.sql(
                "UPDATE iicharge_session SET billing = %s WHERE id = %s", billing, self.posted.id
            )
            self.assertFound("session_state", record=self.posted)

    def test_charge_of_another_sum_is_found(self):
        self.sql("UPDATE iicharge_charge SET amount_untaxed = 4 WHERE id = %s", self.charged.id)
        self.assertFound("charge_sum", "session_amount", record=self.charged)

    def test_second_counting_charge_is_found(self):
        self.env["iicharge.charge"]._create_once(
            self.posted,
            2,
            [
                {
                    "name": "Again",
                    "product_id": self.line.product_id.id,
                    "amount_untaxed": 4.5,
                    "amount_tax": 0.45,
                }
            ],
        )
        self.posted._update_amounts()
        self.assertFound("charge_twice", record=self.posted)

    def test_credit_of_no_charge_is_found(self):
        credit = self.charged._create_credit("Oops", Decimal("1.00"))
        self.posted._update_amounts()
        self.assertAgrees()
        credit.credited_charge_id = False
        self.assertFound("credit_misplaced", record=credit)

    def test_credit_above_its_charge_is_found(self):
        credit = self.charged._create_credit("Oops", Decimal("1.00"))
        self.posted._update_amounts()
        self.sql("UPDATE iicharge_charge SET amount_untaxed = -5 WHERE id = %s", credit.id)
        found = self.assertFound("credit_too_high", "charge_sum", "session_amount")
        self.assertIn(self.charged.id, found.mapped("res_id"))

    def test_credited_charge_without_its_credit_is_found(self):
        self.charged.state = "credited"
        self.assertFound("credit_too_low", "session_state", record=self.charged)

    def test_report_is_printed_with_its_differences(self):
        self.posted.amount_untaxed = 4.00
        report = self.check()
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "iicharge_odoo.reconciliation_report", report.ids
        )
        text = html.decode()
        self.assertIn("Session and charges differ", text)
        self.assertIn(self.posted.name, text)
        self.assertIn("On open bills that are not invoiced yet", text)

    def test_deleted_line_is_found(self):
        self.sql("DELETE FROM sale_order_line WHERE id = %s", self.order_line.id)
        found = self.assertFound("line_missing", record=self.charged)
        self.assertEqual(found.amount, -4.50)
        self.assertEqual(self.check().difference, 4.50)

    def test_line_on_two_bills_is_found(self):
        invoice = self.invoice()
        self.sql(
            "UPDATE iicharge_charge_line SET invoice_line_id = %s WHERE id = %s",
            invoice.invoice_line_ids.id,
            self.line.id,
        )
        self.assertFound("line_twice", record=self.charged)

    def test_waiting_charge_on_a_bill_is_found(self):
        self.sql("UPDATE iicharge_charge SET state = 'late' WHERE id = %s", self.charged.id)
        self.assertFound("line_not_due", "session_state", record=self.charged)

    def test_bill_edited_by_hand_is_found(self):
        self.order_line.price_unit = 3.00 / self.order_line.product_uom_qty
        found = self.assertFound("billed_amount", record=self.charged)
        self.assertEqual(found.amount, -1.50)

    def test_other_product_on_the_bill_is_found(self):
        self.sql(
            "UPDATE sale_order_line SET product_id = %s WHERE id = %s",
            self.start_fee.id,
            self.order_line.id,
        )
        self.assertFound("order_product", record=self.folio)

    def test_other_taxes_on_the_bill_are_found(self):
        self.order_line.tax_ids = self.tax.copy({"name": "10 % too"})
        self.assertFound("order_taxes", record=self.folio)

    def test_other_tax_amount_on_the_bill_is_found(self):
        self.sql("UPDATE sale_order_line SET price_tax = 9 WHERE id = %s", self.order_line.id)
        self.assertFound("order_taxes", record=self.folio)

    def test_cancelled_bill_is_found(self):
        self.sql("UPDATE sale_order SET state = 'cancel' WHERE id = %s", self.folio.id)
        self.assertFound("order_cancelled", record=self.folio)

    def test_cancelled_bill_without_money_is_right(self):
        self.posted._open_dispute("price", "All of it")._credit_in_full("Oops")
        self.folio._action_cancel()
        self.assertAgrees()

    def test_charging_sold_by_hand_is_found(self):
        self.folio.order_line = [
            Command.create({"product_id": self.line.product_id.id, "price_unit": 7})
        ]
        found = self.assertFound("order_line_unknown", record=self.folio)
        self.assertEqual(found.amount, 7)

    def test_invoice_edited_by_hand_is_found(self):
        invoice = self.invoice(post=False)
        invoice.invoice_line_ids.price_unit = 4.00 / invoice.invoice_line_ids.quantity
        invoice.action_post()
        found = self.assertFound("invoice_amount", record=self.charged)
        self.assertEqual(found.amount, -0.50)

    def create_late_invoice(self):
        self.folio.action_lock()
        late = self.charge(minutes=20)
        late.charge_ids._create_late_invoice(self.guest)
        return late

    def test_direct_invoice_edited_by_hand_is_found(self):
        late = self.create_late_invoice()
        line = late.charge_ids.line_ids.invoice_line_id
        line.price_unit = 4.00 / line.quantity
        self.assertFound("billed_amount", record=late.charge_ids)

    def test_cancelled_direct_invoice_is_found(self):
        late = self.create_late_invoice()
        move = late.charge_ids.line_ids.invoice_line_id.move_id
        self.sql("UPDATE account_move SET state = 'cancel' WHERE id = %s", move.id)
        self.assertFound("invoice_cancelled", record=late.charge_ids)

    def test_other_price_at_the_register_is_found(self):
        self.pay(3.00)
        self.assertFound("register_amount", record=self.charged)

    def test_paid_at_the_register_and_invoiced_is_found(self):
        self.invoice()
        self.pay(4.50)
        self.assertFound("register_and_invoice", record=self.charged)

    def test_register_closed_without_entry_is_found(self):
        order = self.pay(4.50)
        self.sql("UPDATE pos_session SET state = 'closed' WHERE id = %s", order.session_id.id)
        self.assertFound("register_unbooked", record=self.charged)

    def pay(self, untaxed):
        line = self.order_line
        config = self.env["pos.config"].create({"name": "Register"})
        config.open_ui()
        values = {
            "product_id": line.product_id.id,
            "qty": 1,
            "price_unit": untaxed,
            "price_subtotal": untaxed,
            "price_subtotal_incl": untaxed,
            "sale_order_line_id": line.id,
        }
        order = self.env["pos.order"].create(
            {
                "session_id": config.current_session_id.id,
                "amount_tax": 0,
                "amount_total": untaxed,
                "amount_paid": untaxed,
                "amount_return": 0,
                "lines": [Command.create(values)],
            }
        )
        self.sql("UPDATE pos_order SET state = 'paid' WHERE id = %s", order.id)
        return order

    def test_journal_item_of_another_amount_is_found(self):
        item = self.invoice().invoice_line_ids
        self.sql("UPDATE account_move_line SET amount_currency = -4 WHERE id = %s", item.id)
        self.assertFound("journal_amount", "journal_balance", record=self.charged)

    def test_journal_item_of_another_balance_is_found(self):
        item = self.invoice().invoice_line_ids
        self.sql("UPDATE account_move_line SET balance = -4 WHERE id = %s", item.id)
        self.assertFound("journal_balance", record=self.charged)

    def test_other_account_is_shown_for_information(self):
        invoice = self.invoice(post=False)
        invoice.invoice_line_ids.account_id = self.account.copy({"code": "IIC999"})
        invoice.action_post()
        found = self.assertFound("journal_account", record=self.charged)
        self.assertTrue(found.is_information)
        self.assertEqual(self.check().difference_count, 0)
