# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The card's part of a session at a register: it comes and goes with the charging.

Top-ups that are paid at a register: what their lines must say, and that a card gets its money
once, in the same transaction as the payment.

A wallet or gift card that pays for charging at a register.

Odoo's register sends the server what an order has taken off a card after the order itself. Were
the network gone in between, the charging would be paid and the card still full; and the rest of a
card would be given back of what the same order pays with it. So an order with charging or prepaid
cards takes it off in its own transaction; what the register sends afterwards changes nothing, as
the card's history has the order already.
"""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from .loyalty_program import PREPAID_TYPES

POINT_DIGITS = 2


class PosOrder(models.Model):
    _inherit = "pos.order"

    def _process_existing_gift_cards(self, coupon_data):
        # sudo: a cashier sells and uses gift cards, but sets no balance, see loyalty.card.write
        return super(PosOrder, self.sudo())._process_existing_gift_cards(coupon_data)

    def _iicharge_check_room(self):
        """What a card has paid stays paid by it; whoever prepays pays at once."""
        folio = super()._iicharge_check_room()
        if folio and self.lines._iicharge_get_card_lines():
            raise UserError(
                self.env._(
                    "A part of the charging is paid by prepaid card. Take payment for the rest, or "
                    "charge the session to the room from the charging screen: the card then gets "
                    "its part back."
                )
            )
        if folio and self.lines._iicharge_get_top_ups():
            raise UserError(
                self.env._(
                    "A prepaid card is paid here, not with the room. For a hotel guest, start "
                    "charging for the room: it goes on the bill automatically."
                )
            )
        return folio

    # --- top-up -------------------------------------------------------------------------
    def _iicharge_apply_payment(self, room, charging, refunds):
        result = super()._iicharge_apply_payment(room, charging, refunds)
        self.lines._iicharge_apply_top_ups()
        return result

    def _get_invoice_lines_values(self, line_values, pos_line, move_type):
        values = super()._get_invoice_lines_values(line_values, pos_line, move_type)
        if pos_line._iicharge_get_topup():
            values["account_id"] = line_values["account_id"].id
        return values

    # --- wallets and gift cards ---------------------------------------------------------
    def action_pos_order_paid(self):
        # sudo: a cashier sets no balance; what is taken off is what the order says
        order = self.sudo()
        order._iicharge_check_vouchers()
        if order.lines._iicharge_get_sold() or order.lines._iicharge_get_open_top_ups():
            for card, lines in order._iicharge_get_card_uses().items():
                points = sum(lines.mapped("points_cost"))
                order._iicharge_check_points(card, lines, points)
                order._iicharge_deduct_points(card, points)
        return super().action_pos_order_paid()

    def _iicharge_check_vouchers(self):
        """:raise UserError: a card that was sold with its tax pays for what has another one, or
        without that tax"""
        for line in self._iicharge_get_rewards():
            program = line.coupon_id.program_id
            if program.iicharge_voucher != "single":
                continue
            others = self.lines.filtered(
                lambda other: other.price_subtotal_incl and not other.is_reward_line
            )
            if not all(
                program._iicharge_can_pay(each.tax_ids_after_fiscal_position)
                for each in others | line
            ):
                program._iicharge_refuse_other_tax()

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

        Where the order tops the same card up, Odoo keeps both as one sum when the register reports
        it.
        """
        return {
            card: lines
            for card, lines in self._iicharge_get_rewards().grouped("coupon_id").items()
            if not self.lines.product_id & card.program_id.trigger_product_ids
        }

    def _iicharge_check_points(self, card, lines, points):
        """:raise UserError: the order takes less off the card than the card pays of it"""
        worth = points * card._iicharge_get_any_reward().discount
        paid = -sum(line._iicharge_get_total() for line in lines)
        if self.currency_id.compare_amounts(worth, paid) < 0:
            self._iicharge_refuse_amount(card.display_name, worth, paid)

    def _iicharge_deduct_points(self, card, points):
        """:raise UserError: another register or a car was faster"""
        card._iicharge_lock()
        if float_compare(card.points, points, POINT_DIGITS) < 0:
            raise UserError(
                self.env._(
                    "Only %(left)s are left on %(card)s: it has been used elsewhere. Remove it "
                    "from the order and add it again.",
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
        updated = {update["id"] for update in result["coupon_updates"]}
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
                if card.id not in updated
            ]
        return result
