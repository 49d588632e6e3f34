# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charging that is paid at a register: what its lines must say, and that it is paid once."""

import math

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, format_date

from ..server_values import check_new_values, remove_server_values
from .iicharge_pos_refund import PRICE_DIGITS
from .pos_order import (
    SETTLED,
    check_settled_values,
    get_settled_values,
    is_under_check,
    refuse_settled_change,
)

# What of a line says what was sold and for how much.
FIXED = {
    *("discount", "extra_tax_data", "order_id", "price_subtotal", "price_subtotal_incl"),
    *("price_unit", "product_id", "qty", "refunded_orderline_id", "sale_order_line_id"),
    *("sale_order_origin_id", "tax_ids"),
}


class PosOrderLine(models.Model):
    _name = "pos.order.line"
    _inherit = ["iicharge.pos.refund", "pos.order.line"]

    iicharge_charge_line_id = fields.Many2one(
        "iicharge.charge.line",
        string="Charging Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="What this line has paid for, or has taken back.",
        check_company=True,
    )
    iicharge_on_bill = fields.Boolean(
        string="On a Room Bill",
        readonly=True,
        copy=False,
        help="The order put it on the bill of a stay, which is paid later, maybe at a register.",
    )
    iicharge_text = fields.Text(
        string="Charging Details",
        copy=False,
        help="What the receipt says of the charging: meter, times, tariff and tax.",
    )

    # The last guard of "paid once": whatever two registers do, the database keeps one line.
    _iicharge_charge_line_unique = models.UniqueIndex(
        "(iicharge_charge_line_id, (iicharge_on_bill IS TRUE)) "
        "WHERE iicharge_charge_line_id IS NOT NULL",
        "This charging is paid already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create([self._iicharge_remove_server_values(vals) for vals in vals_list])
        check_new_values(lines, *self._iicharge_get_server_names())
        lines._iicharge_check_not_settled()
        return lines

    def write(self, vals):
        before = get_settled_values(self, FIXED & vals.keys())
        result = super().write(self._iicharge_remove_server_values(vals))
        check_settled_values(before)
        if "order_id" in vals:
            self._iicharge_check_not_settled()
        return result

    @api.depends("sale_order_line_id", "refunded_orderline_id", "iicharge_charge_line_id")
    def _get_tax_ids_after_fiscal_position(self):
        """Charging has the taxes of its charge, which knows its payer's fiscal position; that of
        a customer who is chosen at the register changes nothing of it."""
        result = super()._get_tax_ids_after_fiscal_position()
        # sudo: a cashier has no rights on charges, and may know whether a line is of charging
        for line in self.sudo()._iicharge_get_guarded():
            line.tax_ids_after_fiscal_position = line.tax_ids
        return result

    def _iicharge_get_order(self):
        return self.order_id

    def _iicharge_check_not_settled(self):
        """:raise UserError: the lines come to an order of charging that is paid"""
        if self.env.su or is_under_check(self.env):
            return
        # sudo: a cashier has no rights on charges; this only asks whether it is charging
        for order in self.sudo().order_id.filtered(lambda order: order._iicharge_is_settled()):
            refuse_settled_change(order)

    @api.model
    def _iicharge_get_link_names(self):
        """Fields that name what a paid line was for."""
        return ["iicharge_charge_line_id"]

    def _iicharge_get_guarded(self):
        """The lines whose money is for charging, whoever made them."""
        return self.filtered(
            lambda line: (
                line._iicharge_get_sold()
                or line._iicharge_get_refunded()
                or line.iicharge_charge_line_id
            )
        )

    @api.model
    def _iicharge_get_server_names(self):
        """Fields that only the server sets."""
        return ("iicharge_charge_line_id", "iicharge_on_bill")

    @api.model
    def _iicharge_remove_server_values(self, vals):
        return remove_server_values(self.env, vals, *self._iicharge_get_server_names())

    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "iicharge_text"]

    def _iicharge_get_total(self):
        """What the line adds to its order, with tax; below zero where money is given back. Lines
        of a refund made in the register have amounts above zero, of one made in the backend below.
        """
        self.ensure_one()
        return math.copysign(self.price_subtotal_incl, self.qty * self.price_unit)

    def _iicharge_get_untaxed(self):
        """What the line adds to its order, without tax; see `_iicharge_get_total`."""
        self.ensure_one()
        return math.copysign(self.price_subtotal, self.qty * self.price_unit)

    # --- charging -----------------------------------------------------------------------
    def _iicharge_check_charging(self):
        """Check the lines that pay for charging against the charges.

        Orders that are still open hold nothing: whoever pays first, pays.

        :raise UserError: in words for the cashier
        """
        lines = self.filtered(
            lambda line: (
                line.qty
                and not line.refunded_orderline_id
                and line.sale_order_line_id.iicharge_charge_line_id
            )
        )
        lines._iicharge_check_same_company(lines._iicharge_get_sold().charge_id)
        for session in lines._iicharge_get_sold().charge_id.session_id:
            session._lock_for_payment()
        for line in lines:
            line._iicharge_get_sold().charge_id._check_due_at(line.order_id.config_id, lines=lines)
            line._iicharge_check_amounts()
        lines._iicharge_check_whole()
        return lines

    def _iicharge_get_sold(self):
        return self.sale_order_line_id.iicharge_charge_line_id

    def _iicharge_get_settled_bill(self):
        """The bills of stays whose charging these lines pay."""
        sold = self.sale_order_line_id.filtered(
            lambda line: (
                line.iicharge_charge_line_id.charge_id._get_destination()._is_bill_of_stay
                if line.iicharge_charge_line_id
                else False
            )
        )
        return sold.order_id

    def _iicharge_check_same_company(self, charges):
        """:raise UserError: these lines pay for charging of another company, or of a property
        whose charging this register does not show"""
        config = self.order_id.config_id
        if charges.company_id - self.order_id.company_id or charges._is_elsewhere(config):
            raise UserError(self.env._("This session is not one of this register."))

    def _iicharge_check_amounts(self):
        """Price, quantity and taxes are those of the charge, without a discount; where the bill
        of a stay is settled, they are those of the bill."""
        sold = self.sale_order_line_id
        wanted = sold.iicharge_charge_line_id._prepare_order_line_values()
        if self._iicharge_get_settled_bill():
            wanted |= {
                "product_uom_qty": sold._convert_qty(sold, sold.product_uom_qty, "s2p"),
                "price_unit": sold._iicharge_get_price_of_whole(),
                "discount": sold.discount,
                "tax_ids": [(6, 0, sold.tax_ids.ids)],
            }
        is_same = (
            self.product_id.id == wanted["product_id"]
            and self.order_id.currency_id == sold.currency_id
            and float_compare(self.qty, wanted["product_uom_qty"], PRICE_DIGITS) == 0
            and float_compare(self.price_unit, wanted["price_unit"], PRICE_DIGITS) == 0
            and float_compare(self.discount, wanted["discount"], PRICE_DIGITS) == 0
            and not self.extra_tax_data
            and set(self.tax_ids_after_fiscal_position.ids) == set(wanted["tax_ids"][0][2])
        )
        if not is_same:
            raise UserError(
                self.env._(
                    "%(session)s is paid as it was charged: %(amount)s, with its own taxes and "
                    "without a discount. Take the line off the order and add it again; a manager "
                    "may credit a part of the session.",
                    session=sold.iicharge_charge_line_id.charge_id.session_id.name,
                    amount=sold.currency_id.format(sold.price_total),
                )
            )

    @api.model
    def _iicharge_find_paid(self, charged):
        """The lines of registers that have taken payment for lines of charges."""
        return self.search(
            [("iicharge_charge_line_id", "in", charged.ids), ("iicharge_on_bill", "=", False)]
        )

    def _iicharge_get_settled_refunds(self):
        """Get the lines of paid orders that give these lines back."""
        return self.refund_orderline_ids.filtered(lambda line: line.order_id.state in SETTLED)

    def _iicharge_check_whole(self):
        """A session is paid with all its lines, energy and idle time, in one order."""
        for bill in self.sale_order_line_id.order_id:
            due = bill.order_line.filtered(
                lambda line: (
                    line.iicharge_charge_line_id and not line.iicharge_charge_line_id._is_invoiced()
                )
            )
            paid = self._iicharge_find_paid(due.iicharge_charge_line_id).iicharge_charge_line_id
            missing = due.iicharge_charge_line_id - paid - self._iicharge_get_sold()
            if missing:
                raise UserError(
                    self.env._(
                        "%(session)s is paid whole: “%(line)s” is missing on this order.",
                        session=missing.charge_id.session_id[:1].name,
                        line=missing[0].product_id.display_name,
                    )
                )

    def _iicharge_set_paid(self):
        """Set the charging as paid at the register."""
        for line in self:
            line.write(
                {
                    "iicharge_charge_line_id": line._iicharge_get_sold().id,
                    "iicharge_text": line.sale_order_line_id.iicharge_text,
                }
            )
        sessions = self.iicharge_charge_line_id.charge_id.session_id
        due = sessions.filtered(
            lambda session: session.billing in ("posted", "disputed") and session._is_paid_whole()
        )
        due._set_billed("paid")
        sessions._set_register(False)

    # --- room charge --------------------------------------------------------------------
    def _iicharge_prepare_room_line_values(self):
        """Values of the line on the stay's bill, as it is in the order."""
        self.ensure_one()
        order = self.order_id
        where = self.env._(
            "%(register)s, %(day)s, order %(order)s",
            register=order.config_id.name,
            day=format_date(self.env, fields.Datetime.context_timestamp(order, order.date_order)),
            order=order.name,
        )
        name = self.full_product_name or self.product_id.display_name
        return {
            "product_id": self.product_id.id,
            "name": f"{name}\n{where}",
            "product_uom_qty": self.qty,
            "qty_delivered": self.qty,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": self.price_unit,
            # differs from price_unit: Odoo then takes the price as set by hand and keeps it
            "technical_price_unit": 0.0,
            "discount": self.discount,
            "tax_ids": [(6, 0, self.tax_ids_after_fiscal_position.ids)],
            "iicharge_pos_line_id": self.id,
        }

    def _iicharge_check_billed(self, place):
        """Check that the bill has the order's amount, to the cent. An order has prices with more
        digits than a bill: where that makes a difference, the bill has the sum as one piece."""
        currency, total = self.order_id.currency_id, self._iicharge_get_total()
        if currency.compare_amounts(place.price_total, total) == 0:
            return
        sign = -1 if self.qty < 0 else 1
        price = self.price_unit * (1 - self.discount / 100) * self.qty * sign
        place.write(
            {
                "product_uom_qty": sign,
                "price_unit": price,
                "technical_price_unit": 0.0,
                "discount": 0.0,
            }
        )
        if currency.compare_amounts(place.price_total, total):
            raise UserError(
                self.env._(
                    "“%(line)s” would cost %(bill)s on the room bill instead of %(order)s. Take "
                    "payment for it.",
                    line=self.full_product_name,
                    bill=currency.format(place.price_total),
                    order=currency.format(total),
                )
            )

    def _iicharge_move_to_stay(self, folio):
        """Charging on this order is charged to the stay, as if it had not come to the register."""
        for session, lines in self.grouped(
            lambda line: line._iicharge_get_sold().charge_id.session_id
        ).items():
            lines = lines.sorted(lambda line: line._iicharge_get_sold().id)
            texts = lines.mapped("sale_order_line_id.iicharge_text")
            ordered = lines.sale_order_line_id.order_id.fiscal_position_id
            lines.write({"sale_order_line_id": False, "sale_order_origin_id": False})
            charge = session._move_to_stay(folio)
            if charge.state != "posted":
                raise UserError(charge.refusal_text)
            total = sum(line._iicharge_get_total() for line in lines)
            positions = folio.fiscal_position_id | ordered
            if charge.line_ids.tax_ids != lines.tax_ids and positions:
                raise UserError(
                    self.env._(
                        "%(session)s is %(room)s on the bill %(bill)s and %(order)s here: the "
                        "fiscal position %(position)s changes its taxes. Take it off the order and "
                        "charge it to the room from the charging screen.",
                        session=session.name,
                        room=charge.currency_id.format(charge.amount_total),
                        bill=folio.name,
                        order=charge.currency_id.format(total),
                        position=", ".join(positions.mapped("name")),
                    )
                )
            if charge.currency_id.compare_amounts(charge.amount_total, total) or len(lines) != len(
                charge.line_ids
            ):
                raise UserError(
                    self.env._(
                        "%(session)s has been credited in part. Charge it to the room from the "
                        "charging screen, and the rest of the order from here.",
                        session=session.name,
                    )
                )
            for line, charged, text in zip(lines, charge.line_ids.sorted("id"), texts, strict=True):
                line.write(
                    {
                        "iicharge_charge_line_id": charged.id,
                        "iicharge_on_bill": True,
                        "iicharge_text": text,
                    }
                )
