# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A call creates records and says which money is for what, as only the server may."""

from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .register import RegisterCase


@tagged("post_install", "-at_install")
class TestServerValuesOnCreate(RegisterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ev = cls.charge_kwh()
        cls.post()
        cls.charged = cls.ev.charge_ids.line_ids
        cls.waiting = cls.charge_kwh(7002, minutes=70).charge_ids.line_ids

    def assertKept(self, role, model, values, name, value):
        """A role may not set a field as it creates a record: neither as a value nor as a default,
        which a call may name in its context."""
        user = self.users[role] if isinstance(role, str) else role
        records = self.env[model].with_user(user)
        for way in ("value", "default"):
            with self.subTest(model=model, field=name, role=user.login, way=way):
                sent = {**values, name: value} if way == "value" else values
                context = {f"default_{name}": value} if way == "default" else {}
                try:
                    with self.env.cr.savepoint():
                        made = records.with_context(**context).create(sent)
                        self.assertFalse(made.sudo()[name])
                        made.sudo().unlink()
                except AccessError as error:
                    self.assertIn("set by charging", str(error))

    def make_order(self, *lines):
        """Make an order that is not paid, as a call of the cashier does."""
        data = self.prepare_order(lines, self.config, state="draft")
        del data["access_token"]
        return self.env["pos.order"].with_user(self.cashier).create(data)

    def test_bill(self):
        values = {
            "order_id": self.make_stay(self.guest, "102").id,
            "product_id": self.coffee.id,
        }
        sold = self.pay([self.line(self.coffee, 3.0)]).lines
        for role in ("front_desk", "accountant", "manager"):
            name = "iicharge_charge_line_id"
            self.assertKept(role, "sale.order.line", values, name, self.waiting.id)
            self.assertKept(role, "sale.order.line", values, "iicharge_pos_line_id", sold.id)

    def test_invoice(self):
        sold = self.pay([self.line(self.coffee, 3.0)]).lines
        contract = self.env["iicharge.contract"].create({"partner_id": self.guest.id})
        values = {"move_type": "out_invoice", "partner_id": self.guest.id}
        move = self.env["account.move"].create(values)
        line = {"move_id": move.id, "product_id": self.coffee.id}
        for role in ("accountant", "manager"):
            self.assertKept(role, "account.move", values, "iicharge_contract_id", contract.id)
            self.assertKept(role, "account.move.line", line, "iicharge_pos_line_id", sold.id)

    def test_order_of_a_register(self):
        data = self.prepare_order([self.line(self.coffee, 3.0)], self.config, state="draft")
        del data["access_token"]
        for role in ("front_desk", "manager"):
            self.assertKept(role, "pos.order", data, "iicharge_folio_id", self.folio.id)

    def test_line_of_a_register(self):
        line = {**self.line(self.coffee, 3.0), "order_id": self.make_order().id, "uuid": "line"}
        charged = self.charged.id
        for role in ("front_desk", "manager"):
            self.assertKept(role, "pos.order.line", line, "iicharge_charge_line_id", charged)
            self.assertKept(role, "pos.order.line", line, "iicharge_on_bill", True)

    def test_coffee_is_not_given_back_as_charging(self):
        order = self.make_order(self.line(self.coffee, 0.01))
        lines = self.env["pos.order.line"].with_user(self.cashier)
        lines = lines.with_context(default_iicharge_charge_line_id=self.charged.id)
        values = {**self.line(self.coffee, 0.01), "order_id": order.id, "uuid": "forged"}
        with suppress(AccessError), self.env.cr.savepoint():
            lines.create(values)
        total = sum(order.lines.mapped("price_subtotal_incl"))
        order.write(
            {
                "amount_total": total,
                "amount_paid": total,
                "payment_ids": [
                    Command.create({"amount": total, "payment_method_id": self.card.id})
                ],
            }
        )
        order.action_pos_order_paid()
        self.pay(self.refund_of(order))
        self.assertEqual(self.ev.billing, "posted")
