# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What accountants do with bills and invoices while cars charge."""

OF_CHARGING = [
    "|",
    ("line_ids.sale_line_ids.iicharge_charge_line_id", "!=", False),
    ("line_ids.iicharge_charge_line_ids", "!=", False),
]


class Accountants:
    """Part of `Staff`."""

    def invoice_a_bill(self, env):
        bill = self._pick_bill(env, invoice_status="to invoice")
        if not bill or not sum(bill.order_line.mapped("qty_to_invoice")):
            return False
        invoices = bill._create_invoices(final=True)
        if self._dice.random() < 0.7:
            invoices.action_post()
        return True

    def _pick_draft(self, env):
        return self._pick(
            env,
            "account.move",
            [
                ("state", "=", "draft"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                *OF_CHARGING,
            ],
        )

    def post_an_invoice(self, env):
        draft = self._pick_draft(env)
        draft.action_post()
        return bool(draft)

    def cancel_an_invoice(self, env):
        draft = self._pick_draft(env)
        if self._dice.random() < 0.5:
            draft.unlink()
        else:
            draft.button_cancel()
        return bool(draft)

    def invoice_in_part(self, env):
        """Invoice a part of each line now; the rest stays to be invoiced."""
        bill = self._pick_bill(env, invoice_status="to invoice")
        if not bill or not sum(bill.order_line.mapped("qty_to_invoice")):
            return False
        invoices = bill._create_invoices(final=True)
        part = self._dice.choice([0.5, 0.25, 0.333])
        for line in invoices.invoice_line_ids.filtered("product_id"):
            line.quantity *= part
        invoices.action_post()
        return True

    def credit_by_hand(self, env):
        """Reverse an invoice and lower each line before the credit note is posted; of one that
        has credits already an accountant asks first."""
        invoice = self._pick(
            env,
            "account.move",
            [
                ("state", "=", "posted"),
                ("move_type", "=", "out_invoice"),
                ("reversal_move_ids", "=", False),
                "!",
                ("line_ids.sale_line_ids.iicharge_charge_line_id.charge_id.kind", "=", "credit"),
                "!",
                ("line_ids.iicharge_charge_line_ids.charge_id.kind", "=", "credit"),
                *OF_CHARGING,
            ],
        )
        if not invoice:
            return False
        wizard = (
            env["account.move.reversal"]
            .with_context(
                **invoice.env.context, active_model="account.move", active_ids=invoice.ids
            )
            .create({"journal_id": invoice.journal_id.id, "reason": "Goodwill"})
        )
        note = invoice.browse(wizard.refund_moves()["res_id"])
        part = self._dice.uniform(0.1, 0.9)
        for line in note.invoice_line_ids.filtered("product_id"):
            line.price_unit = round(line.price_unit * line.quantity * part, 2) / line.quantity
        note.action_post()
        return True

    def give_a_discount(self, env):
        """Lower what a guest pays for a charge on the bill, before it is invoiced."""
        line = self._pick(
            env,
            "sale.order.line",
            [
                ("iicharge_charge_line_id.charge_id.kind", "=", "charge"),
                # what is credited in full has nothing left to take off
                ("iicharge_charge_line_id.charge_id.state", "=", "posted"),
                ("iicharge_charge_line_id.charge_id.destination", "=", "folio"),
                ("state", "=", "sale"),
                ("qty_invoiced", "=", 0),
                ("order_id.locked", "=", False),
                ("discount", "=", 0),
            ],
        )
        line.discount = self._dice.choice([10, 33.3, 50])
        return bool(line)
