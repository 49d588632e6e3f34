# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Lines of charging stay on their bill: whole, and where they are."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .reconciliation import ReconciliationCase


@tagged("post_install", "-at_install")
class TestBillLines(ReconciliationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = new_test_user(
            cls.env,
            login="test_sales",
            groups="sales_team.group_sale_manager,account.group_account_manager",
        )
        cls.other_folio = cls.make_stay(cls.env["res.partner"].create({"name": "Bob"}), "102")

    def setUp(self):
        super().setUp()
        self.ev = self.charge()
        self.sold = self.folio.order_line
        self.other = self.env["product.product"].create({"name": "Towel"})

    def assertKept(self, record, *changes):
        for vals in changes:
            with (
                self.subTest(vals),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                record.with_user(self.salesman).write(vals)
                self.env.flush_all()
            self.env.invalidate_all()
        self.assertAgrees()

    def test_line_of_a_bill_is_neither_cleared_nor_moved_nor_emptied(self):
        self.assertKept(
            self.sold,
            {"iicharge_charge_line_id": False},
            {"product_uom_qty": 0},
            {"product_uom_qty": 2},
            {"order_id": self.other_folio.id},
            {"product_id": self.other.id},
        )
        self.assertKept(
            self.folio,
            {"order_line": [Command.update(self.sold.id, {"product_uom_qty": 0})]},
            {"order_line": [Command.clear()]},
        )
        self.assertKept(self.other_folio, {"order_line": [Command.link(self.sold.id)]})

    def test_other_line_does_not_become_charging(self):
        towel = self.sold.create({"order_id": self.folio.id, "product_id": self.other.id})
        charged = self.sold.iicharge_charge_line_id
        self.sql(
            "UPDATE sale_order_line SET iicharge_charge_line_id = NULL WHERE id = %s", self.sold.id
        )
        with self.assertRaises(UserError):
            towel.with_user(self.salesman).iicharge_charge_line_id = charged
        towel.with_user(self.salesman).product_uom_qty = 2

    def test_price_and_discount_are_the_staffs_to_give(self):
        self.sold.with_user(self.salesman).write({"discount": 50, "name": "Charging"})
        self.assertEqual(self.folio.amount_total, 2.48)

    def test_line_of_an_invoice_is_neither_cut_off_nor_moved(self):
        invoice, other = (self.invoice(post=False), self.invoice_of_another())
        self.assertKept(
            invoice.invoice_line_ids,
            {"sale_line_ids": [Command.clear()]},
            {"move_id": other.id},
            {"product_id": self.other.id},
        )
        # in two halves
        invoice.invoice_line_ids.with_user(self.salesman).quantity = 0.5

    def test_line_of_a_late_charge_on_an_invoice_is_kept_whole(self):
        self.folio.action_lock()
        late = self.charge().charge_ids
        invoice = late._create_late_invoice(self.guest)
        line = invoice.invoice_line_ids
        self.assertKept(
            line,
            {"quantity": 0},
            {"iicharge_charge_line_ids": [Command.clear()]},
            {"move_id": self.invoice_of_another().id},
        )

    def invoice_of_another(self):
        return self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.other_folio.partner_id.id}
        )

    # --- found afterwards --------------------------------------------------------------------
    def test_cleared_line_is_found(self):
        self.sql(
            "UPDATE sale_order_line SET iicharge_charge_line_id = NULL WHERE id = %s", self.sold.id
        )
        self.assertFound("line_missing", "order_line_unknown")

    def test_emptied_line_is_found(self):
        self.sql(
            """UPDATE sale_order_line SET product_uom_qty = 0, price_subtotal = 0, price_tax = 0,
                      price_total = 0 WHERE id = %s""",
            self.sold.id,
        )
        self.assertIn("billed_amount", self.check().difference_ids.mapped("kind"))

    def test_moved_line_is_found(self):
        self.sql(
            "UPDATE sale_order_line SET order_id = %s WHERE id = %s",
            self.other_folio.id,
            self.sold.id,
        )
        self.assertFound("line_moved", record=self.ev.charge_ids)
