# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models
from odoo.fields import Command


class Charge(models.Model):
    _inherit = "iicharge.charge"

    destination = fields.Selection(
        selection_add=[("prepaid", "Prepaid Card")],
        # what a card has paid stays on its order, which a register may have taken the rest of
        ondelete={"prepaid": "set pos"},
    )
    prepaid_line_ids = fields.One2many(
        "sale.order.line",
        "iicharge_prepaid_charge_id",
        string="Paid by Card",
        groups="iicharge_odoo.group_front_desk,sales_team.group_sale_salesman,"
        "account.group_account_invoice",
    )

    def _use_card(self, order):
        """Put the card's part on an order that is not confirmed yet; Odoo says no where there is
        too little on it, and takes off again what it may not pay. A card that was sold with
        another tax pays nothing: a register takes payment."""
        card = self.session_id.loyalty_card_id
        reward = card and card._iicharge_get_reward()
        if not reward or not all(
            card.program_id._iicharge_can_pay(line.tax_ids) for line in order.order_line
        ):
            return
        order.applied_coupon_ids = [Command.link(card.id)]
        if not order._apply_program_reward(reward, card):
            part = order.order_line.filtered(lambda line: line.coupon_id == card)
            part.iicharge_prepaid_charge_id = self

    def _get_card_line(self):
        """Get the order line by which a card has paid its part; maybe empty."""
        # sudo: who decides on a credit need not have rights on orders and cards
        return self.sudo().prepaid_line_ids

    def _get_paid_by_card(self):
        """Get what a card has paid of this charge and not got back, with tax."""
        lines = (self | self.credit_ids)._get_card_line()
        return self.currency_id.round(-sum(lines.mapped("price_total")))

    def _get_amount_due(self):
        """Get what is owed after what a card has paid; below zero: paid too much."""
        credits_ = self.credit_ids.filtered(lambda credit: credit.state != "written_off")
        total = sum((self | credits_).mapped("amount_total"))
        return self.currency_id.round(total - self._get_paid_by_card())

    # --- credits ------------------------------------------------------------------------

    def _refund_to_card(self):
        """Put back on the card what it has paid too much now, by a line of the order that it
        paid; once for each credit. What was paid otherwise is given back otherwise.

        :return: the `sale.order.line`, or an empty record
        """
        self.ensure_one()
        charge = self.credited_charge_id
        paid = charge._get_card_line()
        if not paid or self.state == "written_off" or self._get_card_line():
            return self._get_card_line()
        paid.coupon_id._iicharge_lock()
        amount = min(-charge._get_amount_due(), charge._get_paid_by_card())
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return paid.browse()
        return paid.create(self._prepare_card_refund_values(paid, amount))

    def _prepare_card_refund_values(self, paid, amount):
        """Prepare the order line that takes the card's part back: Odoo puts the points of a
        confirmed order's line on the card, and in its history."""
        share = amount / -paid.price_total
        return {
            "order_id": paid.order_id.id,
            "product_id": paid.product_id.id,
            "name": self.env._("%(card)s: given back", card=paid.name),
            "product_uom_qty": -1,
            "price_unit": self.currency_id.round(paid.price_unit * share),
            "technical_price_unit": 0.0,
            "tax_ids": [Command.set(paid.tax_ids.ids)],
            "reward_id": paid.reward_id.id,
            "coupon_id": paid.coupon_id.id,
            "reward_identifier_code": str(self.id),
            "points_cost": -self.currency_id.round(paid.points_cost * share),
            "iicharge_prepaid_charge_id": self.id,
        }

    def _prepare_card_note_line_values(self, back):
        """Prepare the credit note's line that takes the card's part off it, as booked there."""
        booked = self.credited_charge_id._get_card_line().invoice_lines[:1]
        return {
            "product_id": back.product_id.id,
            "name": back.name,
            "price_unit": back.price_unit,
            "tax_ids": [Command.set(back.tax_ids.ids)],
            "account_id": booked.account_id.id,
            "sale_line_ids": [Command.link(back.id)],
        }
