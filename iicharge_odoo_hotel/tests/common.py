# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields


class HotelMixin:
    """The guest of a charging case stays in room T101 of OCA's hotel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.property_system = "iicharge.property.hotel"
        cls.prop = cls.site._get_property()
        cls.room_type = cls.env["hotel.room.type"].create({"name": "Test rooms"})
        cls.rooms = {number: cls.make_room(number) for number in ("T101", "T102")}
        cls.hotel_folio = cls.make_folio(cls.guest, "T101")
        cls.folio = cls.hotel_folio.order_id
        cls.token.folio_id = cls.folio

    @classmethod
    def make_room(cls, number):
        return cls.env["hotel.room"].create(
            {
                "name": number,
                "isroom": True,
                "room_categ_id": cls.room_type.id,
                "capacity": 2,
                "list_price": 100,
            }
        )

    @classmethod
    def make_folio(cls, guest, room, first=-1, last=2):
        now = fields.Datetime.now()
        folio = cls.env["hotel.folio"].create(
            {"partner_id": guest.id, "date_order": now - timedelta(days=9)}
        )
        cls.add_room(folio, room, first, last)
        folio.action_confirm()
        return folio

    @classmethod
    def add_room(cls, folio, room, first, last):
        now = fields.Datetime.now()
        return cls.env["hotel.folio.line"].create(
            {
                "folio_id": folio.id,
                "product_id": cls.rooms[room].product_id.id,
                "name": room,
                "product_uom_qty": last - first,
                "checkin_date": now + timedelta(days=first),
                "checkout_date": now + timedelta(days=last),
            }
        )
