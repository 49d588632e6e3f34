# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A reconciliation finds what was changed in the database, each alone, and says what to do."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from ..contract.common import MARCH, MARCH_ENDS, ContractCase
from .reconciliation import ReconciliationCase


@tagged("post_install", "-at_install")
class TestReconciliationPlants(ReconciliationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tags = cls.env["account.account.tag"].create(
            [
                {"name": name, "applicability": "taxes", "country_id": cls.tax.country_id.id}
                for name in ("Base", "Tax")
            ]
        )
        for kind, tag in zip(("base", "tax"), tags, strict=True):
            rules = cls.tax.repartition_line_ids.filtered(
                lambda rule, kind=kind: rule.repartition_type == kind
            )
            rules.tag_ids = tag
        cls.other = cls.env["res.partner"].create({"name": "Somebody Else"})

    def setUp(self):
        super().setUp()
        self.posted = self.charge()
        self.invoiced = self.invoice()
        self.item = self.invoiced.invoice_line_ids
        self.tax_item = self.invoiced.line_ids.filtered("tax_line_id")
        self.owed = self.invoiced.line_ids.filtered(
            lambda item: item.display_type == "payment_term"
        )
        self.assertAgrees()

    # --- sessions ----------------------------------------------------------------------------
    def test_energy_of_a_session_is_found(self):
        self.sql(
            "UPDATE iicharge_session SET energy_wh = energy_wh * 2 WHERE id = %s", self.posted.id
        )
        self.assertFound("session_energy", record=self.posted)

    def test_price_of_a_session_is_found(self):
        self.assertIn("0.45", self.posted.tariff_snapshot)
        self.sql(
            """UPDATE iicharge_session SET tariff_snapshot = replace(tariff_snapshot, '0.45', '0.9')
                WHERE id = %s""",
            self.posted.id,
        )
        self.assertFound("session_tariff", record=self.posted)

    def test_price_of_a_rating_is_found(self):
        for table, row in (
            ("iicharge_session", self.posted),
            ("iicharge_rating", self.posted.rating_id),
        ):
            self.sql(
                f"""UPDATE {table} SET tariff_snapshot = replace(tariff_snapshot, '0.45', '0.9')
                     WHERE id = %s""",
                row.id,
            )
        self.assertFound("rating_changed", record=self.posted)

    def test_free_energy_of_a_rating_is_found(self):
        self.sql(
            "UPDATE iicharge_rating SET free_energy_wh = 5000 WHERE id = %s",
            self.posted.rating_id.id,
        )
        self.assertFound("rating_changed", record=self.posted)

    def test_charged_session_that_charges_again_is_found(self):
        self.sql("UPDATE iicharge_session SET state = 'charging' WHERE id = %s", self.posted.id)
        found = self.assertFound("session_reopened", record=self.posted)
        self.assertEqual(found.amount, 4.50)

    def test_charged_session_without_its_end_is_found(self):
        self.sql("UPDATE iicharge_session SET stopped_at = NULL WHERE id = %s", self.posted.id)
        self.assertFound("session_reopened", record=self.posted)

    # --- invoices ----------------------------------------------------------------------------
    def test_quantity_with_the_sum_kept_is_found(self):
        self.sql("UPDATE account_move_line SET quantity = 2 * quantity WHERE id = %s", self.item.id)
        self.assertFound("invoice_quantity", record=self.invoiced)

    def test_price_with_the_sum_kept_is_found(self):
        self.sql("UPDATE account_move_line SET price_unit = 9 WHERE id = %s", self.item.id)
        self.assertFound("invoice_quantity", record=self.invoiced)

    def test_invoice_that_lost_its_bill_is_found(self):
        self.sql("DELETE FROM sale_order_line_invoice_rel WHERE invoice_line_id = %s", self.item.id)
        self.assertFound("invoice_unlinked", record=self.invoiced)

    def test_invoice_of_no_session_is_found(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.guest.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.item.product_id.id, "price_unit": 7})
                ],
            }
        )
        found = self.assertFound("invoice_line_unknown", record=invoice)
        self.assertEqual(found.amount, 7)

    def test_copied_invoice_is_found(self):
        copied = self.invoiced.copy()
        self.assertFound("invoice_line_unknown", record=copied)

    def test_customer_of_an_invoice_is_found(self):
        self.sql(
            "UPDATE account_move SET partner_id = %s WHERE id = %s", self.other.id, self.invoiced.id
        )
        self.assertFound("invoice_customer", record=self.invoiced)

    def test_customer_who_owes_an_invoice_is_found(self):
        self.sql(
            "UPDATE account_move_line SET partner_id = %s WHERE id = %s",
            self.other.id,
            self.owed.id,
        )
        self.assertFound("invoice_customer", record=self.invoiced)

    def test_other_customer_is_shown_for_information(self):
        self.sql("UPDATE sale_order SET partner_id = %s", self.other.id)
        found = self.assertFound("bill_customer", record=self.folio)
        self.assertTrue(found.is_information)
        self.sql("UPDATE sale_order SET partner_invoice_id = %s", self.other.id)
        self.assertFound("bill_customer", record=self.invoiced)

    def test_guest_company_on_the_invoice_is_no_difference(self):
        self.guest.parent_id = self.env["res.partner"].create({"name": "Ltd", "is_company": True})
        self.assertAgrees()

    # --- taxes -------------------------------------------------------------------------------
    def test_line_without_its_tax_is_found(self):
        self.sql(
            "DELETE FROM account_move_line_account_tax_rel WHERE account_move_line_id = %s",
            self.item.id,
        )
        self.assertFound("invoice_taxes", record=self.invoiced)

    def test_tax_item_with_a_counterpart_is_found(self):
        for item, sign in ((self.tax_item, -1), (self.owed, 1)):
            self.sql(
                """UPDATE account_move_line
                      SET balance = balance + %s, amount_currency = amount_currency + %s
                    WHERE id = %s""",
                sign,
                sign,
                item.id,
            )
        found = self.assertFound("journal_tax", record=self.invoiced)
        self.assertEqual(found.amount, 1)

    def test_tax_changed_everywhere_but_on_the_lines_is_found(self):
        self.sql(
            "UPDATE account_move_line SET balance = -1, amount_currency = -1 WHERE id = %s",
            self.tax_item.id,
        )
        self.sql(
            "UPDATE account_move SET amount_tax = 1, amount_tax_signed = 1 WHERE id = %s",
            self.invoiced.id,
        )
        self.assertFound("journal_tax", record=self.invoiced)

    def test_lost_tax_grid_is_found(self):
        for item in (self.item, self.tax_item):
            tags = item.tax_tag_ids
            self.assertTrue(tags)
            self.sql(
                """DELETE FROM account_account_tag_account_move_line_rel
                    WHERE account_move_line_id = %s""",
                item.id,
            )
            self.assertFound("journal_tax_grid", record=self.invoiced)
            item.tax_tag_ids = tags
            self.assertAgrees()

    def test_grid_that_a_tax_has_got_since_is_no_difference(self):
        tag = self.tax.repartition_line_ids.tag_ids[0].copy({"name": "New"})
        self.tax.repartition_line_ids.tag_ids |= tag
        self.sql(
            """UPDATE account_tax_repartition_line SET write_date = write_date + interval '1 hour'
                WHERE tax_id = %s""",
            self.tax.id,
        )
        self.assertAgrees()


@tagged("post_install", "-at_install")
class TestReconciliationOfAccruals(ContractCase):
    def check(self):
        report = self.env["iicharge.reconciliation"].create(
            {"date_from": MARCH - timedelta(days=1), "date_to": MARCH}
        )
        report.action_check()
        return report.difference_ids

    def test_cancelled_reversal_of_an_accrual_is_found(self):
        self.charge_until(MARCH_ENDS - timedelta(hours=1), self.token.uid)
        self.post()
        accrual, reversal = self.company._iicharge_accrue(MARCH)
        self.assertFalse(self.check())
        for state, kinds in (("cancel", ["accrual_reversal"]), ("posted", [])):
            self.sql_state(reversal, state)
            self.assertEqual(self.check().mapped("kind"), kinds)
        self.sql_state(accrual, "draft")
        found = self.check()
        self.assertEqual(
            (found.kind, found.res_id, found.amount), ("accrual_reversal", accrual.id, 4.5)
        )
        self.sql_state(reversal, "draft")
        self.assertFalse(self.check())

    def sql_state(self, move, state):
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET state = %s WHERE id = %s", (state, move.id))
        self.env.invalidate_all()
