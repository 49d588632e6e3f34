# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.tools import formatLang


class ChargeLine(models.Model):
    """What a charge puts on one bill, as one product, under one set of taxes."""

    _name = "iicharge.charge.line"
    _description = "Charge Line"
    _inherit = [
        "iicharge.charge.line.accrual",
        "iicharge.charge.line.place",
        "iicharge.charge.line.credit",
        "iicharge.charge.line.position",
        "iicharge.charge.line.quantity",
    ]
    _order = "charge_id, id"

    charge_id = fields.Many2one(
        "iicharge.charge", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="charge_id.company_id")
    currency_id = fields.Many2one(related="charge_id.currency_id")
    name = fields.Text(required=True, readonly=True)
    dimension_ids = fields.Many2many(
        "iicharge.dimension", string="Paid For", readonly=True, help="OCPI's dimensions."
    )
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True)
    tax_ids = fields.Many2many("account.tax", readonly=True)
    agreed_tax_ids = fields.Many2many(
        "account.tax",
        "iicharge_charge_line_agreed_tax_rel",
        readonly=True,
        help="Those of the tariff, before the fiscal position of the bill.",
    )
    agreed_gross = fields.Monetary(
        readonly=True, help="The price with the taxes of the tariff, where that was agreed."
    )
    analytic_distribution = fields.Json(readonly=True)
    price_unit = fields.Monetary(
        readonly=True, help="With the taxes that are included in prices, without the others."
    )
    amount_untaxed = fields.Monetary(readonly=True, string="Without Tax")
    amount_tax = fields.Monetary(readonly=True, string="Tax Amount")
    credited_line_id = fields.Many2one(
        "iicharge.charge.line", readonly=True, index="btree_not_null"
    )
    credit_line_ids = fields.One2many("iicharge.charge.line", "credited_line_id")
    folio_id = fields.Many2one(
        "sale.order",
        string="Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The order that this line is put on.",
    )
    sale_line_ids = fields.One2many(
        "sale.order.line",
        "iicharge_charge_line_id",
        groups="iicharge_odoo.group_front_desk,sales_team.group_sale_salesman,"
        "account.group_account_invoice",
    )
    invoice_line_id = fields.Many2one(
        "account.move.line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Where the line was put straight on an invoice or a credit note.",
    )
    billed_currency_id = fields.Many2one("res.currency", readonly=True)
    billed_untaxed = fields.Monetary(
        currency_field="billed_currency_id",
        readonly=True,
        help="What was put on the bill, in the bill's own currency.",
    )

    # --- on an order ---------------------------------------------------------------------
    def _prepare_order_line_values(self):
        """Prepare the order line at the rounded sum, never priced again."""
        self.ensure_one()
        sign = -1 if self.charge_id.kind == "credit" else 1
        sold = self._prepare_sold_values()
        reversed_line = self._get_reversed_order_line()
        return {
            "product_id": self.product_id.id,
            "name": self._get_bill_line_text(),
            "product_uom_qty": sign * sold["quantity"],
            "product_uom_id": sold["product_uom_id"],
            "price_unit": sign * sold["price_unit"],
            # differs from price_unit: Odoo then takes the price as set by hand and keeps it
            "technical_price_unit": 0.0,
            "discount": reversed_line.discount,
            "tax_ids": [(6, 0, self.tax_ids.ids)],
            "analytic_distribution": self.analytic_distribution or False,
            "iicharge_charge_line_id": self.id,
        }

    def _create_order_lines(self):
        """Put the lines on their orders. :return: the `sale.order.line` records"""
        return (
            self.env["sale.order.line"]
            .with_context(sale_no_log_for_new_lines=True)
            .create(
                [
                    {"order_id": line.folio_id.id, **line._prepare_order_line_values()}
                    for line in self
                ]
            )
        )

    def _in_currency(self, currency, amount):
        """Convert an amount to a bill's currency, at the rate of the day on which charging ended;
        a credit at that of what it credits, which may have been changed since.

        A bill in another currency is only taken where a rate is set (see `_check_open`).
        """
        if currency == self.currency_id:
            return amount
        source = self.credited_line_id
        if source.billed_currency_id == currency and source.billed_untaxed:
            return currency.round(amount * source.billed_untaxed / source.amount_untaxed)
        day = self.charge_id.session_id._get_local_day()
        found = currency._iicharge_convert(amount, self.currency_id, self.company_id, day)
        return float(found.amount)

    def _prepare_sold_values(self):
        """Prepare quantity, unit and price, see `_prepare_quantity_values`, in the bill's currency:
        as on the bill what it reverses in full; a register sells one piece."""
        price = self._get_closing_price()
        reversed_line = self._get_reversed_order_line()
        if reversed_line and price is None:
            return {
                "quantity": reversed_line.product_uom_qty,
                "product_uom_id": reversed_line.product_uom_id.id,
                "price_unit": -reversed_line.price_unit,
            }
        if price is None:
            price = self._in_currency(self.folio_id.currency_id, self.price_unit)
        is_bill = self.charge_id._get_destination()._is_bill_of_stay
        energy_kwh = self.energy_kwh if is_bill else 0.0
        return self._prepare_quantity(self.product_id, self.tax_ids, energy_kwh, price)

    def _get_reversed_order_line(self):
        """Get the bill's line that this one reverses in full, as it is on the bill: with the rate
        of that day, and with a discount or a price that was given on the bill since."""
        order_line = self.credited_line_id.sale_line_ids
        if self._is_whole_credit() and order_line.currency_id == self.folio_id.currency_id:
            return order_line
        return order_line.browse()

    def _is_whole_credit(self):
        source = self.credited_line_id
        return bool(source) and self.price_unit == -source.price_unit

    def _set_invoiced_amounts(self):
        """Store the amounts as the bill has them; those of a credit note are negative."""
        for line in self:
            billed = line.sale_line_ids or line.invoice_line_id
            sign = -1 if line.invoice_line_id.move_id.move_type == "out_refund" else 1
            line.write(
                {
                    "billed_currency_id": billed.currency_id.id,
                    "billed_untaxed": sign * billed.price_subtotal,
                }
            )

    def _clear_invoiced_amounts(self):
        """Clear the amounts; the lines are on no invoice any more."""
        self.write({"invoice_line_id": False, "billed_untaxed": 0, "billed_currency_id": False})

    def _get_bill_line_text(self):
        """Get the line's text; if a session is split over bills, each bill names the other."""
        self.ensure_one()
        lang = self.folio_id.partner_id.lang or self.env.lang
        texts = [self.name, *self.with_context(lang=lang)._get_routing_texts()]
        others = self.charge_id.line_ids.filtered(lambda other: other.folio_id != self.folio_id)
        texts += [other.with_context(lang=lang)._get_other_bill_text() for other in others]
        return "\n".join(texts)

    def _get_routing_texts(self):
        """Get the text that names the guest, where the bill is another's."""
        charge = self.charge_id
        is_routed = charge._get_destination()._is_bill_of_stay and self.folio_id != charge.folio_id
        if not charge.folio_id or not is_routed:
            return []
        guest, room = charge.folio_id.partner_id.name, charge.session_id.room
        if room:
            return [self.env._("Guest: %(guest)s, room %(room)s", guest=guest, room=room)]
        return [self.env._("Guest: %(guest)s", guest=guest)]

    def _get_other_bill_text(self):
        return self.env._(
            "%(amount)s of this charging (%(product)s) is on bill %(bill)s",
            amount=formatLang(
                self.env, self.amount_untaxed + self.amount_tax, currency_obj=self.currency_id
            ),
            product=self.product_id.display_name,
            bill=self.folio_id.name,
        )

    # --- on an invoice -------------------------------------------------------------------
    def _prepare_invoice_line_values(self):
        """Prepare a line that goes straight on an invoice, or a credit on a credit note."""
        self.ensure_one()
        sign = -1 if self.charge_id.kind == "credit" else 1
        return {
            "product_id": self.product_id.id,
            "name": self.name,
            "discount": 0.0,
            "tax_ids": [(6, 0, self.tax_ids.ids)],
            "analytic_distribution": self.analytic_distribution or False,
            **self._prepare_quantity_values(sign * self.price_unit),
            **self._prepare_supply_values(),
        }

    @api.model
    def _get_price(self, company, partner, product, taxes, amount_untaxed):
        """Get the price of an amount without tax: with the taxes that are included in prices."""
        if not any(tax.price_include for tax in taxes.flatten_taxes_hierarchy()):
            return company.currency_id.round(amount_untaxed)
        totals = taxes.compute_all(
            amount_untaxed,
            currency=company.currency_id,
            product=product,
            partner=partner,
            handle_price_include=False,
        )
        included = [tax["amount"] for tax in totals["taxes"] if tax["price_include"]]
        return company.currency_id.round(amount_untaxed + sum(included))

    @api.model
    def _prepare_amounts(self, company, partner, product, taxes, price_unit):
        """Prepare what a price comes to, as the order and the invoice will say: `amount_untaxed`,
        `amount_tax`, and `price_unit` itself, with the taxes that are included in prices."""
        line = self._prepare_tax_line(company, partner, product, taxes, price_unit)
        self.env["account.tax"]._round_base_lines_tax_details([line], company)
        on_bill = line["tax_details"]
        untaxed, total = on_bill["total_excluded_currency"], on_bill["total_included_currency"]
        if taxes and all(tax.price_include for tax in taxes.flatten_taxes_hierarchy()):
            # half cents of both may round up; a bill in all keeps the price
            total = price_unit
        return {
            "amount_untaxed": untaxed,
            "amount_tax": company.currency_id.round(total - untaxed),
            "price_unit": price_unit,
        }

    @api.model
    def _prepare_tax_line(self, company, partner, product, taxes, price_unit, quantity=1.0):
        """Prepare a line of a bill for Odoo's tax engine, its taxes not rounded yet."""
        line = self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            {},
            price_unit=price_unit,
            quantity=quantity,
            tax_ids=taxes,
            currency_id=company.currency_id,
            product_id=product,
            partner_id=partner,
        )
        self.env["account.tax"]._add_tax_details_in_base_line(line, company)
        return line

    @api.model
    def _get_tax_rounding(self, lines, company):
        """Get by how much the tax of each line differs from its own if they are on one bill: a
        company may round the sum of each tax (*Round per Tax*), not the tax of each line.

        :param lines: as `_prepare_tax_line` gives them
        :return: an amount for each line, mostly zero
        """
        currency = company.currency_id
        self.env["account.tax"]._round_base_lines_tax_details(lines, company)
        return [
            currency.round(
                sum(
                    tax["tax_amount_currency"] - currency.round(tax["raw_tax_amount_currency"])
                    for tax in line["tax_details"]["taxes_data"]
                    # a price with its tax in it stays what it is
                    if not tax["price_include"]
                )
            )
            for line in lines
        ]
