# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import Command, api, models
from odoo.tools import format_date

from ...core.conversion import to_decimal
from ...core.rating.shares import split_amount


class ChargeLineCredit(models.AbstractModel):
    _name = "iicharge.charge.line.credit"
    _description = "Credits of Charge Lines"

    def _get_uncredited_price(self):
        """Get the price that no credit has taken back: Decimal, with the taxes in prices."""
        taken = sum(self.credit_line_ids.mapped("price_unit"))
        return to_decimal(self.price_unit + taken, self.currency_id.decimal_places)

    def _prepare_credits(self, part, reason):
        """Prepare the values of the lines that take `part` of this one's price (Decimal) back.

        One line for each invoice that credit notes are written to. On an order or a draft one
        line, but where credits in part leave a rest that a line of its own would miss by a cent of
        tax or of another currency: then all of it is taken back and they are put back.
        """
        self.ensure_one()
        values = self._prepare_rest_values(-part)
        values |= {"name": self._get_credit_text(reason), "credited_line_id": self.id}
        is_all = part == self._get_uncredited_price()
        places = self._get_left_by_place()
        if any(place.move_id.state == "posted" for place in places):
            return self._prepare_credits_of_places(values, part, is_all, places)
        if not is_all:
            return [values]
        earlier = self.credit_line_ids
        is_as_charged = not places or sum(places.values()) == part
        if earlier and is_as_charged and self._completes_credit(values["amount_tax"]):
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

    def _prepare_credits_of_places(self, values, part, is_all, places):
        """Prepare one credit for each invoice (and the order) that has something left."""
        digits = self.currency_id.decimal_places
        weights = [left for left in places.values() if left > 0] or [1]
        shares = split_amount(part, weights, digits)
        prepared = [values | self._prepare_rest_values(-share) for share in shares if share]
        for each in prepared:
            each |= {"name": values["name"], "credited_line_id": self.id}
        if is_all:
            # the rest to the cent, whatever the taxes have become since
            for name in ("amount_untaxed", "amount_tax", "price_unit", "agreed_gross"):
                others = sum(each[name] for each in prepared[:-1])
                taken = sum((self | self.credit_line_ids).mapped(name))
                prepared[-1][name] = self.currency_id.round(-taken - others)
        return prepared

    def _completes_credit(self, amount_tax):
        """Check whether a credit of this tax takes back what all others have left, on bills too."""
        tax = self.amount_tax + sum(self.credit_line_ids.mapped("amount_tax")) + amount_tax
        is_same_currency = self.billed_currency_id in (self.currency_id, self.env["res.currency"])
        return is_same_currency and self.currency_id.is_zero(tax)

    def _prepare_reversed_amounts(self):
        names = ("amount_untaxed", "amount_tax", "price_unit", "agreed_gross")
        return {name: -self[name] for name in names}

    def _prepare_rest_values(self, part):
        """Prepare the values of a line as this one, of `part` of its price (Decimal)."""
        self.ensure_one()
        share = float(part) / self.price_unit if self.price_unit else 0.0
        return {
            "name": self.name,
            "agreed_tax_ids": [(6, 0, self.agreed_tax_ids.ids)],
            "agreed_gross": self.currency_id.round(self.agreed_gross * share),
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

    def _choose_invoice_lines(self):
        """Choose which invoice each credit is written to: where the most is left of what it
        credits, each of one charge line another one. Without an entry it is the order.

        :return: {line: (`account.move.line`, Decimal)} with what the credit note says
        """
        chosen = {}
        for source, credits_ in self.grouped("credited_line_id").items():
            places = source._get_left_by_place(credits_)
            is_closing = not source._get_uncredited_price() and all(
                line.price_unit < 0 for line in credits_
            )
            # they were shared by what is left: the largest is that of the largest place
            for line in credits_.sorted("price_unit"):
                place = max(places, key=places.get, default=None)
                if place is None:
                    continue
                price = places[place]
                if not is_closing:
                    currency = place.currency_id or line.folio_id.currency_id
                    price = to_decimal(line._in_currency(currency, -line.price_unit), 6)
                places[place] = Decimal(-1) if is_closing else places[place] - price
                if place:
                    chosen[line] = (place, float(price))
        return chosen

    def _get_closing_price(self):
        """Get the price that takes back all that is left on the order of a line that was invoiced
        in parts: a discount, or a credit note by hand, leaves less there than was charged.

        :return: float, below zero; None where this is no such credit
        """
        source = self.credited_line_id
        if not source or self.price_unit >= 0 or source._get_uncredited_price():
            return None
        posting = self.charge_id.line_ids & source.credit_line_ids
        places = source._get_left_by_place(posting)
        left = places.pop(self.env["account.move.line"], None)
        return -float(left) if places and left is not None else None

    def _create_credit_notes(self, chosen):
        """Create a posted credit note for each invoice; a draft takes the negative line itself.

        :param chosen: see `_choose_invoice_lines`
        """
        by_invoice = self.grouped(lambda line: chosen[line][0].move_id)
        for invoice, lines in by_invoice.items():
            # sudo: who decides on a credit need not keep the books; what is credited, and at
            # which accounts and taxes, is given by the charge and by the invoice
            invoice = invoice.sudo()
            values_list = [line._prepare_credit_note_line_values(*chosen[line]) for line in lines]
            if invoice.state == "draft":
                lines._add_to_draft(invoice, values_list)
            else:
                lines._create_credit_note(invoice, values_list)

    def _add_to_draft(self, invoice, values_list):
        """:param invoice: with the rights that `_create_credit_notes` has given it"""
        for line, values in zip(self, values_list, strict=True):
            values |= {"move_id": invoice.id, "quantity": -values["quantity"]}
            line.invoice_line_id = invoice.invoice_line_ids.create(values)
        self._complete_credit_note(invoice)

    def _create_credit_note(self, invoice, values_list):
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
                "invoice_date": credit.site_id._get_today(),
                "ref": self.env._(
                    "Credit of %(charge)s: %(reason)s",
                    charge=credit.credited_charge_id.display_name,
                    reason=credit.reason,
                ),
                "invoice_line_ids": [Command.create(values) for values in values_list],
            }
        )
        for line, note_line in zip(self, note.invoice_line_ids.sorted("id"), strict=True):
            line.invoice_line_id = note_line
        self._complete_credit_note(note)
        self._take_rest_of_taxes(invoice, note)
        note.action_post()
        (invoice | note).line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable" and not item.reconciled
        ).reconcile()

    def _complete_credit_note(self, note):
        """Add further lines to a credit note before it is posted. To be extended."""

    @api.model
    def _take_rest_of_taxes(self, invoice, note):
        """Let the credit note that takes back the last of an invoice take the cents of tax, too,
        that the rounding of the ones before has left. More than cents is no rounding: an accountant
        has credited with another tax, and keeps it."""
        notes = note | invoice.reversal_move_ids.filtered(lambda move: move.state == "posted")
        currency = invoice.currency_id
        if not currency.is_zero(invoice.amount_untaxed - sum(notes.mapped("amount_untaxed"))):
            return
        items = (invoice | notes).line_ids.filtered("tax_line_id")
        for tax_items in items.grouped("tax_line_id").values():
            rest = currency.round(sum(tax_items.mapped("amount_currency")))
            own = tax_items.filtered(lambda item: item.move_id == note)[:1]
            if own and abs(rest) <= currency.rounding * len(tax_items):
                own.amount_currency -= rest

    @api.model
    def _prepare_credited_quantity(self, source, price):
        """Prepare quantity, unit and price of what a credit note takes back: as invoiced where it
        is all of the line, else one piece of the credited sum."""
        whole = source.currency_id.round(source.quantity * source.price_unit)
        is_whole = not source.discount and source.currency_id.compare_amounts(whole, price) == 0
        energy_kwh = source.quantity if source.product_uom_id == self._get_energy_unit() else 0.0
        if not is_whole:
            energy_kwh = 0.0
        return self._prepare_quantity(source.product_id, source.tax_ids, energy_kwh, price)

    def _prepare_credit_note_line_values(self, source, price):
        """Prepare the line as the invoice has booked it; an accountant may have moved it since.

        :param source: the line of the invoice
        :param float price: what is taken back, in the invoice's currency
        """
        # sudo: what the invoice says is only copied, see _create_credit_notes
        source = source.sudo()
        return {
            **self._prepare_invoice_line_values(),
            **self._prepare_credited_quantity(source, price),
            "account_id": source.account_id.id,
            "tax_ids": [(6, 0, source.tax_ids.ids)],
            "analytic_distribution": source.analytic_distribution,
        }
