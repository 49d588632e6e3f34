# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core import errors


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
        result = super().action_pos_order_paid()
        order._iicharge_apply_payment(room, charging, refunds)
        return result

    def _iicharge_apply_payment(self, room, charging, refunds):
        """What the money was for, now that it is taken; other modules add what they sell."""
        if room:
            self._iicharge_post_to_room(room, charging, refunds)
        else:
            charging._iicharge_set_paid()
        refunds._iicharge_credit()

    # --- room charge --------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        left = [remove_server_values(self.env, vals, "iicharge_folio_id") for vals in vals_list]
        return super().create(left)

    def write(self, vals):
        """An order that was paid goes to no room afterwards: it would be booked twice."""
        result = super().write(remove_server_values(self.env, vals, "iicharge_folio_id"))
        if "payment_ids" in vals:
            paid = self.filtered(lambda order: order.state in ("paid", "done"))
            paid.filtered(
                lambda order: order.payment_ids.payment_method_id.filtered("iicharge_room")
            )._iicharge_refuse_payment_change()
        return result

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

    def _generate_pos_order_invoice(self):
        if self.sudo().iicharge_folio_id:
            raise UserError(
                self.env._(
                    "The order is on the bill of %(stay)s and is invoiced with it.",
                    stay=", ".join(self.sudo().iicharge_folio_id.mapped("name")),
                )
            )
        return super()._generate_pos_order_invoice()

    # --- payment of sessions ------------------------------------------------------------
    def action_pos_order_cancel(self):
        """An order that is on the server may be given up on any device, and in the backend."""
        result = super().action_pos_order_cancel()
        # sudo: who gives an order up need not be front desk
        for order in self.sudo().filtered(lambda order: order.state == "cancel"):
            sold = order.lines.sale_order_line_id.iicharge_charge_line_id
            sold.charge_id.session_id._release_payment(order.config_id)
        return result


def remove_server_values(env, vals, *names):
    """Drop values that only the server sets; registers and users must not send them."""
    return vals if env.su else {name: vals[name] for name in vals if name not in names}
