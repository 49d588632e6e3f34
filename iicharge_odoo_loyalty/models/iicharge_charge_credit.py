# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a card has paid and is credited goes back on the card."""

from odoo import models
from odoo.fields import Command


class PrepaidCredit(models.Model):
    _inherit = "iicharge.charge"

    def _post(self):
        credits_ = self.filtered(
            lambda charge: charge.kind == "credit" and charge.state != "posted"
        )
        result = super()._post()
        for credit in credits_:
            credit._give_back_to_card()
        return result

    def _give_back_to_card(self):
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
        amount = min(-charge._get_left_to_pay(), charge._get_paid_by_card())
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return paid.browse()
        return paid.create(self._prepare_give_back_values(paid, amount))

    def _prepare_give_back_values(self, paid, amount):
        """Values of the order line that takes the card's part back: Odoo puts the points of a
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
        """Values of the credit note's line that takes the card's part off it, as booked there."""
        booked = self.credited_charge_id._get_card_line().invoice_lines[:1]
        return {
            "product_id": back.product_id.id,
            "name": back.name,
            "price_unit": back.price_unit,
            "tax_ids": [Command.set(back.tax_ids.ids)],
            "account_id": booked.account_id.id,
            "sale_line_ids": [Command.link(back.id)],
        }


class PrepaidCreditLine(models.Model):
    _inherit = "iicharge.charge.line"

    def _complete_credit_note(self, note):
        """The card's part is on the invoice, and comes off it in reverse."""
        result = super()._complete_credit_note(note)
        sign = 1 if note.move_type == "out_refund" else -1
        for credit in self.charge_id:
            back = credit._give_back_to_card()
            if back:
                values = credit._prepare_card_note_line_values(back)
                note.invoice_line_ids = [Command.create({**values, "quantity": sign})]
        return result
