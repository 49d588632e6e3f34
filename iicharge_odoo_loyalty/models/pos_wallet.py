# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A wallet or gift card that pays for charging at a register.

Odoo's register tells the server what an order has taken off a card after the order itself. Were
the network gone in between, the charging would be paid and the card still full; and the rest of a
card would be given back of what the same order pays with it. So an order with charging or prepaid
cards takes it off in its own transaction; what the register tells afterwards changes nothing, as
the card's history has the order already.
"""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from .loyalty_card import PREPAID_TYPES

POINT_DIGITS = 2


class WalletOrder(models.Model):
    _inherit = "pos.order"

    def action_pos_order_paid(self):
        # sudo: a cashier sets no balance; what is taken off is what the order says
        order = self.sudo()
        if order.lines._iicharge_get_sold() or order.lines._iicharge_get_open_top_ups():
            for card, lines in order._iicharge_get_card_uses().items():
                order._iicharge_take_off(card, sum(lines.mapped("points_cost")))
        return super().action_pos_order_paid()

    def _iicharge_get_rewards(self):
        """The lines by which wallets and gift cards pay."""
        return self.lines.filtered(
            lambda line: (
                line.is_reward_line
                and line.points_cost > 0
                and line.coupon_id.program_type in PREPAID_TYPES
            )
        )

    def _iicharge_get_card_uses(self):
        """What is taken off cards with the order. {card: lines}

        Where the order tops the same card up, Odoo keeps both as one sum when the register tells.
        """
        return {
            card: lines
            for card, lines in self._iicharge_get_rewards().grouped("coupon_id").items()
            if not self.lines.product_id & card.program_id.trigger_product_ids
        }

    def _iicharge_take_off(self, card, points):
        """:raise UserError: another register or a car was faster"""
        card._iicharge_lock()
        if float_compare(card.points, points, POINT_DIGITS) < 0:
            raise UserError(
                self.env._(
                    "Only %(left)s are left on %(card)s: it was used elsewhere meanwhile. Take it "
                    "off the order and add it again.",
                    left=card._format_points(card.points),
                    card=card.display_name,
                )
            )
        card.points -= points
        self.env["loyalty.history"].create(
            {
                "card_id": card.id,
                "order_model": self._name,
                "order_id": self.id,
                "description": self.env._("Order %s", self.display_name),
                "used": points,
            }
        )

    def confirm_coupon_programs(self, coupon_data):
        """The register learns what is left on the cards that the order took off already."""
        result = super().confirm_coupon_programs(coupon_data)
        told = {update["id"] for update in result["coupon_updates"]}
        # sudo: as in Odoo's own, a cashier may not read all that a card's name is made of
        order = self.sudo()
        if order.lines.iicharge_charge_line_id or order.lines.iicharge_topup_line_id:
            result["coupon_updates"] += [
                {
                    "old_id": card.id,
                    "id": card.id,
                    "points": card.points,
                    "code": card.code,
                    "program_id": card.program_id.id,
                    "partner_id": card.partner_id.id,
                }
                for card in order._iicharge_get_card_uses()
                if card.id not in told
            ]
        return result
