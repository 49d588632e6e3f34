# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import re
from datetime import timedelta

from odoo import api, fields, models

from ...core.conversion import get_day_end, get_local_day
from ...core.guest_name import starts_words

# A search shows no more stays than one can choose from.
MOST_FOUND = 20
# Late in the evening guests arrive after midnight, too.
THIS_NIGHT = timedelta(hours=6)


class PropertySearch(models.AbstractModel):
    """Stays as front desk looks for them: one finder for a start, a room payment and a move.

    It needs nothing of a property system but its domains, rooms and guests.
    """

    _name = "iicharge.property.search"
    _description = "Search for Stays"

    @api.model
    def _list_stays(self, site, now=None):
        """List the stays in house, by room."""
        now = now or fields.Datetime.now()
        return self._sort_by_room(self.env["sale.order"].search(self._get_stay_domain(site, now)))

    @api.model
    def _list_arrivals(self, site, now=None):
        """List the stays that begin later today, by the site's clock, or this night."""
        now = now or fields.Datetime.now()
        day_end = get_day_end(get_local_day(now, site.time_zone), site.time_zone)
        until = max(day_end, now + THIS_NIGHT)
        domain = self._get_site_domain(site) & self._get_arrival_domain(now, until)
        return self._sort_by_room(self.env["sale.order"].search(domain))

    @api.model
    def _sort_by_room(self, stays):
        return stays.sorted(lambda stay: get_room_key(self._get_room(stay) or ""))

    @api.model
    def _search_stays(self, site, text, now=None, with_arrivals=False):
        """Find stays by what somebody types: the beginning of room, name, booking or plate.

        :param with_arrivals: also stays that begin later today
        :return: `sale.order` records, by room
        """
        found = self._list_stays(site, now)
        if with_arrivals:
            found |= self._list_arrivals(site, now)
        self._read_guests(found)
        found = found.filtered(lambda stay: starts_words(text, self._get_search_texts(stay)))
        # a property system may find what is not in these texts
        return found[:MOST_FOUND] or self._find_stays_by_text(site, text)

    @api.model
    def _read_guests(self, stays):
        """Read the names of all guests at once, where each stay would read its own."""
        self.env["res.partner"].union(*map(self._get_guests, stays)).fetch(["name"])

    @api.model
    def _get_search_texts(self, stay):
        guests = self._get_guests(stay).mapped("name")
        texts = [self._get_room(stay), stay.name, stay.client_order_ref, stay.iicharge_plate]
        return list(filter(None, [*texts, *guests]))

    @api.model
    def _find_stays_by_text(self, site, text):
        """Find stays by one text: a room, else a last name, else a booking number."""
        for criterion in ("room", "last_name", "reference"):
            stays = self._find_stays(site, **{criterion: text})
            if stays:
                return stays
        return self.env["sale.order"]


def get_room_key(room):
    """Order rooms as people count: 9 before 10, and A2 before A10."""
    parts = re.split(r"(\d+)", room.casefold())
    return [(not part.isdigit(), int(part) if part.isdigit() else part) for part in parts if part]
