# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from odoo.addons.iicharge_odoo.core import errors
from odoo.addons.iicharge_odoo.models.stay.iicharge_property import escape_like


class PropertyHotel(models.AbstractModel):
    """Property system OCA hotel: a `hotel.folio` has a sales order, room lines with rooms and
    dates, and service lines with extras such as charging."""

    _name = "iicharge.property.hotel"
    _description = "Property System: OCA Hotel"
    _inherit = "iicharge.property"

    @api.model
    def _get_in_house_domain(self, now):
        """Get stays with a current room line: the folio's own dates are not updated."""
        return self._get_room_line_domain(now)

    @api.model
    def _get_room_domain(self, room, now):
        """Get stays by their current room."""
        return self._get_room_line_domain(
            now, fields.Domain("product_id.name", "=ilike", escape_like(room))
        )

    @api.model
    def _get_search_texts(self, stay):
        return [*super()._get_search_texts(stay), self._get_hotel_folio(stay).name or ""]

    @api.model
    def _get_reference_domain(self, reference):
        """Get stays by the number of the folio or of its order."""
        folios = self.env["hotel.folio"]._search([("name", "=ilike", escape_like(reference))])
        return super()._get_reference_domain(reference) | fields.Domain(
            "id", "in", folios.subselect("order_id")
        )

    @api.model
    def _get_arrival_domain(self, now, until):
        return self._get_lines_domain(
            fields.Domain("checkin_date", ">", now) & fields.Domain("checkin_date", "<=", until)
        )

    @api.model
    def _get_room_line_domain(self, now, more=fields.Domain.TRUE):
        return self._get_lines_domain(
            fields.Domain("checkin_date", "<=", now)
            & fields.Domain("checkout_date", ">", now)
            & more
        )

    @api.model
    def _get_lines_domain(self, domain):
        lines = self.env["hotel.folio.line"]._search(domain)
        return fields.Domain("order_line.id", "in", lines.subselect("order_line_id"))

    @api.model
    def _get_hotel_folio(self, folio):
        # iterated, not sliced: so the folios of all stays that are looked at are read at once
        folios = folio.iicharge_hotel_folio_ids
        return next(iter(folios), folios)

    @api.model
    def _get_stay_dates(self, folio):
        lines = self._get_hotel_folio(folio).room_line_ids
        return (
            min(lines.mapped("checkin_date"), default=False),
            max(lines.mapped("checkout_date"), default=False),
        )

    @api.model
    def _get_room(self, folio):
        now = fields.Datetime.now()
        lines = self._get_hotel_folio(folio).room_line_ids
        today = (line for line in lines if line.checkin_date <= now < line.checkout_date)
        return next(today, next(iter(lines), lines)).product_id.name

    @api.model
    def _get_folio_action(self, folio):
        return super()._get_folio_action(self._get_hotel_folio(folio) or folio)

    @api.model
    def _check_open(self, folio, before_start=False, currency=None):
        """Check as the base does, and that the folio is not invoiced, which is its check-out."""
        result = super()._check_open(folio, before_start=before_start, currency=currency)
        if self._get_hotel_folio(folio).hotel_invoice_id.state == "posted":
            raise errors.FolioClosed(folio.name)
        return result

    @api.model
    def _create_lines(self, lines):
        """Create service lines, or order lines for sales orders without a hotel folio."""
        folios = self.env["hotel.folio"].search([("order_id", "in", lines.folio_id.ids)])
        folio_of = {folio.order_id: folio for folio in folios}
        of_hotel = lines.filtered(lambda line: line.folio_id in folio_of)
        plain = super()._create_lines(lines - of_hotel)
        made = (
            self.env["hotel.service.line"]
            .with_context(sale_no_log_for_new_lines=True)
            .create(
                [
                    {
                        "folio_id": folio_of[line.folio_id].id,
                        "ser_checkin_date": line.charge_id.session_id.started_at,
                        "ser_checkout_date": line.charge_id.session_id.stopped_at,
                        **line._prepare_order_line_values(),
                    }
                    for line in of_hotel
                ]
            )
        )
        return plain | made.service_line_id

    @api.model
    def _create_room_lines(self, folio, values_list):
        hotel_folio = self._get_hotel_folio(folio)
        if not hotel_folio:
            return super()._create_room_lines(folio, values_list)
        now = fields.Datetime.now()
        service_lines = (
            self.env["hotel.service.line"]
            .with_context(sale_no_log_for_new_lines=True)
            .create(
                [
                    {
                        "folio_id": hotel_folio.id,
                        "ser_checkin_date": now,
                        "ser_checkout_date": now,
                        **values,
                    }
                    for values in values_list
                ]
            )
        )
        return service_lines.service_line_id
