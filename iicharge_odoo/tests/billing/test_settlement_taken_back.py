# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What an operator was paid and a guest never paid is taken back by the next statement, once."""

from datetime import date, timedelta

from odoo.tests import tagged

from ..contract.common import MARCH, MARCH_ENDS, ContractCase

APRIL, MAY = date(2025, 4, 30), date(2025, 5, 31)


@tagged("post_install", "-at_install")
class TestSettlementTakenBack(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls.env["res.partner"].create({"name": "Volt Operators"})
        cls.site.write({"operator_id": cls.operator.id, "settlement_fee_percent": 10})
        cls.owed = (
            cls.company._iicharge_get_pass_through_product()
            .with_company(cls.company)
            .property_account_income_id
        )

    def collect_late(self, posted_at=MARCH_ENDS - timedelta(hours=1), **values):
        """Charge a guest who has left, by an invoice that is posted. :return: charge, invoice"""
        self.folio.action_lock()
        session = self.charge_until(posted_at, self.token.uid, **values)
        self.post()
        charge = session.charge_ids
        self.assertEqual(charge.state, "late")
        invoice = charge._create_late_invoice(self.guest)
        invoice.invoice_date = posted_at.date()
        invoice.action_post()
        charge.posted_at = posted_at
        return charge, invoice

    def collect(self, posted_at, **values):
        self.folio.action_unlock()
        session = self.charge_until(posted_at, self.token.uid, **values)
        self.post()
        session.charge_ids.posted_at = posted_at
        return session

    def settle(self, month_end=MARCH, confirm=True):
        settlement = self.env["iicharge.settlement"]._prepare_month(self.company, month_end)
        if confirm and settlement:
            settlement.action_confirm()
        return settlement

    def write_off(self, charge, invoice):
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(charge.state, "late")
        charge._write_off("The card was stolen")

    def get_owed(self):
        items = self.env["account.move.line"].search(
            [("account_id", "=", self.owed.id), ("parent_state", "=", "posted")]
        )
        return round(sum(items.mapped("balance")), 2)

    def post_bills(self, settlement):
        bill = settlement.bill_id
        bill.invoice_date = settlement.month
        bill.action_post()

    def test_written_off_charge_is_named_and_taken_back_once(self):
        charge, invoice = self.collect_late()
        paid = self.settle()
        self.write_off(charge, invoice)
        self.collect(MARCH_ENDS + timedelta(days=3), kwh=20)
        settlement = self.settle(APRIL)
        self.assertEqual(settlement.taken_back_ids, charge)
        # 9.90 collected, 4.95 taken back
        self.assertEqual((settlement.collected, settlement.fee_untaxed), (4.95, 0.5))
        lines = settlement.bill_id.invoice_line_ids
        self.assertEqual(lines.mapped("price_unit"), [9.9, -4.95])
        for text in (charge.display_name, "March 2025", "The card was stolen"):
            self.assertIn(text, lines[1].name)
        self.assertFalse(self.settle(MAY))
        self.assertEqual((paid.collected, paid.charge_ids), (4.95, charge))

    def test_statement_below_zero_is_a_refund_and_empties_the_account(self):
        charge, invoice = self.collect_late()
        paid = self.settle()
        self.write_off(charge, invoice)
        settlement = self.settle(APRIL)
        self.assertEqual((settlement.collected, settlement.fee_untaxed), (-4.95, -0.5))
        self.assertEqual(
            (settlement.bill_id.move_type, settlement.bill_id.amount_total), ("in_refund", 4.95)
        )
        self.assertEqual(settlement.fee_invoice_id.move_type, "out_refund")
        self.post_bills(paid)
        self.assertEqual(self.get_owed(), 4.95)
        self.post_bills(settlement)
        self.assertEqual(self.get_owed(), 0)

    def test_fee_is_given_back_at_which_it_was_settled(self):
        charge, invoice = self.collect_late()
        session = self.collect(MARCH_ENDS - timedelta(hours=5))
        self.settle()
        self.site.settlement_fee_percent = 50
        self.write_off(charge, invoice)
        session._open_dispute("fault", "It failed")._credit_in_full("It did")
        session.charge_ids.filtered(lambda each: each.kind == "credit").posted_at = (
            MARCH_ENDS + timedelta(days=1)
        )
        settlement = self.settle(APRIL)
        self.assertEqual((settlement.collected, settlement.fee_untaxed), (-9.9, -0.99))
        texts = settlement.bill_id.invoice_line_ids.mapped("name")
        self.assertEqual(len(texts), 2)
        self.assertIn("It did", texts[0])

    def test_charge_written_off_before_it_is_paid_out_is_on_no_statement(self):
        charge, invoice = self.collect_late()
        draft = self.settle(confirm=False)
        self.write_off(charge, invoice)
        draft.action_confirm()
        self.assertFalse(draft.charge_ids)
        self.assertFalse(draft.bill_id)
        self.assertFalse(self.settle(APRIL))

    def test_statement_back_in_draft_takes_its_charge_off_the_next_draft(self):
        charge, invoice = self.collect_late()
        paid = self.settle()
        self.write_off(charge, invoice)
        following = self.settle(APRIL, confirm=False)
        self.assertEqual(following.collected, -4.95)
        paid.action_reset()
        self.assertEqual((following.collected, bool(following.taken_back_ids)), (0, False))
        paid.action_confirm()
        self.assertFalse(paid.charge_ids)

    def test_statement_back_in_draft_pays_again_what_was_taken_back(self):
        charge, invoice = self.collect_late()
        paid = self.settle()
        self.write_off(charge, invoice)
        following = self.settle(APRIL)
        paid.action_reset()
        paid.action_confirm()
        self.assertEqual((paid.collected, following.collected), (4.95, -4.95))

    def test_fee_that_was_given_back_stays_as_it_was(self):
        charge, invoice = self.collect_late()
        paid = self.settle()
        self.write_off(charge, invoice)
        following = self.settle(APRIL)
        self.site.settlement_fee_percent = 50
        paid.action_reset()
        paid.action_confirm()
        self.assertEqual((paid.fee_untaxed, following.fee_untaxed), (0.5, -0.5))

    def test_statement_is_printed_with_what_is_taken_back(self):
        charge, invoice = self.collect_late()
        # off its bill again, and paid out already: it is printed without a day
        waiting = self.charge_until(MARCH_ENDS - timedelta(hours=3))
        of_month = self.contract._invoice(MARCH)
        waiting.charge_ids.posted_at = MARCH_ENDS - timedelta(hours=2)
        paid = self.settle()
        of_month.button_cancel()
        self.write_off(charge, invoice)
        settlement = self.settle(APRIL)
        for record, expected in (
            (settlement, (charge.session_id.name, "The card was stolen", "4.95", "March 2025")),
            (paid, (waiting.name, "9.90")),
        ):
            html, _type = self.env["ir.actions.report"]._render_qweb_html(
                "iicharge_odoo.report_settlement", record.ids
            )
            for text in expected:
                self.assertIn(text, html.decode())
