# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_is_zero

from .charge_states import OUTSTANDING
from .iicharge_accrual_item import AccrualKey, get_distribution_text

PIECE_DIGITS = 6


class BookedPiece(NamedTuple):
    """What one document has booked of an order line: of a credit note, and of what a register
    gave back, below zero."""

    quantity: float
    untaxed: float
    is_credit_note: bool = False


class ChargeLineAccrual(models.AbstractModel):
    """What of a charge line is supplied, and neither invoiced nor booked by a register."""

    _name = "iicharge.charge.line.accrual"
    _description = "Accrual of Charge Lines"

    def _get_open_parts(self, month_end):
        """Get what is open at a month's end, without tax.

        :return: [(`AccrualKey`, amount in the currency of the bill)]
        """
        parts = []
        for line in self:
            amount, currency = line._get_open_untaxed(month_end)
            if amount:
                distribution = get_distribution_text(line.analytic_distribution)
                session, account = line.charge_id.session_id, line._get_income_account()
                parts.append((AccrualKey(session, line, account, distribution, currency), amount))
        return parts

    def _get_open_untaxed(self, month_end):
        """:return: (amount, currency)"""
        charge_money = (self.amount_untaxed, self.currency_id)
        if self.charge_id.state in OUTSTANDING:
            return charge_money
        invoice_line = self.invoice_line_id
        if invoice_line:
            if self._is_booked_by(invoice_line.move_id, month_end):
                return 0.0, invoice_line.currency_id
            if len(invoice_line.iicharge_charge_line_ids) > 1:
                return charge_money
            sign = -1 if invoice_line.move_id.move_type == "out_refund" else 1
            return sign * invoice_line.price_subtotal, invoice_line.currency_id
        if not self.sale_line_ids:
            return charge_money
        return self._get_open_on_order(month_end), self.sale_line_ids.currency_id

    def _get_open_on_order(self, month_end):
        """Get what is left of the order line: by pieces, as Odoo invoices it. What an invoice
        says of a piece is its price, also where it says less, or a credit note gives back a part
        of it: neither is to be invoiced again."""
        order_line = self.sale_line_ids
        currency, total = order_line.currency_id, order_line.price_subtotal
        pieces = order_line.product_uom_qty
        left, quantity = total, pieces
        for piece in self._get_booked_pieces(month_end):
            value = currency.round(total * piece.quantity / pieces) if pieces else 0.0
            is_as_sold = abs(value - piece.untaxed) <= currency.rounding
            if piece.is_credit_note and not is_as_sold:
                continue
            left -= piece.untaxed if is_as_sold else value
            quantity -= piece.quantity
        return 0.0 if float_is_zero(quantity, PIECE_DIGITS) else currency.round(left)

    def _get_booked_pieces(self, month_end):
        """Get what was booked of its order line by a month's end: a list of `BookedPiece`."""
        pieces = []
        for line in self.sale_line_ids.invoice_lines:
            if self._is_booked_by(line.move_id, month_end):
                is_note = line.move_id.move_type == "out_refund"
                sign = -1 if is_note else 1
                quantity = line.product_uom_id._compute_quantity(
                    line.quantity, self.sale_line_ids.product_uom_id, round=False
                )
                pieces.append(BookedPiece(sign * quantity, sign * line.price_subtotal, is_note))
        return pieces

    @api.model
    def _is_booked_by(self, move, month_end):
        return move.state == "posted" and move.date <= month_end

    # --- the account -----------------------------------------------------------------------
    def _get_income_account(self):
        """Get that of its invoice, where there is one already; else the product's."""
        invoiced = (self.invoice_line_id | self.sale_line_ids.invoice_lines).filtered(
            lambda item: item.move_id.state != "cancel"
        )
        if invoiced:
            return invoiced[-1].account_id
        bill = self.folio_id or self.charge_id.folio_id
        product = self.product_id.with_company(self.company_id)
        return self._get_product_income_account(product, bill.fiscal_position_id)

    @api.model
    def _get_product_income_account(self, product, position):
        """:param product: in the company that sells it"""
        account = product.product_tmpl_id.get_product_accounts(fiscal_pos=position)["income"]
        if not account:
            raise UserError(
                self.env._("%(product)s has no income account.", product=product.display_name)
            )
        return account
