# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models
from odoo.exceptions import UserError


class OcpiSite(models.Model):
    """Where a site is, for other systems."""

    _inherit = "iicharge.site"

    latitude = fields.Float(digits=(10, 7), help="Degrees north, as 52.3702157.")
    longitude = fields.Float(digits=(10, 7), help="Degrees east, as 4.8951679.")

    def _get_ocpi_address(self):
        """The partner whose address is the site's: its own, else the company's.

        :raise UserError: neither is complete; the message names what is missing
        """
        self.ensure_one()
        partners = self.partner_id | self.company_id.partner_id
        needed = ("street", "city", "country_id")
        for partner in partners:
            if all(partner[name] for name in needed):
                return partner
        partner = partners[:1]
        labels = [
            partner._fields[name]._description_string(self.env)
            for name in needed
            if not partner[name]
        ]
        raise UserError(
            self.env._(
                "The address of %(site)s is not complete. Fill in on %(partner)s: %(fields)s.",
                site=self.name,
                partner=partner.display_name,
                fields=", ".join(labels),
            )
        )

    def _get_coordinates(self):
        """Latitude and longitude of the site, else of its address, else of the company's."""
        self.ensure_one()
        places = [(self.latitude, self.longitude)]
        for partner in self.partner_id | self.company_id.partner_id:
            places.append((partner.partner_latitude, partner.partner_longitude))
        for place in places:
            if any(place):
                return place
        raise UserError(
            self.env._(
                "It is not known where %(site)s is. Fill in its latitude and longitude.",
                site=self.name,
            )
        )
