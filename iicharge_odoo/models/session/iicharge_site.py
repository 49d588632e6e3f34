# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core.metering import plausibility


class Site(models.Model):
    """Where a site is, for other systems, and what it takes for a plausible session."""

    _inherit = "iicharge.site"

    latitude = fields.Float(digits=(10, 7), help="Degrees north, such as 52.3702157.")
    longitude = fields.Float(digits=(10, 7), help="Degrees east, such as 4.8951679.")

    longest_session_h = fields.Float(
        string="Longest Session",
        default=72,
        help="A longer session waits in review, for its charger's clock may be wrong. 0: no limit.",
        tracking=True,
    )
    largest_amount = fields.Monetary(
        string="Largest Sum",
        default=lambda self: self._get_default_amount(300),
        help="A session that costs more, with tax, waits in review. 0: no limit.",
        tracking=True,
    )
    largest_per_kwh = fields.Monetary(
        string="Largest Sum per kWh",
        default=lambda self: self._get_default_amount(5),
        help="A session that costs more for each kWh, with tax and all fees, waits in review. "
        "2 kWh count at least. 0: no limit.",
        tracking=True,
    )
    hold_fee_without_energy = fields.Boolean(
        string="Hold Fees Without Energy",
        default=True,
        help="A session that costs more than a kWh may, although no energy flowed, waits in "
        "review.",
        tracking=True,
    )

    wait_for_stop_min = fields.Integer(
        string="After a Restart Wait",
        default=5,
        help="After a restart chargers deliver what they kept. A session whose connector is "
        "available after a restart, and whose stop has not come after these minutes, ends at its "
        "last reading.",
        tracking=True,
    )
    bill_without_stop = fields.Boolean(
        string="Bill Without a Stop",
        help="Such a session is billed up to its last reading. Otherwise it waits in review.",
        tracking=True,
    )

    one_session_per_token = fields.Boolean(
        string="One Connector per Card",
        tracking=True,
        help="A card that is charging starts nothing at another connector. Off: a guest may "
        "charge two cars with one card.",
    )
    _wait_for_stop_positive = models.Constraint(
        "CHECK (wait_for_stop_min >= 0)", "The minutes to wait for a stop are from zero on."
    )
    _plausible_limits = models.Constraint(
        "CHECK (longest_session_h BETWEEN 0 AND 1e6 AND largest_amount BETWEEN 0 AND 1e15"
        " AND largest_per_kwh BETWEEN 0 AND 1e15)",
        "What a session may last and cost are numbers from zero on.",
    )

    def _get_ocpi_address(self):
        """Get the partner whose address is the site's: its own, else the company's.

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

    @api.model
    def _get_default_amount(self, amount):
        """Get the amount in a currency that counts in hundredths; in whole units 100 times it."""
        return amount * 10.0 ** (2 - self.env.company.currency_id.decimal_places)

    def _get_plausible_limits(self):
        self.ensure_one()
        return plausibility.Limits(
            longest=timedelta(hours=self.longest_session_h) if self.longest_session_h else None,
            largest_amount=self._get_limit(self.largest_amount),
            largest_per_kwh=self._get_limit(self.largest_per_kwh),
            hold_fee_without_energy=self.hold_fee_without_energy,
        )

    def _get_limit(self, amount):
        return self.currency_id._iicharge_get_money(amount) if amount else None
