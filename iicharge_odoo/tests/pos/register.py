# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo import Command, fields

from .register_orders import RegisterOrders
from .test_pos_front_desk import FrontDeskCase


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
    def orders(self, config=None):
        return RegisterOrders(config or self.config, self.cashier)

    def line(self, product, price, qty=1, taxes=None, **values):
        taxes = self.tax if taxes is None else taxes
        return self.orders().line(product, price, qty, taxes, **values)

    def lines_of(self, bill, **values):
        return self.orders().lines_of(bill, **values)

    def refund_of(self, order, **values):
        return self.orders().refund_of(order, **values)

    def prepare_order(self, lines, config, **order):
        return self.orders(config).prepare_order(lines, **order)

    def pay(self, lines, method=None, config=None, state="paid", payment=None, **order):
        """Sync an order as the register of the cashier does."""
        orders = self.orders(config)
        data = orders.prepare_order(lines, state=state, **order)
        paid = orders.prepare_payment(method or self.card, data["amount_total"])
        paid.update(payment or {})
        data.setdefault("payment_ids", [Command.create(paid)] if state == "paid" else [])
        return orders.send(data)

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
