# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charging that is paid at a register: what its lines must say, and that it is paid once."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

# A price is stored in the point of sale with all its digits; a cent is what counts.
PRICE_DIGITS = 6


class PosChargingLine(models.Model):
    _inherit = "pos.order.line"

    def _iicharge_check_charging(self):
        """The lines that pay for charging, as the charges say and nothing else.

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
        lines._iicharge_check_house(lines._iicharge_get_sold().charge_id)
        for session in lines._iicharge_get_sold().charge_id.session_id:
            session._lock_for_desk()
        for line in lines:
            line._iicharge_get_sold().charge_id._check_due_at(line.order_id.config_id, lines=lines)
            line._iicharge_check_amounts()
        lines._iicharge_check_whole()
        return lines

    def _iicharge_get_sold(self):
        return self.sale_order_line_id.iicharge_charge_line_id

    def _iicharge_check_house(self, charges):
        """:raise UserError: what these lines settle is another house's"""
        if charges.company_id - self.order_id.company_id:
            raise UserError(self.env._("This session is not one of this register."))

    def _iicharge_check_amounts(self):
        """Price, quantity and taxes are those of the charge; it takes no discount."""
        sold = self.sale_order_line_id
        wanted = sold.iicharge_charge_line_id._prepare_order_line_values()
        is_same = (
            self.product_id.id == wanted["product_id"]
            and self.order_id.currency_id == sold.currency_id
            and float_compare(self.qty, wanted["product_uom_qty"], PRICE_DIGITS) == 0
            and float_compare(self.price_unit, wanted["price_unit"], PRICE_DIGITS) == 0
            and not self.discount
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

    def _iicharge_check_whole(self):
        """A session is paid with all its lines, energy and idle time, in one order."""
        for bill in self.sale_order_line_id.order_id:
            due = bill.order_line.filtered("iicharge_charge_line_id")
            paid = self.search(
                [("iicharge_charge_line_id", "in", due.iicharge_charge_line_id.ids)]
            ).iicharge_charge_line_id
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
        """The till has taken the money for it."""
        for line in self:
            line.write(
                {
                    "iicharge_charge_line_id": line._iicharge_get_sold().id,
                    "iicharge_text": line.sale_order_line_id.iicharge_text,
                }
            )
        sessions = self.iicharge_charge_line_id.charge_id.session_id
        due = sessions.filtered(lambda session: session.billing in ("posted", "disputed"))
        due._set_billed("paid")
        sessions._set_till(False)


class DueCharge(models.Model):
    _inherit = "iicharge.charge"

    def _check_due_at(self, config, device=False, lines=None):
        """Whether it waits to be paid, and nobody else takes payment for it.

        :param lines: of the register order that is to pay it
        :raise UserError: in words for the cashier
        """
        self.ensure_one()
        session = self.session_id
        paid = self.env["pos.order.line"].search(
            [("iicharge_charge_line_id", "in", self.line_ids.ids)]
        )
        paid = paid - lines if lines else paid
        if paid:
            raise UserError(
                self.env._(
                    "%(session)s is paid already, with order %(order)s at %(till)s. Take it off "
                    "this order.",
                    session=session.name,
                    order=paid[0].order_id.name,
                    till=paid[0].order_id.config_id.name,
                )
            )
        session._check_till(config, device)
        is_due = self.state == "posted"
        if self.kind == "charge":
            is_due = is_due and session._get_till_charge() == self
        if not is_due:
            raise UserError(
                self.env._(
                    "%(session)s does not wait to be paid any more. Take it off this order.",
                    session=session.name,
                )
            )
