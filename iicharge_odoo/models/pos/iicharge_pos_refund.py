# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charging that is given back at a register: its session is credited, whole and once."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

# A price is stored in the point of sale with all its digits; a cent is what counts.
PRICE_DIGITS = 6

REFUNDABLE = ("posted", "paid")


class PosRefund(models.AbstractModel):
    _name = "iicharge.pos.refund"
    _description = "Refunds of Charging at the Register"

    def _iicharge_get_refunded(self):
        """The lines of charges that these lines give back."""
        return self.refunded_orderline_id.iicharge_charge_line_id

    def _iicharge_check_refunds(self):
        """The lines that give charging back, whole.

        :raise UserError: in words for the cashier
        """
        lines = self.filtered(lambda line: line._iicharge_get_refunded())
        lines._iicharge_check_same_company(lines._iicharge_get_refunded().charge_id)
        for session in lines._iicharge_get_refunded().charge_id.session_id:
            session._lock_for_payment()
        for line in lines:
            line._iicharge_check_refund()
        for charge in lines._iicharge_get_refunded().charge_id:
            if charge.line_ids - lines._iicharge_get_refunded():
                lines._iicharge_refuse_part(charge.session_id)
        lines._iicharge_prepare_credit_note()
        return lines

    def _iicharge_prepare_credit_note(self):
        """Charging that was invoiced at a register is given back by a credit note, which names
        that invoice: the order is one of this refund alone, of the same customer, and invoiced.

        :raise UserError: in words for the cashier
        """
        order, source = self.order_id, self.refunded_orderline_id.order_id
        invoice = source.account_move.filtered(lambda move: move.state != "cancel")
        if not invoice:
            return
        if not all(line.refunded_orderline_id for line in order.lines):
            raise UserError(
                self.env._(
                    "%(invoice)s is given back on an order of its own, by a credit note. Take all "
                    "else off this order.",
                    invoice=invoice.name,
                )
            )
        if order.partner_id and order.partner_id != source.partner_id:
            raise UserError(
                self.env._(
                    "%(invoice)s is given back to %(customer)s. Choose this customer.",
                    invoice=invoice.name,
                    customer=source.partner_id.display_name,
                )
            )
        order.write({"partner_id": source.partner_id.id, "to_invoice": True, "is_refund": True})

    def _iicharge_check_not_credited_by_hand(self):
        """:raise UserError: an accountant has credited the invoice, in whole or in part"""
        for charged in self.iicharge_charge_line_id:
            items = charged._get_invoice_lines()
            notes = charged._get_credit_note_lines(items) if len(items) == 1 else items.browse()
            if notes:
                raise UserError(
                    self.env._(
                        "%(invoice)s is credited already, by %(notes)s. Ask accounting to give the "
                        "rest back.",
                        invoice=items.move_id.name,
                        notes=", ".join(notes.move_id.mapped("name")),
                    )
                )

    def _iicharge_check_refundable(self):
        """Whether the charging that these lines have paid can be refunded at a register.

        :raise UserError: in words for the cashier
        """
        for charge in self.iicharge_charge_line_id.charge_id:
            is_left = charge.kind == "charge" and charge.state == "posted"
            if not is_left or charge.session_id.billing not in REFUNDABLE:
                raise UserError(
                    self.env._(
                        "%(session)s cannot be given back here: it is credited already, or under "
                        "dispute. Look at the session.",
                        session=charge.session_id.name,
                    )
                )

    def _iicharge_check_refund(self):
        source = self.refunded_orderline_id
        source._iicharge_check_refundable()
        session = source.iicharge_charge_line_id.charge_id.session_id
        is_whole = (
            float_compare(self.qty, -source.qty, PRICE_DIGITS) == 0
            and float_compare(self.price_unit, source.price_unit, PRICE_DIGITS) == 0
            and self.discount == source.discount
            and not self.extra_tax_data
            and self.tax_ids_after_fiscal_position == source.tax_ids_after_fiscal_position
            and not source.iicharge_charge_line_id.credit_line_ids
        )
        if not is_whole:
            self._iicharge_refuse_part(session)
        source._iicharge_check_not_credited_by_hand()

    def _iicharge_refuse_part(self, session):
        raise UserError(
            self.env._(
                "%(session)s is given back whole, with all its lines, or not at all. For a part of "
                "it, ask a manager to credit the session.",
                session=session.name,
            )
        )

    def _iicharge_credit(self):
        """Each charge gets its credit, on the bill of the charge. This line is
        what pays the credit out."""
        for charge in self._iicharge_get_refunded().charge_id:
            session = charge.session_id
            session._release_free_energy()
            credit = charge._create_credit(
                self.env._("given back with order %(order)s", order=self.order_id.name)
            )
            if credit.state != "posted":
                raise UserError(credit.refusal_text)
            # `filtered` calls the lambda at once, in the same round
            lines = self.filtered(lambda line: line._iicharge_get_refunded().charge_id == charge)  # noqa: B023
            lines._iicharge_link_credit(credit)
            session._update_amounts()
            session._set_billing("void")
            session._log_front_desk(
                self.env._(
                    "gives it back with order %(order)s at %(register)s",
                    order=self.order_id.name,
                    register=self.order_id.config_id.name,
                )
            )

    def _iicharge_link_credit(self, credit):
        of_source = credit.line_ids.grouped("credited_line_id")
        for line in self:
            credit_line = of_source[line._iicharge_get_refunded()]
            # the register order says +1 and -1, each paid by a line of its own; a credit on a room
            # bill is invoiced with that bill instead
            sold = self.env["sale.order.line"]
            if not line.order_id.iicharge_folio_id:
                sold = credit_line.sale_line_ids
            line.write(
                {
                    "iicharge_charge_line_id": credit_line.id,
                    "iicharge_on_bill": bool(line.order_id.iicharge_folio_id),
                    "iicharge_text": credit_line.name,
                    "sale_order_line_id": sold.id,
                    "sale_order_origin_id": sold.order_id.id,
                }
            )
