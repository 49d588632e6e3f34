# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command, fields, models
from odoo.tools import format_date

from ...core.conversion import to_decimal


class ChargeLineCredit(models.AbstractModel):
    _name = "iicharge.charge.line.credit"
    _description = "Credits of Charge Lines"

    def _get_uncredited_price(self):
        """Get the price that no credit has taken back: Decimal, with the taxes in prices."""
        taken = sum(self.credit_line_ids.mapped("price_unit"))
        return to_decimal(self.price_unit + taken, self.currency_id.decimal_places)

    def _prepare_credits(self, part, reason):
        """Prepare the values of the lines that take `part` of this one's price (Decimal) back.

        One line, but where credits in part leave a rest that a line of its own would miss by a
        cent of tax or of another currency: then all of it is taken back and they are put back.
        """
        self.ensure_one()
        values = self._prepare_rest_values(-part)
        values |= {"name": self._get_credit_text(reason), "credited_line_id": self.id}
        if part != self._get_uncredited_price():
            return [values]
        earlier = self.credit_line_ids
        if earlier and self._completes_credit(values["amount_tax"]):
            return [values]
        # to the cent what was put on the bill, whatever the taxes have become since
        return [
            values | self._prepare_reversed_amounts(),
            *(
                values
                | line._prepare_reversed_amounts()
                | {"name": line._get_earlier_credit_text()}
                for line in earlier
            ),
        ]

    def _completes_credit(self, amount_tax):
        """Check whether a credit of this tax takes back what all others have left, on bills too."""
        tax = self.amount_tax + sum(self.credit_line_ids.mapped("amount_tax")) + amount_tax
        is_same_currency = self.billed_currency_id in (self.currency_id, self.env["res.currency"])
        return is_same_currency and self.currency_id.is_zero(tax)

    def _prepare_reversed_amounts(self):
        return {name: -self[name] for name in ("amount_untaxed", "amount_tax", "price_unit")}

    def _prepare_rest_values(self, part):
        """Prepare the values of a line as this one, of `part` of its price (Decimal)."""
        self.ensure_one()
        return {
            "name": self.name,
            "dimension_ids": [(6, 0, self.dimension_ids.ids)],
            "product_id": self.product_id.id,
            "tax_ids": [(6, 0, self.tax_ids.ids)],
            "analytic_distribution": self.analytic_distribution,
            "folio_id": self.folio_id.id,
            **self._prepare_amounts(
                self.company_id,
                self.charge_id.partner_id,
                self.product_id,
                self.tax_ids,
                float(part),
            ),
        }

    def _get_credit_text(self, reason):
        lang = self.charge_id.partner_id.lang or self.env.lang
        line = self.with_context(lang=lang)
        head = line.env._(
            "Credit for EV charging on %(day)s: %(reason)s",
            day=format_date(line.env, self.charge_id.session_id._get_local_day()),
            reason=reason,
        )
        return f"{head}\n{self.name}"

    def _get_earlier_credit_text(self):
        lang = self.charge_id.partner_id.lang or self.env.lang
        head, *rest = self.name.split("\n")
        head = self.with_context(lang=lang).env._("In the credit above already: %s", head)
        return "\n".join([head, *rest])

    # --- the bill of the credit -----------------------------------------------------------
    def _credits_cancelled_bill(self):
        """Check whether what it credits is on a bill that is not paid; elsewhere, the credit
        would be money for nothing."""
        order_line = self.credited_line_id.sale_line_ids
        return (
            order_line.order_id == self.folio_id
            and order_line.state == "cancel"
            and not order_line.qty_invoiced
        )

    def _get_credited_invoice_line(self):
        """Get the line of an invoice, not cancelled, with the credited line."""
        source = self.credited_line_id
        lines = source.invoice_line_id | source.sale_line_ids.invoice_lines
        return lines.filtered(
            lambda line: line.move_id.state != "cancel" and line.move_id.move_type == "out_invoice"
        )[:1]

    def _create_credit_notes(self):
        """Create a posted credit note for each invoice; a draft takes the negative line itself."""
        by_invoice = self.grouped(lambda line: line._get_credited_invoice_line().move_id)
        for invoice, lines in by_invoice.items():
            # sudo: who decides on a credit need not keep the books; what is credited, and at
            # which accounts and taxes, is given by the charge and by the invoice
            invoice = invoice.sudo()
            if invoice.state == "draft":
                lines._add_to_draft(invoice)
            else:
                lines._create_credit_note(invoice)

    def _add_to_draft(self, invoice):
        """:param invoice: with the rights that `_create_credit_notes` has given it"""
        for line in self:
            values = line._prepare_credit_note_line_values()
            values |= {"move_id": invoice.id, "quantity": -values["quantity"]}
            line.invoice_line_id = invoice.invoice_line_ids.create(values)
        self._complete_credit_note(invoice)

    def _create_credit_note(self, invoice):
        credit = self.charge_id[:1]
        note = invoice.create(
            {
                "move_type": "out_refund",
                "company_id": invoice.company_id.id,
                "journal_id": invoice.journal_id.id,
                "partner_id": invoice.partner_id.id,
                "partner_shipping_id": invoice.partner_shipping_id.id,
                "fiscal_position_id": invoice.fiscal_position_id.id,
                "currency_id": invoice.currency_id.id,
                "reversed_entry_id": invoice.id,
                "invoice_origin": invoice.invoice_origin,
                "invoice_date": fields.Date.context_today(invoice),
                "ref": self.env._(
                    "Credit of %(charge)s: %(reason)s",
                    charge=credit.credited_charge_id.display_name,
                    reason=credit.reason,
                ),
                "invoice_line_ids": [
                    Command.create(line._prepare_credit_note_line_values()) for line in self
                ],
            }
        )
        for line, note_line in zip(self, note.invoice_line_ids.sorted("id"), strict=True):
            line.invoice_line_id = note_line
        self._complete_credit_note(note)
        note.action_post()
        (invoice | note).line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable" and not item.reconciled
        ).reconcile()

    def _complete_credit_note(self, note):
        """Add further lines to a credit note before it is posted. To be extended."""

    def _prepare_credit_note_line_values(self):
        """As the invoice has booked it; an accountant may have moved it since the folio, or
        given a discount."""
        # sudo: what the invoice says is only copied, see _create_credit_notes
        source = self._get_credited_invoice_line().sudo()
        # one of a sum of charges is credited as it was charged
        is_alone = source.iicharge_charge_line_ids <= self.credited_line_id
        if self._is_whole_credit() and is_alone:
            amounts = {name: source[name] for name in ("quantity", "price_unit", "discount")}
        else:
            amounts = {"price_unit": self._in_currency(source.currency_id, -self.price_unit)}
        return {
            **self._prepare_invoice_line_values(),
            **amounts,
            "account_id": source.account_id.id,
            "tax_ids": [(6, 0, source.tax_ids.ids)],
            "analytic_distribution": source.analytic_distribution,
        }
