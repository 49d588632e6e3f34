# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import api, models
from odoo.tools import float_compare

from ...core.conversion import to_decimal
from .charge_states import OUTSTANDING


class ChargeLinePlace(models.AbstractModel):
    """Where a charge line stands, and what bills and invoices say is left of it there.

    A discount that staff gave on the bill, an invoice of a part of it and an accountant's own
    credit note all count: what may be credited is what the invoices say, less all credit notes
    on them (docs/room-charges.md rule 17). Amounts are prices in the bill's currency: with the
    taxes that are included in prices, without the others.
    """

    _name = "iicharge.charge.line.place"
    _description = "Places of Charge Lines"

    def _get_left_by_place(self, posting=None):
        """Get what is left of this line on each invoice, and on its order for what is not invoiced.

        :param posting: credit lines that are just being written to bills
        :return: {`account.move.line`, empty for the order: Decimal}
        """
        self.ensure_one()
        # sudo: who decides on a credit need not keep the books; amounts are only read
        self = self.sudo()
        found = self._get_invoice_lines()
        sold = found.filtered(lambda line: line.move_id.move_type == "out_invoice")
        places = {line: self._get_left_on_invoice(line) for line in sold}
        order_line = self.sale_line_ids
        if order_line:
            invoiced = sum(map(self._get_invoiced_quantity, places))
            ordered = order_line.product_uom_qty
            share = to_decimal(1 - invoiced / ordered if ordered else 0, 6)
            if share > 0:
                left = self._get_left_on_order(order_line, share, sold)
                places[self.env["account.move.line"]] = left
        taken = self._get_taken_elsewhere(posting or self.browse())
        for place, left in places.items():
            part = min(left, taken)
            places[place] -= part
            taken -= part
        return places

    def _get_left_on_order(self, order_line, share, sold):
        """Get what is left to be invoiced: to the cent what the parts before leave, each of which
        was rounded; where an invoice has another price than its part, the share.

        :param Decimal share: of the order line that is not invoiced
        :param sold: `account.move.line` of the parts that are
        """
        price = self._get_price_on(order_line)
        left = self._round_as(order_line, price * share)
        rest = self._round_as(order_line, price - sum(map(self._get_price_on, sold)))
        cents = to_decimal(order_line.currency_id.rounding * len(sold), 6)
        return rest if abs(rest - left) <= cents else left

    def _get_invoice_lines(self):
        """Get the lines of invoices and credit notes that these charge lines stand on."""
        found = self.invoice_line_id | self.sale_line_ids.invoice_lines
        return found.filtered(lambda line: line.move_id.state != "cancel")

    @api.model
    def _get_invoiced_quantity(self, invoice_line):
        """Get how much of its order line a line of an invoice is, in the order's unit."""
        return invoice_line.quantity

    def _get_taken_elsewhere(self, posting):
        """Get what credits take that stand on the order, from before the invoice, or on no bill
        yet, or on a credit note that names no invoice: it reduces what is left, wherever that is.
        """
        credits_ = self.credit_line_ids - posting
        waiting = credits_.filtered(lambda line: line.charge_id.state in OUTSTANDING)
        currency = self.billed_currency_id or self.currency_id
        notes = self.sale_line_ids.invoice_lines.filtered(
            lambda line: (
                line.move_id.move_type == "out_refund"
                and line.move_id.state != "cancel"
                and not line.move_id.reversed_entry_id
            )
        )
        taken = sum(map(self._get_price_on, notes), Decimal(0))
        taken -= sum(map(self._get_price_on, credits_.sale_line_ids), Decimal(0))
        for line in waiting:
            taken -= to_decimal(line._in_currency(currency, line.price_unit), 6)
        return taken

    def _prepare_last_part_values(self, order_line, quantity):
        """Prepare the price of one for the last invoice of a line that was invoiced in parts: each
        part is rounded, so that two halves of 9.01 would be 9.02."""
        parts = order_line.invoice_lines.filtered(
            lambda line: line.move_id.state != "cancel" and not self._is_goodwill(order_line, line)
        )
        is_sold = set(parts.move_id.mapped("move_type")) == {"out_invoice"}
        is_last = not float_compare(
            sum(parts.mapped("quantity")) + quantity, order_line.product_uom_qty, 6
        )
        kept = 1 - order_line.discount / 100
        if not (is_sold and is_last and quantity and kept):
            return {}
        left = self._get_price_on(order_line) - sum(map(self._get_price_on, parts), Decimal(0))
        left = self._round_as(order_line, left)
        if left == self._round_as(order_line, order_line.price_unit * quantity * kept):
            return {}
        return {"price_unit": self._get_price_of_one(float(left) / kept, quantity)}

    @api.model
    def _is_goodwill(self, order_line, item):
        """Check whether a line of a credit note is of another amount than was invoiced."""
        if item.move_id.move_type != "out_refund" or item.move_id.state == "cancel":
            return False
        ordered = order_line.product_uom_qty
        part = order_line.price_subtotal * item.quantity / ordered if ordered else 0
        return abs(item.price_subtotal - part) > order_line.currency_id.rounding

    def _get_left_on_invoice(self, invoice_line):
        is_alone = len(invoice_line.iicharge_charge_line_ids) <= 1
        left = self._get_price_on(invoice_line)
        if not is_alone:
            # one of a sum of charges stands there as it was charged
            left = to_decimal(self._in_currency(invoice_line.currency_id, self.price_unit), 6)
        for line in self._get_credit_note_lines(invoice_line):
            sign = 1 if line.move_id.move_type == "out_refund" else -1
            left -= sign * self._get_price_on(line)
        return self._round_as(invoice_line, left)

    def _get_credit_note_lines(self, invoice_line):
        """Get what credits a line of an invoice: ours, and what accountants made by hand."""
        by_hand = self.sale_line_ids.invoice_lines | invoice_line.iicharge_reversal_line_ids
        by_hand = by_hand.filtered(
            lambda line: line.move_id.reversed_entry_id == invoice_line.move_id
        )
        ours = self.credit_line_ids.invoice_line_id.filtered(
            lambda line: invoice_line.move_id in (line.move_id, line.move_id.reversed_entry_id)
        )
        return (by_hand | ours).filtered(lambda line: line.move_id.state != "cancel")

    def _get_price_on(self, line):
        """:param line: of an order or an invoice. :return: Decimal"""
        taxes = line.tax_ids.flatten_taxes_hierarchy()
        is_gross = taxes and all(tax.price_include for tax in taxes)
        return to_decimal(line.price_total if is_gross else line.price_subtotal, 6)

    def _round_as(self, line, amount):
        return to_decimal(line.currency_id.round(float(amount)), line.currency_id.decimal_places)

    def _get_creditable_price(self):
        """Get what may be credited: what no credit has taken back, as far as bills still have it.

        :return: Decimal, in the charge's currency
        """
        left = self._get_uncredited_price()
        places = self._get_left_by_place() if self.charge_id.state == "posted" else {}
        if not places:
            return left
        on_bills = sum(places.values())
        if self.billed_currency_id not in (self.currency_id, self.env["res.currency"]):
            # at the rate at which it was put on the bill
            billed, charged = (to_decimal(self[n], 6) for n in ("billed_untaxed", "amount_untaxed"))
            on_bills = on_bills * charged / billed if billed else left
        return max(min(left, self._round_as(self, on_bills)), Decimal(0))
