# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...core import errors
from ..server_values import check_new_values, remove_server_values

SETTLED = ("paid", "done")
# What an order that is paid says of money.
FIXED = {
    *("amount_total", "amount_tax", "amount_paid", "company_id", "fiscal_position_id"),
    *("is_refund", "session_id"),
}
AMOUNT_DIGITS = 6
# Set by this module's own code while it pays an order or changes its payments. A client may send
# the name with any value that JSON has, but not this object; as BYPASS_LOCK_CHECK of Odoo.
UNDER_CHECK = "iicharge_under_check"
_TOKEN = object()


class PosOrder(models.Model):
    _inherit = "pos.order"

    iicharge_folio_id = fields.Many2one(
        "sale.order",
        string="Stay",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The order went to the bill of this stay.",
        check_company=True,
    )

    def action_pos_order_paid(self):
        """Apply the payment in the same transaction: charging to its session, and an
        order that goes to a room with the stay's bill. What may not be is refused before."""
        self.ensure_one()
        # sudo: a cashier has no rights on sessions, charges and stays; they are those of the
        # order that is being paid, and who pays is checked by the point of sale
        order = self.sudo()
        room = order._iicharge_check_room()
        charging = order.lines._iicharge_check_charging()
        refunds = order.lines._iicharge_check_refunds()
        if order._iicharge_is_guarded():
            order._iicharge_check_totals()
        paying = self.with_context(**{UNDER_CHECK: _TOKEN})
        result = super(PosOrder, paying).action_pos_order_paid()
        order._iicharge_apply_payment(room, charging, refunds)
        return result

    def _iicharge_apply_payment(self, room, charging, refunds):
        """What the money was for, now that it is taken; other modules add what they sell."""
        if room:
            self._iicharge_post_to_room(room, charging, refunds)
        else:
            charging._iicharge_set_paid()
        refunds._iicharge_credit()

    # --- what a client may send ---------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """A register creates its orders as paid; those that may pay for charging are paid by
        `action_pos_order_paid` only, which checks them."""
        left = [remove_server_values(self.env, vals, "iicharge_folio_id") for vals in vals_list]
        orders = super().create(
            [
                {**vals, "state": "draft"} if self._iicharge_may_be_guarded(vals) else vals
                for vals in left
            ]
        )
        check_new_values(orders, "iicharge_folio_id")
        return orders

    def write(self, vals):
        """Refuse to change what a paid order of charging costs, and to pay one without a check.

        An order that was paid goes to no room afterwards: it would be booked twice.
        """
        if vals.get("state") in SETTLED:
            self._iicharge_check_settling()
        before = get_settled_values(self, FIXED & vals.keys())
        order = self.with_context(**{UNDER_CHECK: _TOKEN}) if "payment_ids" in vals else self
        result = super(PosOrder, order).write(
            remove_server_values(self.env, vals, "iicharge_folio_id")
        )
        check_settled_values(before)
        if "payment_ids" in vals:
            paid = self.filtered(lambda order: order.state in ("paid", "done"))
            paid.filtered(
                lambda order: order.payment_ids.payment_method_id.filtered("iicharge_room")
            )._iicharge_refuse_payment_change()
            # sudo: a cashier has no rights on charges; this only asks whether it is charging
            for each in paid.sudo().filtered(lambda order: order._iicharge_is_guarded()):
                each._iicharge_check_paid()
        return result

    def _iicharge_is_guarded(self):
        """Whether the order pays for charging, gives it back, or goes to a room: its amounts are
        worked out here, whatever the client says."""
        to_room = self.payment_ids.payment_method_id.filtered("iicharge_room")
        return bool(self.iicharge_folio_id or to_room or self.lines._iicharge_get_guarded())

    @api.model
    def _iicharge_may_be_guarded(self, vals):
        """Whether an order that is created as paid names what its lines pay for or give back, or a
        payment by room."""
        if vals.get("state") not in SETTLED:
            return False
        lines, payments = (
            [command[2] for command in vals.get(name) or () if command[0] == Command.CREATE]
            for name in ("lines", "payment_ids")
        )
        methods = [payment.get("payment_method_id") for payment in payments]
        return any(
            line.get("sale_order_line_id") or line.get("refunded_orderline_id") for line in lines
        ) or bool(self.env["pos.payment.method"].browse(methods).filtered("iicharge_room"))

    def _iicharge_get_order(self):
        return self

    def _iicharge_is_settled(self):
        return self.state in SETTLED and self._iicharge_is_guarded()

    def _iicharge_check_settling(self):
        """:raise UserError: the order would be paid without the checks of the payment"""
        if self.env.su or is_under_check(self.env):
            return
        # sudo: a cashier has no rights on charges; this only asks whether it is charging
        for order in self.sudo():
            if order.state not in SETTLED and order._iicharge_is_guarded():
                raise UserError(
                    self.env._(
                        "%(order)s is paid at the register, by “Validate”.",
                        order=order.display_name,
                    )
                )

    def _iicharge_check_totals(self):
        """Check what the client says that the order costs against prices, quantities, discounts
        and taxes of its lines, by Odoo's own tax computation.

        :raise UserError: in words for the cashier
        """
        taxes, currency = self.env["account.tax"], self.currency_id
        base_lines = self.lines._prepare_tax_base_line_values()
        taxes._add_tax_details_in_base_lines(base_lines, self.company_id)
        taxes._round_base_lines_tax_details(base_lines, self.company_id)
        for values in base_lines:
            line, details = values["record"], values["tax_details"]
            for sent, right in (
                (line.price_subtotal_incl, details["total_included_currency"]),
                (line.price_subtotal, details["total_excluded_currency"]),
            ):
                # a refund has amounts of either sign, see _iicharge_get_total
                if currency.compare_amounts(abs(sent), abs(right)):
                    self._iicharge_refuse_amount(line.full_product_name, abs(sent), abs(right))
        totals = taxes._get_tax_totals_summary(base_lines, currency, self.company_id)
        sign = -1 if self.amount_total < 0 else 1
        for sent, right in (
            (self.amount_total, sign * totals["total_amount_currency"]),
            (self.amount_tax, sign * totals["tax_amount_currency"]),
        ):
            if currency.compare_amounts(sent, right):
                self._iicharge_refuse_amount(self.display_name, sent, right)
        self._iicharge_check_paid()

    def _iicharge_check_paid(self):
        """:raise UserError: the payments are not what the order says is paid"""
        paid = sum(self.payment_ids.mapped("amount"))
        if self.currency_id.compare_amounts(paid, self.amount_paid):
            self._iicharge_refuse_amount(self.display_name, self.amount_paid, paid)

    def _iicharge_refuse_amount(self, name, sent, right):
        raise UserError(
            self.env._(
                "“%(name)s” comes to %(right)s, but the register says %(sent)s. Nothing was "
                "taken. Discard the order, reload the register and begin again.",
                name=name or self.display_name,
                right=self.currency_id.format(right),
                sent=self.currency_id.format(sent),
            )
        )

    # --- room charge --------------------------------------------------------------------
    def _iicharge_refuse_payment_change(self):
        if self:
            raise UserError(
                self.env._(
                    "%(order)s is paid: its payment cannot be changed from or to a room. Refund "
                    "it and make a new order.",
                    order=self[0].name,
                )
            )

    def _iicharge_check_room(self):
        """The stay that takes this order; none where it is paid in another way.

        :raise UserError: in words for the cashier
        """
        payments = self.payment_ids.filtered(lambda payment: payment.amount)
        to_room = payments.filtered(lambda payment: payment.payment_method_id.iicharge_room)
        self._iicharge_check_room_refund(to_room)
        if not to_room:
            return self.env["sale.order"]
        if payments != to_room or len(to_room) > 1:
            raise UserError(
                self.env._(
                    "An order goes to a room whole. Take the other payments off, or split the "
                    "order and pay one part of it."
                )
            )
        if self.lines._iicharge_get_settled_bill():
            raise UserError(
                self.env._("This is on the bill of a room already: take payment for it.")
            )
        if self.to_invoice:
            raise UserError(
                self.env._("What goes to a room is invoiced with the stay. Take “Invoice” off.")
            )
        folio = self.env["sale.order"].browse(to_room.iicharge_stay_number).exists()
        try:
            self.config_id._iicharge_check_room_charge(folio, self.amount_total)
        except errors.Refusal as refusal:
            raise UserError(self.env["iicharge.refusal"]._get_staff_text(refusal.code)) from refusal
        return folio

    def _iicharge_check_room_refund(self, to_room):
        """What went to a room is given back to the same room, and nothing else is."""
        refunded = self.lines.refunded_orderline_id.order_id
        if not refunded:
            return
        stays = refunded.iicharge_folio_id
        number = to_room.iicharge_stay_number if len(to_room) == 1 else False
        if (stays or to_room) and (stays.id if len(stays) == 1 else None) != number:
            raise UserError(
                self.env._(
                    "What went to a room is given back to the same room; what was paid is given "
                    "back the way it was paid. The order was: %(methods)s.",
                    methods=", ".join(refunded.payment_ids.payment_method_id.mapped("name")),
                )
            )

    def _iicharge_post_to_room(self, folio, charging, refunds):
        """Put it on the stay's bill: charging as charges, the rest as the lines of the order."""
        self.iicharge_folio_id = folio
        self.partner_id = self.partner_id or folio.partner_id
        charging._iicharge_move_to_stay(folio)
        # a combo's own line has no price, its choices do
        lines = (self.lines - charging - refunds).filtered(
            lambda line: line.product_id.type != "combo" or line.price_subtotal_incl
        )
        site = self.config_id._iicharge_check_room_charge(folio, 0)
        sold = site._get_property()._create_room_lines(
            folio, [line._iicharge_prepare_room_line_values() for line in lines]
        )
        for line, place in zip(lines, sold, strict=True):
            line._iicharge_check_billed(place)
        folio.message_post(
            body=self.env._(
                "%(who)s charges order %(order)s of %(register)s to the room: %(amount)s.",
                who=self.env.user._iicharge_get_actor().name,
                order=self.name,
                register=self.config_id.name,
                amount=self.currency_id.format(self.amount_total),
            ),
            author_id=self.env.user._iicharge_get_actor().partner.id,
        )

    @api.model
    def _get_invoice_lines_values(self, line_values, pos_line, move_type):
        """Keep which line of the invoice is which charging: what is credited later, is credited
        on this invoice."""
        values = super()._get_invoice_lines_values(line_values, pos_line, move_type)
        # sudo: a cashier has no rights on charges; this only asks whether the line is charging
        if pos_line.sudo().iicharge_charge_line_id:
            values["iicharge_pos_line_id"] = pos_line.id
        return values

    def _generate_pos_order_invoice(self):
        # sudo: a cashier has no rights on stays; of these only the bill's number is shown
        folio = self.sudo().iicharge_folio_id
        if folio:
            raise UserError(
                self.env._(
                    "The order is on the bill of %(stay)s and is invoiced with it.",
                    stay=", ".join(folio.mapped("name")),
                )
            )
        return super()._generate_pos_order_invoice()

    def _iicharge_is_booked_by(self, day):
        """Whether the order was booked by a day: with its register's closing entry, or with an
        invoice that has taken it out of that entry."""
        self.ensure_one()
        move = self.account_move
        if not move or self.reversed_move_ids:
            move = self.session_id.move_id
        is_sold = self.state not in ("draft", "cancel") and not self.iicharge_folio_id
        return is_sold and move.state == "posted" and move.date <= day

    # --- payment of sessions ------------------------------------------------------------
    def action_pos_order_cancel(self):
        """An order that is on the server may be given up on any device, and in the backend."""
        result = super().action_pos_order_cancel()
        # sudo: who gives an order up need not be front desk
        for order in self.sudo().filtered(lambda order: order.state == "cancel"):
            sold = order.lines.sale_order_line_id.iicharge_charge_line_id
            sold.charge_id.session_id._release_payment(order.config_id)
        return result


def is_under_check(env):
    """Whether the server's own code is at work; a client can send the name, not the object."""
    return env.context.get(UNDER_CHECK) is _TOKEN


def get_settled_values(records, names):
    """What users may not change once an order of charging is paid: {record: {name: value}}"""
    if not names or records.env.su or is_under_check(records.env):
        return {}
    # sudo: a cashier has no rights on charges; values are kept to be compared, not shown
    settled = records.sudo().filtered(lambda record: record._iicharge_get_order().state in SETTLED)
    return {record: {name: comparable(record[name]) for name in names} for record in settled}


def comparable(value):
    return round(value, AMOUNT_DIGITS) if isinstance(value, float) else value


def check_settled_values(before):
    """:raise UserError: an order of charging was changed after its payment"""
    for record, values in before.items():
        changed = any(comparable(record[name]) != value for name, value in values.items())
        if changed and record._iicharge_get_order()._iicharge_is_guarded():
            refuse_settled_change(record._iicharge_get_order())


def refuse_settled_change(order):
    raise UserError(
        order.env._(
            "%(order)s is paid, and charging is on it or it is on a room bill: it is not changed "
            "any more. Refund it and make a new order.",
            order=order.display_name,
        )
    )
