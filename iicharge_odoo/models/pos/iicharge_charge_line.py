# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charging on a register's orders: its invoice there, the texts of a receipt, and what registers
have booked of it."""

from odoo import api, models
from odoo.tools import formatLang

from ..billing.iicharge_charge_line_accrual import BookedPiece
from ..billing.iicharge_session_charge import WH_PER_KWH


class ReceiptChargeLine(models.Model):
    _inherit = "iicharge.charge.line"

    def _get_invoice_lines(self):
        """Add the lines of invoices that registers made. What a register gives back has a credit
        note of that register, or none: nothing of its invoice is left."""
        # sudo: who decides on a credit need not work at registers; this only finds the invoice
        paid = self.env["pos.order.line"].sudo()._iicharge_find_paid(self)
        kept = paid.filtered(lambda line: not line._iicharge_get_settled_refunds())
        items = self.env["account.move.line"].sudo()
        items = items.search([("iicharge_pos_line_id", "in", kept.ids)])
        found = items.filtered(lambda item: item.move_id.state != "cancel")
        return super()._get_invoice_lines() | found.with_env(self.env)

    @api.model
    def _get_invoiced_quantity(self, invoice_line):
        """A register sells charging whole, in kWh on a bill as it is there."""
        quantity = super()._get_invoiced_quantity(invoice_line)
        sold = invoice_line.iicharge_pos_line_id.sale_order_line_id
        return sold._convert_qty(sold, quantity, "p2s") if sold else quantity

    def _get_receipt_text(self):
        """Get the bill's text with what a receipt needs: the meter, the tariff
        and the tax, in the payer's language."""
        self.ensure_one()
        lang = self.charge_id.partner_id.lang or self.env.lang
        return "\n".join([self.name, *self.with_context(lang=lang)._get_receipt_facts()])

    def _get_receipt_facts(self):
        session = self.charge_id.session_id
        facts = []
        if self.charge_id.kind == "charge" and self == self.charge_id.line_ids[:1]:
            facts.append(
                self.env._(
                    "Meter %(start)s to %(stop)s kWh",
                    start=formatLang(self.env, session.meter_start_wh / WH_PER_KWH, digits=3),
                    stop=formatLang(self.env, session.meter_stop_wh / WH_PER_KWH, digits=3),
                )
            )
            facts.append(self.env._("Tariff: %(tariff)s", tariff=session.tariff_id.name))
        for tax in self.tax_ids:
            facts.append(self.env._("Tax: %(tax)s", tax=tax.name))
        return facts

    # --- accrual ------------------------------------------------------------------------
    def _get_booked_pieces(self, month_end):
        """Add what registers have booked: on the day of their closing entry, or of the invoice
        that took the order out of it."""
        pieces = super()._get_booked_pieces(month_end)
        for line in self.sale_line_ids.pos_order_line_ids:
            if line.order_id._iicharge_is_booked_by(month_end):
                amount = line._iicharge_get_untaxed()
                sold = line.sale_order_line_id
                quantity = sold._convert_qty(sold, line.qty, "p2s")
                pieces.append(BookedPiece(quantity, amount))
        return pieces
