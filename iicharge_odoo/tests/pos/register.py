# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from pathlib import Path
from uuid import uuid4

from odoo import Command, fields

from .test_pos_front_desk import FrontDeskCase

# One session sold and given back in the real register, as it sent both orders; recorded and
# compared by tests/e2e/test_pos_money.py. None: what differs each time.
ORDERS = json.loads(Path(__file__).with_name("register_orders.json").read_text())


def get_recorded(model, values):
    """What the register sends of a record, without what modules that are not here add."""
    return {name: value for name, value in values.items() if name in model._fields}


class RegisterCase(FrontDeskCase):
    """Two open registers that take cards, cash and room charges, and sell coffee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journals = cls.env["account.journal"]
        methods = cls.env["pos.payment.method"]
        bank = journals.create({"name": "Register Cards", "type": "bank", "code": "RCARD"})
        cls.card = methods.create({"name": "Bank Card", "journal_id": bank.id})
        cls.other_card = cls.card.copy({"name": "Other Card"})
        cls.room_way = methods.create({"name": "Room", "iicharge_room": True})
        for config in (cls.config, cls.other_config):
            config.payment_method_ids = cls.card | cls.other_card | cls.room_way
            config.open_ui()
            config.current_session_id.set_opening_control(0, None)
        cls.coffee = cls.env["product.product"].create(
            {
                "name": "Coffee",
                "type": "service",
                "available_in_pos": True,
                "list_price": 3.0,
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )

    # --- what the register sends ---------------------------------------------------------
    def line(self, product, price, qty=1, taxes=None, template="sale", **values):
        """Get a line with the amounts of its price and quantity; `pay` gives those of a refund
        the register's sign."""
        taxes = self.tax if taxes is None else taxes
        details = self.compute(product, price, qty, taxes)
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

    def compute(self, product, price, qty, taxes):
        """Compute a line as the register does. :return: its tax details"""
        engine = self.env["account.tax"]
        line = engine._prepare_base_line_for_taxes_computation(
            {},
            price_unit=price,
            quantity=qty,
            tax_ids=taxes,
            product_id=product,
            currency_id=self.company.currency_id,
        )
        engine._add_tax_details_in_base_line(line, self.company)
        engine._round_base_lines_tax_details([line], self.company)
        return line["tax_details"]

    def lines_of(self, bill, **values):
        """Get the lines that the register creates from a bill's lines."""
        return [
            self.line(
                sold.product_id,
                sold.price_unit,
                sold.product_uom_qty,
                sold.tax_ids,
                sale_order_origin_id=bill.id,
                sale_order_line_id=sold.id,
                iicharge_text=sold.iicharge_text,
                **values,
            )
            for sold in bill.order_line
        ]

    def refund_of(self, order, **values):
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

    def pay(self, lines, method=None, config=None, state="paid", payment=None, **order):
        """Sync an order as the register of the cashier does."""
        config = config or self.config
        data = self.prepare_order(lines, config, state=state, **order)
        paid = {
            **get_recorded(self.env["pos.payment"], ORDERS["sale"]["payment_ids"][0]),
            "uuid": str(uuid4()),
            "amount": data["amount_total"],
            "payment_method_id": (method or self.card).id,
            "payment_date": fields.Datetime.to_string(fields.Datetime.now()),
            **(payment or {}),
        }
        data.setdefault("payment_ids", [Command.create(paid)] if state == "paid" else [])
        result = self.env["pos.order"].with_user(self.cashier).sync_from_ui([data])
        made = self.env["pos.order"].browse([row["id"] for row in result["pos.order"]])
        return made.filtered(lambda order: order.uuid == data["uuid"])

    def prepare_order(self, lines, config, **order):
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
            "session_id": config.current_session_id.id,
            "company_id": self.company.id,
            "amount_paid": total,
            "amount_total": total,
            "amount_tax": tax,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "pricelist_id": config.pricelist_id.id,
            "partner_id": False,
            "user_id": self.cashier.id,
            "lines": [Command.create(line) for line in lines],
            **order,
        }

    def pay_to_room(self, lines, folio=None, **order):
        stay = {"iicharge_stay_number": (folio or self.folio).id, "iicharge_room_text": "101"}
        return self.pay(lines, self.room_way, payment=stay, **order)

    def take(self, session, register=None):
        order_id = (register or self.register).iicharge_open_payment(session.id)["order_id"]
        return self.env["sale.order"].browse(order_id)

    def close(self, config=None):
        """Close the register as its closing screen does.

        :return: the `pos.session`
        """
        session = (config or self.config).current_session_id
        result = session.close_session_from_ui()
        self.assertTrue(result["successful"], result)
        return session

    def make_position(self):
        """A fiscal position that takes no tax."""
        free = self.tax.copy({"name": "No tax", "amount": 0})
        position = self.env["account.fiscal.position"].create({"name": "Tax-free"})
        free.write({"fiscal_position_ids": position.ids, "original_tax_ids": self.tax.ids})
        return position

    def get_differences(self):
        """What the reconciliation finds in these days."""
        report = self.env["iicharge.reconciliation"].create(
            {
                "date_from": fields.Date.subtract(fields.Date.today(), days=2),
                "date_to": fields.Date.add(fields.Date.today(), days=1),
            }
        )
        report.action_check()
        return report.difference_ids.mapped(lambda row: (row.kind, row.explanation))

    def get_revenue(self, move):
        lines = move.line_ids.filtered(lambda line: line.display_type == "product")
        return -sum(lines.mapped("balance"))
