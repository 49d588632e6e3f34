# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The card's part of a session at a register: it comes and goes with the charging."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from odoo.addons.iicharge_odoo.models.pos_charging import PRICE_DIGITS

SETTLED = ("paid", "done")


class PrepaidOrder(models.Model):
    _inherit = "pos.order"

    def _process_existing_gift_cards(self, coupon_data):
        # sudo: a cashier sells and uses gift cards, but sets no balance, see loyalty.card.write
        return super(PrepaidOrder, self.sudo())._process_existing_gift_cards(coupon_data)

    def _iicharge_check_room(self):
        """What a card has paid stays paid by it; the room takes the session whole."""
        folio = super()._iicharge_check_room()
        if folio and self.lines._iicharge_get_card_lines():
            raise UserError(
                self.env._(
                    "A part of the charging is paid by prepaid card. Take payment for the rest, or "
                    "charge the session to the room from the charging screen: the card then gets "
                    "its part back."
                )
            )
        return folio


class PrepaidOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _iicharge_get_card_lines(self):
        """The lines by which a card has paid for charging, or got it back."""
        return self.filtered(
            lambda line: line.qty and line.sale_order_line_id.iicharge_prepaid_charge_id
        )

    def _iicharge_check_charging(self):
        charging = super()._iicharge_check_charging()
        self._iicharge_check_card_lines(charging)
        return charging

    def _iicharge_check_card_lines(self, charging):
        """A card's part is neither left out nor taken alone, and as it stands on the bill."""
        found = self._iicharge_get_card_lines()
        bills = charging.sale_order_line_id.order_id
        due = bills.order_line.filtered(
            lambda sold: (
                sold.iicharge_prepaid_charge_id
                and not (sold.pos_order_line_ids - self).filtered(
                    lambda line: line.order_id.state in SETTLED
                )
            )
        )
        is_whole = found.sale_order_line_id == due and len(found) == len(due)
        if not is_whole or any(not line._iicharge_is_as_sold() for line in found):
            session = (found.sale_order_line_id | due).iicharge_prepaid_charge_id.session_id[:1]
            raise UserError(
                self.env._(
                    "%(session)s is paid in part by prepaid card. Take it off the order and add it "
                    "again from the charging screen, with the card's line.",
                    session=session.name,
                )
            )

    def _iicharge_is_as_sold(self):
        sold = self.sale_order_line_id
        return (
            self.product_id == sold.product_id
            and float_compare(self.qty, sold.product_uom_qty, PRICE_DIGITS) == 0
            and float_compare(self.price_unit, sold.price_unit, PRICE_DIGITS) == 0
            and not self.discount
            and self.tax_ids_after_fiscal_position == sold.tax_ids
        )

    # --- given back ------------------------------------------------------------------------
    def _iicharge_check_refunds(self):
        """The card's part of what is given back goes back with it, on the card."""
        refunds = super()._iicharge_check_refunds()
        charges = refunds._iicharge_get_refunded().charge_id
        due = charges._get_card_line()
        found = self.filtered(lambda line: line.qty and line._iicharge_get_refunded_card_line())
        is_whole = len(found) == len(due) and all(
            line.refunded_orderline_id.qty == -line.qty
            and float_compare(line.price_unit, line.refunded_orderline_id.price_unit, PRICE_DIGITS)
            == 0
            for line in found
        )
        if not is_whole or found._iicharge_get_refunded_card_line() != due:
            raise UserError(
                self.env._(
                    "A part was paid by prepaid card and goes back on it. Give back the charging "
                    "together with the card's line."
                )
            )
        return refunds

    def _iicharge_get_refunded_card_line(self):
        sold = self.refunded_orderline_id.sale_order_line_id
        return sold.filtered(lambda line: line.iicharge_prepaid_charge_id.kind == "charge")

    def _iicharge_link_credit(self, credit):
        result = super()._iicharge_link_credit(credit)
        back = credit._get_card_line()
        charge = credit.credited_charge_id
        for line in self.order_id.lines:
            source = line._iicharge_get_refunded_card_line()
            if back and source.iicharge_prepaid_charge_id == charge:
                line.write(
                    {"sale_order_line_id": back.id, "sale_order_origin_id": back.order_id.id}
                )
        return result
