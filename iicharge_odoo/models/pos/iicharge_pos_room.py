# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Any order of a register to a room: the payment method "Room".

What is booked, and when:

1. The order is paid by Room: nothing is booked. Its lines go to the stay's bill, with the
   prices, quantities, discounts and taxes that they have in the order. Each line on the bill
   names the line of the order; the database keeps one for each.
2. The register closes: neither sales and taxes nor a receivable are booked for such an order.
   So that the closing entry shows what went to rooms, it has two lines on the payment method's
   intermediary account, "to rooms" in debit and "on the bills of stays" in credit, reconciled
   with each other: that account is zero at once. The cost of what left the stock is booked
   here, as for every order.
3. The stay's bill is invoiced: revenue and taxes are booked here, once, and the receivable is
   the guest's. The cost of goods is not booked again.

An order goes to a room whole. A part of it in cash would be a down payment on the stay's bill,
which the closing entry of a register cannot book; the register splits the order instead.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...core import errors


class PosRoom(models.AbstractModel):
    _name = "iicharge.pos.room"
    _description = "Room Charges at the Register"

    def _iicharge_check_room_register(self):
        """Check access to a register that may send orders to rooms."""
        self.ensure_one()
        self.check_access("read")
        may = self.env.user.has_group("point_of_sale.group_pos_user")
        if not may or not self.payment_method_ids.filtered("iicharge_room"):
            raise AccessError(self.env._("This register sends no orders to rooms."))

    def iicharge_find_room_stays(self, text):
        """Stays in house at this register's sites, by what begins a room, a name or a booking.

        :return: [{"id", "room", "guest", "guests", "text", "checkout", "time_zone", "bill"}]
        """
        self._iicharge_check_room_register()
        found = {}
        # sudo: a waiter has no rights on stays; who the guest is, is asked and shown here
        for site in self.sudo()._iicharge_get_sites():
            prop = site._get_property()
            for stay in prop._search_stays(site, text) if (text or "").strip() else ():
                values = self._iicharge_prepare_room_stay(prop, stay)
                found.setdefault(stay.id, {**values, "time_zone": site.time_zone})
        return list(found.values())

    @api.model
    def _iicharge_prepare_room_stay(self, prop, stay):
        room = prop._get_room(stay) or ""
        guests = ", ".join(filter(None, prop._get_guests(stay).mapped("name")))
        return {
            "id": stay.id,
            "room": room,
            "guest": guests,
            "guests": [{"id": guest.id, "name": guest.name} for guest in prop._get_guests(stay)],
            "text": " · ".join(filter(None, (room, guests))),
            "checkout": f"{prop._get_stay_dates(stay)[1].isoformat()}Z",
            "bill": stay.name,
        }

    def iicharge_check_room(self, folio_id, amount):
        """Check whether an order may go to a stay's bill, before it is paid.

        :param float amount: of the order, with tax
        :return: False, or the reason in words
        """
        self._iicharge_check_room_register()
        # sudo: as in iicharge_find_room_stays
        try:
            self.sudo()._iicharge_check_room_charge(
                self.env["sale.order"].sudo().browse(folio_id).exists(), amount
            )
        except errors.Refusal as refusal:
            return self.env["iicharge.refusal"]._get_staff_text(refusal.code)
        return False

    def _iicharge_check_room_charge(self, folio, amount):
        """Check the order. :raise core.errors.Refusal: the reason why it may not go there
        :return: the site whose property system keeps the stay"""
        sites = self._iicharge_get_sites()
        now = fields.Datetime.now()
        site = next(
            (s for s in sites if folio.filtered_domain(s._get_property()._get_stay_domain(s, now))),
            sites[:1],
        )
        is_elsewhere = folio.iicharge_site_id - sites or folio.company_id != self.company_id
        if not folio or not site or is_elsewhere:
            raise errors.GuestNotFound()
        prop = site._get_property()
        if folio.currency_id != self.currency_id:
            raise errors.CurrencyMismatch(folio.name)
        # what is given back goes to an open bill, whatever else the stay does not take
        prop._check_open(folio, before_start=amount > 0)
        coming = folio.currency_id._iicharge_get_money(amount)
        limit = folio.iicharge_credit_limit
        if limit and amount > 0 and prop._compare_to_limit(folio, coming) > 0:
            raise errors.CreditLimit(folio.name)
        return site
