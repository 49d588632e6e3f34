# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Orders as the real register sends them: built on two that were recorded from it."""

import json
from pathlib import Path
from uuid import uuid4

from odoo import Command, fields

# One session sold and given back in the real register, as it sent both orders; recorded and
# compared by tests/e2e/test_pos_money.py. None: what differs each time.
ORDERS = json.loads(Path(__file__).with_name("register_orders.json").read_text())


def get_recorded(model, values):
    """What the register sends of a record, without what modules that are not here add."""
    return {name: value for name, value in values.items() if name in model._fields}


class RegisterOrders:
    """Builder of what a register sends.

    :param config: `pos.config` with an open session
    :param cashier: `res.users`
    """

    def __init__(self, config, cashier):
        self.env = config.env
        self.config, self.cashier = config, cashier

    def line(self, product, price, qty=1, taxes=None, template="sale", **values):
        """Get a line with the amounts of its price and quantity; `prepare_order` gives those of
        a refund the register's sign."""
        details = self._compute(product, price, qty, taxes)
        return {
            **get_recorded(self.env["pos.order.line"], ORDERS[template]["lines"][0]),
            "product_id": product.id,
            "full_product_name": product.display_name,
            "qty": qty,
            "price_unit": price,
            "tax_ids": taxes.ids,
            "price_subtotal": details["total_excluded_currency"],
            "price_subtotal_incl": details["total_included_currency"],
            **values,
        }

    def _compute(self, product, price, qty, taxes):
        """Compute a line as the register does. :return: its tax details"""
        engine = self.env["account.tax"]
        company = self.config.company_id
        line = engine._prepare_base_line_for_taxes_computation(
            {},
            price_unit=price,
            quantity=qty,
            tax_ids=taxes,
            product_id=product,
            currency_id=self.config.currency_id,
        )
        engine._add_tax_details_in_base_line(line, company)
        engine._round_base_lines_tax_details([line], company)
        return line["tax_details"]

    def lines_of(self, bill, **values):
        """Get the lines that the register creates from a bill's lines."""
        return [
            self.line(
                sold.product_id,
                read["price_unit"],
                read["product_uom_qty"],
                sold.tax_ids,
                sale_order_origin_id=bill.id,
                sale_order_line_id=sold.id,
                iicharge_text=sold.iicharge_text,
                **values,
            )
            for sold, read in zip(bill.order_line, bill.order_line.read_converted(), strict=True)
        ]

    def refund_of(self, order, **values):
        """Get the lines that the register creates from those of a paid order."""
        return [
            self.line(
                line.product_id,
                line.price_unit,
                -line.qty,
                line.tax_ids,
                template="refund",
                refunded_orderline_id=line.id,
                **values,
            )
            for line in order.lines
        ]

    def prepare_order(self, lines, **order):
        """Get an order of these lines, without payments; its sums are those of the lines."""
        lines = [{**line, "uuid": str(uuid4())} for line in lines]
        total = sum(line["price_subtotal_incl"] for line in lines)
        tax = total - sum(line["price_subtotal"] for line in lines)
        is_refund = any(line.get("refunded_orderline_id") for line in lines)
        for line in lines if is_refund else ():
            line["price_subtotal"] *= -1
            line["price_subtotal_incl"] *= -1
        key = str(uuid4())
        recorded = get_recorded(self.env["pos.order"], ORDERS["refund" if is_refund else "sale"])
        del recorded["payment_ids"]
        return {
            **recorded,
            "access_token": key,
            "uuid": key,
            "pos_reference": key,
            "tracking_number": key[:4],
            "ticket_code": key[:5],
            "session_id": self.config.current_session_id.id,
            "company_id": self.config.company_id.id,
            "amount_paid": total,
            "amount_total": total,
            "amount_tax": tax,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "pricelist_id": self.config.pricelist_id.id,
            "partner_id": False,
            "user_id": self.cashier.id,
            "lines": [Command.create(line) for line in lines],
            **order,
        }

    def prepare_payment(self, method, amount, **values):
        return {
            **get_recorded(self.env["pos.payment"], ORDERS["sale"]["payment_ids"][0]),
            "uuid": str(uuid4()),
            "amount": amount,
            "payment_method_id": method.id,
            "payment_date": fields.Datetime.to_string(fields.Datetime.now()),
            **values,
        }

    def send(self, data):
        """Sync an order as the register of the cashier does.

        :return: the `pos.order`
        """
        result = self.env["pos.order"].with_user(self.cashier).sync_from_ui([data])
        made = self.env["pos.order"].browse([row["id"] for row in result["pos.order"]])
        return made.filtered(lambda order: order.uuid == data["uuid"])
