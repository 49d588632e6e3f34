# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the front desk does: guests in and out, sales at the register, payments."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import Command, fields

from odoo.addons.iicharge_odoo.tests.pos.register_orders import RegisterOrders

from hotel_iris.company import TIME_ZONE
from hotel_iris.hotel import GOODS
from hotel_iris.people import ARRIVING, IN_HOUSE, ROOMS, make_names

ZONE = ZoneInfo(TIME_ZONE)
# Of the rooms that are free, so many are sold on a day.
SOLD, WITH_CAR, PAYS_BY_CARD = 0.4, 0.7, 0.8
# Visitors of the last day are still to be paid.
UNPAID_DAYS = 1


class Desk:
    def __init__(self, env, dice, today):
        self.env, self._dice, self._today = env, dice, today
        self._names = make_names(dice)
        self._rooms = {
            room.product_id.name: room.product_id for room in env["hotel.room"].search([])
        }
        self._free_from = dict.fromkeys(ROOMS)
        # the rooms of those who are in the house today are free until they come
        self._kept_from = {
            room: today - timedelta(days=since) for room, (_, since, _, _) in IN_HOUSE.items()
        } | dict.fromkeys(ARRIVING, today)
        self._stays = []  # (folio, first day, last day, uid)
        cashier = env.ref("iicharge_odoo.demo_user_frontdesk")
        self._register = env.ref("iicharge_odoo.demo_pos_config").with_user(cashier)
        self._orders = RegisterOrders(self._register, cashier)

    # --- stays -----------------------------------------------------------------------------
    def check_in(self, day):
        """Let guests come: those of the list, and strangers to the other free rooms."""
        for room, (name, since, left, uid) in IN_HOUSE.items():
            if day == self._today - timedelta(days=since):
                last = self._today + timedelta(days=left)
                self._take_in(room, name, day, last, uid or f"GUEST{room}")
        if day == self._today:
            for room, (name, nights) in ARRIVING.items():
                self._take_in(room, name, day, day + timedelta(days=nights), None)
            return
        for room in ROOMS:
            if (self._free_from[room] or day) > day or self._dice.random() > SOLD:
                continue
            last = day + timedelta(days=self._dice.choice([1, 1, 2, 2, 3]))
            if last <= self._kept_from.get(room, self._today):
                uid = f"R{room}-{day:%m%d}" if self._dice.random() < WITH_CAR else None
                self._take_in(room, next(self._names), day, last, uid)

    def _take_in(self, room, name, first, last, uid):
        env = self.env
        email = f"{name.lower().replace(' ', '.').replace('á', 'a')}@example.com"
        guest = env["res.partner"].create({"name": name, "email": email})
        checkin, checkout = _at(first, 14), _at(last, 11)
        folio = env["hotel.folio"].create(
            {
                "partner_id": guest.id,
                "checkin_date": checkin,
                "checkout_date": checkout,
                "user_id": env.ref("iicharge_odoo.demo_user_frontdesk").id,
            }
        )
        env["hotel.folio.line"].create(
            {
                "folio_id": folio.id,
                "product_id": self._rooms[room].id,
                "name": f"Room {room}",
                "product_uom_qty": (last - first).days,
                "checkin_date": checkin,
                "checkout_date": checkout,
            }
        )
        folio.action_confirm()
        if uid:
            env["iicharge.token"].create(
                {"uid": uid, "folio_id": folio.order_id.id, "partner_id": guest.id}
            )
        self._stays.append((folio, first, last, uid))
        self._free_from[room] = last

    def get_drivers(self, day):
        """Get the cards of those who stay this night, three nights in four: [(uid, leaves)].

        :param day: those who came before it; who comes today is asked tomorrow
        """
        return [
            (uid, last == day + timedelta(days=1))
            for _, first, last, uid in self._stays
            if uid and first < day < last and self._dice.random() < 0.75
        ]

    def check_out(self, day):
        """Invoice those who leave, and take their money."""
        for folio, _, last, _ in self._stays:
            if last == day:
                invoice = folio.order_id._create_invoices(final=True)
                folio.hotel_invoice_id = invoice
                invoice.action_post()
                self._pay(invoice)

    def _pay(self, invoice):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()

    # --- the register ----------------------------------------------------------------------
    def open_register(self):
        self._register.open_ui()
        self._register.current_session_id.set_opening_control(0, None)

    def sell(self):
        """Sell what guests take."""
        names = [name for goods in GOODS.values() for name, *_ in goods]
        for _ in range(self._dice.randint(1, 3)):
            products = self.env["product.product"].search(
                [("name", "in", self._dice.sample(names, self._dice.randint(1, 3)))]
            )
            self._send(
                [
                    self._orders.line(product, product.list_price, 1, product.taxes_id)
                    for product in products
                ]
            )

    def take_payments(self, before_today):
        """Let visitors pay what they charged, but for the last day's."""
        if before_today <= UNPAID_DAYS:
            return
        waiting = self.env["iicharge.session"].search(
            [("billing", "=", "rated"), ("destination", "=", "pos"), ("state", "=", "stopped")]
        )
        for session in waiting:
            order_id = self._register.iicharge_open_payment(session.id)["order_id"]
            bill = self.env["sale.order"].browse(order_id)
            self._send(
                self._orders.lines_of(bill),
                total=bill.amount_total,
                tax=bill.amount_tax,
                partner_id=bill.partner_id.id,
            )

    def _send(self, lines, total=None, tax=None, **order):
        total = sum(line["price_subtotal_incl"] for line in lines) if total is None else total
        if tax is not None:
            order.update(amount_tax=tax, amount_total=total, amount_paid=total)
        total = round(total, 2)
        name = "Card" if self._dice.random() < PAYS_BY_CARD else "Cash"
        method = self._register.payment_method_ids.filtered(lambda each: each.name == name)
        payment = Command.create(self._orders.prepare_payment(method, total))
        return self._orders.send(self._orders.prepare_order(lines, payment_ids=[payment], **order))

    def close_register(self):
        session = self._register.current_session_id
        expected = session.cash_register_balance_end
        session.post_closing_cash_details(expected)
        session.close_session_from_ui()


def _at(day, hour):
    return fields.Datetime.to_string(
        datetime.combine(day, time(hour), ZONE).astimezone(UTC).replace(tzinfo=None)
    )
