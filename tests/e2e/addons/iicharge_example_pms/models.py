# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A property system with bookings and a ledger of its own, joined to EV charging."""

from odoo import api, fields, models

from odoo.addons.iicharge_odoo.core import errors
from odoo.addons.iicharge_odoo.models.stay.iicharge_property import escape_like


class Booking(models.Model):
    """A booking of the property system; its bill is the folio."""

    _name = "example.booking"
    _description = "Booking"

    name = fields.Char(required=True)
    room = fields.Char(required=True)
    guest_id = fields.Many2one("res.partner", required=True)
    arrival = fields.Datetime(required=True)
    departure = fields.Datetime(required=True)
    checked_out = fields.Boolean()
    folio_id = fields.Many2one("sale.order", required=True)


class Posting(models.Model):
    """The property system's ledger: each charge once, also after retries."""

    _name = "example.posting"
    _description = "Posting"

    booking_id = fields.Many2one("example.booking", required=True)
    charge_id = fields.Many2one("iicharge.charge", required=True)
    amount = fields.Float(required=True)

    _charge_unique = models.Constraint("unique (charge_id)", "This charge is posted already.")


class Site(models.Model):
    _inherit = "iicharge.site"

    property_system = fields.Selection(
        selection_add=[("iicharge.property.example", "Example")],
        ondelete={"iicharge.property.example": "set default"},
    )


class PropertyExample(models.AbstractModel):
    _name = "iicharge.property.example"
    _description = "Property System: Example"
    _inherit = "iicharge.property"

    # --- find stays ----------------------------------------------------------------------
    @api.model
    def _get_in_house_domain(self, now):
        return self._get_booking_domain(
            [("arrival", "<=", now), ("departure", ">", now), ("checked_out", "=", False)]
        )

    @api.model
    def _get_room_domain(self, room, now):
        return self._get_booking_domain([("room", "=ilike", escape_like(room))])

    @api.model
    def _get_reference_domain(self, reference):
        return self._get_booking_domain([("name", "=ilike", escape_like(reference))])

    @api.model
    def _get_booking_domain(self, domain):
        bookings = self.env["example.booking"]._search(domain)
        return fields.Domain("id", "in", bookings.subselect("folio_id"))

    @api.model
    def _get_guests(self, folio):
        return self._get_booking(folio).guest_id | super()._get_guests(folio)

    # --- what is shown and asked of a stay -----------------------------------------------
    @api.model
    def _get_booking(self, folio):
        return self.env["example.booking"].search([("folio_id", "=", folio.id)], limit=1)

    @api.model
    def _get_stay_dates(self, folio):
        booking = self._get_booking(folio)
        return booking.arrival, booking.departure

    @api.model
    def _get_room(self, folio):
        return self._get_booking(folio).room

    # --- check, post, credit ---------------------------------------------------------------
    @api.model
    def _check_open(self, folio, before_start=False, currency=None):
        super()._check_open(folio, before_start=before_start, currency=currency)
        if self._get_booking(folio).checked_out:
            raise errors.FolioClosed(folio.name)

    @api.model
    def _post(self, charges):
        self._write_ledger(charges)
        return super()._post(charges)

    @api.model
    def _credit(self, charges):
        """Post a credit: a charge with a negative amount."""
        self._write_ledger(charges)
        return super()._credit(charges)

    @api.model
    def _write_ledger(self, charges):
        self.env["example.posting"].create(
            [
                {
                    "booking_id": self._get_booking(charge.folio_id).id,
                    "charge_id": charge.id,
                    "amount": charge.amount_total,
                }
                for charge in charges
            ]
        )
