# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Closing of a register that sent orders to rooms; see `iicharge_pos_room` for the entry."""

from odoo import api, fields, models

WITHOUT_ROOMS = "iicharge_without_rooms"


class PosSession(models.Model):
    _inherit = "pos.session"

    iicharge_room_total = fields.Monetary(
        compute="_compute_iicharge_room_total",
        string="Sent to Rooms",
        help="Orders that went to the bills of stays, with tax. They are invoiced with the stays.",
    )

    @api.depends("order_ids.iicharge_folio_id", "order_ids.amount_total")
    def _compute_iicharge_room_total(self):
        for session in self:
            to_rooms = session.order_ids.filtered("iicharge_folio_id")
            session.iicharge_room_total = sum(to_rooms.mapped("amount_total"))

    def _get_closed_orders(self):
        orders = super()._get_closed_orders()
        if self.env.context.get(WITHOUT_ROOMS):
            orders = orders.filtered(lambda order: not order.iicharge_folio_id)
        return orders

    def _accumulate_amounts(self, data):
        """Sales and taxes of orders that went to rooms are booked by the invoices of stays."""
        session = self.with_context(**{WITHOUT_ROOMS: True})
        return super(PosSession, session)._accumulate_amounts(data)

    def _create_pay_later_receivable_lines(self, data):
        data = super()._create_pay_later_receivable_lines(data)
        payments = self._get_closed_orders().filtered("iicharge_folio_id").payment_ids
        lines = self.env["account.move.line"]
        for method, of_method in payments.grouped("payment_method_id").items():
            lines |= self._iicharge_create_room_lines(data["MoveLine"], method, of_method)
        data["iicharge_room_lines"] = lines
        return data

    def _iicharge_create_room_lines(self, move_lines, method, payments):
        amounts = {"amount": 0.0, "amount_converted": 0.0}
        for payment in payments:
            amounts = self._update_amounts(
                amounts, {"amount": payment.amount}, payment.payment_date
            )
        if self.currency_id.is_zero(amounts["amount"]):
            return move_lines
        sums = (amounts["amount"], amounts["amount_converted"])
        account = {
            "account_id": self._get_receivable_account(method).id,
            "move_id": self.move_id.id,
        }
        to_rooms = self.env._("%(register)s: %(method)s", register=self.name, method=method.name)
        on_bills = self.env._("%(register)s: on the bills of stays", register=self.name)
        return move_lines.create(
            [
                self._debit_amounts({**account, "name": to_rooms}, *sums),
                self._credit_amounts({**account, "name": on_bills}, *sums),
            ]
        )

    def _reconcile_account_move_lines(self, data):
        data = super()._reconcile_account_move_lines(data)
        for account, of_account in data["iicharge_room_lines"].grouped("account_id").items():
            if account.reconcile:
                of_account.with_context(no_cash_basis=True).reconcile()
        return data

    def _validate_session(self, *args, **kwargs):
        """Close the orders on rooms, and take back the sessions that were left unpaid."""
        result = super()._validate_session(*args, **kwargs)
        if self.state == "closed":
            # where nothing was booked, Odoo keeps the orders as paid only; they are done as well
            orders = self.order_ids.filtered(lambda o: o.iicharge_folio_id and o.state == "paid")
            orders.write({"state": "done"})
            if not self.rescue:
                # sudo: who closes a register need not be front desk
                left = self.env["iicharge.session"].sudo()
                left.search([("register_config_id", "=", self.config_id.id)])._release_payment(
                    self.config_id
                )
        return result

    # --- closing ------------------------------------------------------------------------
