# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Any order of a register to a room: the payment way "Room".

What is booked, and when:

1. The order is paid by Room: nothing is booked. Its lines go to the stay's bill, with the
   prices, quantities, discounts and taxes that they have in the order. Each line on the bill
   names the line of the order; the database keeps one for each.
2. The register closes: neither sales and taxes nor a receivable are booked for such an order.
   So that the closing entry tells what went to rooms, it has two lines on the payment way's
   intermediary account, "to rooms" in debit and "on the bills of stays" in credit, reconciled
   with each other: that account is zero at once. The cost of what left the stock is booked
   here, as for every order.
3. The stay's bill is invoiced: revenue and taxes are booked here, once, and the receivable is
   the guest's. The cost of goods is not booked again.

An order goes to a room whole. A part of it in cash would be a down payment on the stay's bill,
which the closing entry of a register cannot book; the register splits the order instead.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..core import errors
from .pos_order import leave_out
from .refusal_text import get_staff_text


class PosPaymentMethod(models.Model):
    _inherit = "pos.payment.method"

    iicharge_room = fields.Boolean(
        string="To the Room",
        help="The order goes to the bill of a stay, and is paid with it. Nothing is booked "
        "before that bill is invoiced.",
    )

    @api.constrains("iicharge_room", "journal_id", "split_transactions", "payment_method_type")
    def _check_iicharge_room(self):
        for method in self.filtered("iicharge_room"):
            if (
                method.journal_id
                or method.split_transactions
                or method.payment_method_type != "none"
            ):
                raise ValidationError(
                    self.env._(
                        "“%(method)s” sends orders to rooms: it needs neither a journal nor an "
                        "integration, and the stay tells who the customer is.",
                        method=method.name,
                    )
                )

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "iicharge_room"]


class PosPayment(models.Model):
    _inherit = "pos.payment"

    # the register keeps no records of stays, so it tells the number; the order keeps the stay
    iicharge_stay_number = fields.Integer(string="Stay", readonly=True)
    iicharge_room_text = fields.Char(
        string="Room and Guest", readonly=True, help="What the slip says that the guest signs."
    )

    @api.constrains("amount", "payment_method_id", "pos_order_id")
    def _check_iicharge_room(self):
        """What stands on the bill of a stay is not paid in another way as well."""
        self.pos_order_id.filtered("iicharge_folio_id")._iicharge_refuse_payment_change()


class PosRoomConfig(models.Model):
    _inherit = "pos.config"

    def _iicharge_check_room_till(self):
        """Who works at a till that may send orders to rooms."""
        self.ensure_one()
        self.check_access("read")
        may = self.env.user.has_group("point_of_sale.group_pos_user")
        if not may or not self.payment_method_ids.filtered("iicharge_room"):
            raise AccessError(self.env._("This register sends no orders to rooms."))

    def iicharge_find_room_stays(self, text):
        """Stays in house at this register's sites, by room, last name or booking.

        :return: [{"id", "room", "guest", "text", "checkout", "time_zone", "bill"}]
        """
        self._iicharge_check_room_till()
        text = (text or "").strip()
        if not text:
            return []
        found = {}
        # sudo: a waiter has no rights on stays; who the guest is, is asked and shown here
        for site in self.sudo()._iicharge_get_sites():
            prop = site._get_property()
            for way in ("room", "last_name", "reference"):
                stays = prop._find_stays(site, **{way: text})
                if stays:
                    break
            for stay in stays:
                values = self._iicharge_write_room_stay(prop, stay)
                found.setdefault(stay.id, {**values, "time_zone": site.time_zone})
        return list(found.values())

    @api.model
    def _iicharge_write_room_stay(self, prop, stay):
        room = prop._get_room(stay) or ""
        guests = ", ".join(filter(None, prop._get_guests(stay).mapped("name")))
        return {
            "id": stay.id,
            "room": room,
            "guest": guests,
            "text": " · ".join(filter(None, (room, guests))),
            "checkout": f"{prop._get_stay_dates(stay)[1].isoformat()}Z",
            "bill": stay.name,
        }

    def iicharge_check_room(self, folio_id, amount):
        """Why an order may not go to a stay's bill, before it is paid.

        :param float amount: of the order, with tax
        :return: False, or the reason in words
        """
        self._iicharge_check_room_till()
        # sudo: as in iicharge_find_room_stays
        try:
            self.sudo()._iicharge_check_room_charge(
                self.env["sale.order"].sudo().browse(folio_id).exists(), amount
            )
        except errors.Refusal as refusal:
            return get_staff_text(self.env, refusal.code)
        return False

    def _iicharge_check_room_charge(self, folio, amount):
        """:raise core.errors.Refusal: the typed reason why the order may not go there
        :return: the site whose property system keeps the stay"""
        sites = self._iicharge_get_sites()
        now = fields.Datetime.now()
        site = next(
            (s for s in sites if folio.filtered_domain(s._get_property()._get_stay_domain(s, now))),
            sites[:1],
        )
        if not folio or not site or folio.company_id != self.company_id:
            raise errors.GuestNotFound()
        prop = site._get_property()
        if folio.currency_id != self.currency_id:
            raise errors.CurrencyMismatch(folio.name)
        # what is given back goes to an open bill, whatever else the stay does not take
        prop._check_open(folio, before_start=amount > 0)
        limit = folio.iicharge_credit_limit
        owed = prop._get_owed(folio, folio) if limit else 0
        if limit and amount > 0 and folio.currency_id.compare_amounts(owed + amount, limit) > 0:
            raise errors.CreditLimit(folio.name)
        return site


class PosRoomOrder(models.Model):
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

    @api.model_create_multi
    def create(self, vals_list):
        left = [leave_out(self.env, vals, "iicharge_folio_id") for vals in vals_list]
        return super().create(left)

    def write(self, vals):
        """An order that was paid goes to no room afterwards: it would be booked twice."""
        result = super().write(leave_out(self.env, vals, "iicharge_folio_id"))
        if "payment_ids" in vals:
            settled = self.filtered(lambda order: order.state in ("paid", "done"))
            settled.filtered(
                lambda order: order.payment_ids.payment_method_id.filtered("iicharge_room")
            )._iicharge_refuse_payment_change()
        return result

    def _iicharge_refuse_payment_change(self):
        if self:
            raise UserError(
                self.env._(
                    "%(order)s is settled: its payment cannot be changed from or to a room. Give "
                    "it back and make a new order.",
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
            raise UserError(get_staff_text(self.env, refusal.code)) from refusal
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
                    "back the way it was paid. The order was: %(ways)s.",
                    ways=", ".join(refunded.payment_ids.payment_method_id.mapped("name")),
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
            line._iicharge_check_placed(place)
        folio.message_post(
            body=self.env._(
                "%(who)s charges order %(order)s of %(till)s to the room: %(amount)s.",
                who=self.env.user._iicharge_get_actor().name,
                order=self.name,
                till=self.config_id.name,
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


class PosRoomLine(models.Model):
    _inherit = "pos.order.line"

    def _iicharge_prepare_room_line_values(self):
        """Values of the line on the stay's bill, as it is in the order."""
        self.ensure_one()
        order = self.order_id
        where = self.env._(
            "%(till)s, %(day)s, order %(order)s",
            till=order.config_id.name,
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

    def _iicharge_check_placed(self, place):
        """The bill says what the order says, to the cent. An order has prices with more digits
        than a bill: where that makes a difference, the bill has the sum as one piece."""
        currency = self.order_id.currency_id
        if currency.compare_amounts(place.price_total, self.price_subtotal_incl) == 0:
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
        if currency.compare_amounts(place.price_total, self.price_subtotal_incl):
            raise UserError(
                self.env._(
                    "“%(line)s” would cost %(bill)s on the room bill instead of %(order)s. Take "
                    "payment for it.",
                    line=self.full_product_name,
                    bill=currency.format(place.price_total),
                    order=currency.format(self.price_subtotal_incl),
                )
            )

    def _iicharge_move_to_stay(self, folio):
        """Charging on this order is charged to the stay, as if it had not come to the till."""
        for session, lines in self.grouped(
            lambda line: line._iicharge_get_sold().charge_id.session_id
        ).items():
            lines = lines.sorted(lambda line: line._iicharge_get_sold().id)
            texts = lines.mapped("sale_order_line_id.iicharge_text")
            lines.write({"sale_order_line_id": False, "sale_order_origin_id": False})
            charge = session._move_to_stay(folio)
            if charge.state != "posted":
                raise UserError(charge.refusal_text)
            total = sum(lines.mapped("price_subtotal_incl"))
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
                line.write({"iicharge_charge_line_id": charged.id, "iicharge_text": text})
