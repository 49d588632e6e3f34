# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Money that is put on a card at the desk, and the rest of it that is given back."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .loyalty_card import PREPAID_GROUPS


class TopUpCard(models.Model):
    _inherit = "loyalty.card"

    iicharge_topup_line_ids = fields.One2many(
        "sale.order.line", "iicharge_topup_card_id", string="Prepaid", groups=PREPAID_GROUPS
    )

    # --- the order that a register loads -----------------------------------------------------
    def _iicharge_make_top_up(self, amount, connector=None):
        """An order of its own that puts a sum on the card once a register has taken it.

        :param float amount: below zero: it is paid out, and taken off the card
        :param connector: where the guest stands
        :return: `sale.order`, confirmed
        """
        self.ensure_one()
        token = self.iicharge_token_ids[:1]
        walk_in = self.env.ref("iicharge_odoo.partner_walk_in")
        company = token.company_id or self.env.company
        order = self.env["sale.order"].create(
            {
                "partner_id": (self.partner_id or walk_in).id,
                "company_id": company.id,
                "currency_id": self.currency_id.id,
                "client_order_ref": self.code,
                "order_line": [Command.create(self._iicharge_prepare_top_up(amount, connector))],
            }
        )
        order.action_confirm()
        return order

    def _iicharge_prepare_top_up(self, amount, connector):
        if amount > 0:
            name = self.env._("Charging, prepaid: card %(code)s", code=self.code)
        else:
            name = self.env._("Charging, prepaid: rest of card %(code)s", code=self.code)
        return {
            "product_id": self.env.ref("iicharge_odoo_loyalty.product_prepaid").id,
            "name": name,
            "product_uom_qty": 1,
            "price_unit": amount,
            # as in iicharge_charge_line: the price is not Odoo's to work out
            "technical_price_unit": 0.0,
            "tax_ids": [Command.clear()],
            "iicharge_topup_card_id": self.id,
            "iicharge_topup_connector_id": connector and connector.id,
        }

    # --- what is on it -----------------------------------------------------------------------
    def _iicharge_get_any_reward(self):
        """What its points are worth, also where the program is closed: its money is still owed."""
        return self.program_id.with_context(active_test=False)._iicharge_get_reward()

    def _iicharge_add(self, amount, order):
        """Put a sum on it, or take one off, for an order that is paid. Whoever calls has the
        lock.

        :param order: the `sale.order` of the top-up. Not that of the register: one order there
            may use cards as well, and Odoo takes a card's line for an order as the whole of it
        """
        self.ensure_one()
        points = amount / self._iicharge_get_any_reward().discount
        # sudo: what is paid for is no change by hand, see write
        self.sudo().points += points
        self.env["loyalty.history"].sudo().create(
            {
                "card_id": self.id,
                "description": self.env._("Charging, prepaid: %(order)s", order=order.name),
                "issued": max(points, 0),
                "used": max(-points, 0),
                "order_model": order._name,
                "order_id": order.id,
            }
        )

    def _iicharge_get_rest(self):
        """What may be given back in money: what is left of what was prepaid at a desk. A balance
        that was sold otherwise, or given away, is none."""
        self.ensure_one()
        worth = self.points * self._iicharge_get_any_reward().discount
        lines = self.iicharge_topup_line_ids.iicharge_topup_paid_ids
        prepaid = sum(line._iicharge_get_money() for line in lines)
        rest = min(worth - self._iicharge_get_spoken_for(), prepaid)
        return self.currency_id.round(max(rest, 0.0))

    def _iicharge_check_rest(self, amount):
        """:raise UserError: so much cannot be given back, in words for the cashier"""
        self._iicharge_check_no_car()
        rest = self._iicharge_get_rest()
        if self.currency_id.compare_amounts(amount, rest) > 0:
            raise UserError(
                self.env._(
                    "Of card %(code)s only %(rest)s can be given back now, not %(amount)s. Take "
                    "the line off the order, and choose “Prepaid card” on the charging screen.",
                    code=self.code,
                    rest=self.currency_id.format(rest),
                    amount=self.currency_id.format(amount),
                )
            )

    def _iicharge_check_no_car(self):
        """:raise UserError: a car uses it up just now"""
        running = self.iicharge_session_ids.filtered(lambda session: session.state != "stopped")
        if running:
            raise UserError(
                self.env._(
                    "A car charges with card %(code)s at %(connector)s. Stop it first: what is "
                    "left is known then.",
                    code=self.code,
                    connector=running[0].connector_id.display_name or running[0].charger_id.name,
                )
            )
