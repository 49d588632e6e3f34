# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What cashiers do at the register, by orders as the register sends them."""

from odoo import Command

from odoo.addons.iicharge_odoo.tests.pos.register_orders import RegisterOrders


class Cashiers:
    """Part of `Staff`."""

    def _get_register(self, env, company):
        """:return: `RegisterOrders` of the company's register"""
        company_env = env(context={**env.context, "allowed_company_ids": company.ids})
        config = company_env["pos.config"].browse(self._register_ids[company.id])
        return RegisterOrders(config, company_env.ref("base.user_admin"))

    def take_payment(self, env):
        """Load a bill at the register and take payment for it; some guests want an invoice."""
        charge = self._pick(
            env,
            "iicharge.charge",
            [("state", "=", "posted"), ("destination", "=", "pos"), ("kind", "=", "charge")],
        )
        bill = charge.line_ids.folio_id[:1]
        if not bill or bill.invoice_ids or bill.pos_order_line_ids:
            return False
        register = self._get_register(env, bill.company_id)
        partner = bill.partner_id
        self._send(
            register,
            register.lines_of(bill),
            partner_id=partner.id,
            fiscal_position_id=bill.fiscal_position_id.id,
            to_invoice=self._dice.random() < 0.3,
            amounts=(bill.amount_total, bill.amount_tax),
        )
        return True

    def give_money_back(self, env):
        """Refund what was paid at the register, whole."""
        order = self._pick(
            env,
            "pos.order",
            [
                ("lines.sale_order_line_id.iicharge_charge_line_id", "!=", False),
                ("lines.refund_orderline_ids", "=", False),
                ("lines.refunded_orderline_id", "=", False),
                ("session_id.state", "=", "opened"),
            ],
        )
        if not order:
            return False
        register = self._get_register(env, order.company_id)
        self._send(
            register,
            register.refund_of(order),
            partner_id=order.partner_id.id,
            fiscal_position_id=order.fiscal_position_id.id,
            to_invoice=bool(order.account_move),
            amounts=(-order.amount_total, -order.amount_tax),
        )
        return True

    def _send(self, register, lines, amounts, **order):
        method = register.config.payment_method_ids.filtered(
            lambda method: not method.split_transactions
        )[:1]
        total, tax = amounts
        data = register.prepare_order(
            lines,
            amount_total=total,
            amount_paid=total,
            amount_tax=tax,
            payment_ids=[Command.create(register.prepare_payment(method, total))],
            **order,
        )
        return register.send(data)
