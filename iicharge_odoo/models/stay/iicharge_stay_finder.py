# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...core import identity
from ...core.conversion import get_local_day, to_wire

MOST_SUGGESTED = 4
MOST_CARDS = 5
# Fewer characters would list cards that somebody else holds.
LEAST_OF_CARD = 3


class StayFinder(models.AbstractModel):
    """Who may pay for charging: one finder for the register and the backend."""

    _name = "iicharge.stay.finder"
    _description = "Finder of Stays and Cards"

    @api.model
    def _find_payers(self, connector, text=""):
        """Find who may pay for charging at a connector.

        :param str text: the beginning of a room, a name, a booking, a plate or a card's number;
            empty: all stays in house
        :return: {"suggested": [stay], "stays": [stay], "cards": [{"id", "uid", "who"}]}; a stay is
            {"id", "room", "guests": [{"id", "name"}], "checkin", "checkout", "time_zone", "bill",
            "total_text", "plate", "charges_at", "is_arrival"}
        """
        site, text = connector.site_id, (text or "").strip()
        prop = site._get_property()
        if text:
            stays = prop._search_stays(site, text, with_arrivals=True)
            rows = self._prepare_stays(site, stays)
            return {"suggested": [], "stays": rows, "cards": self._find_cards(connector, text)}
        in_house, arrivals = prop._list_stays(site), prop._list_arrivals(site)
        suggested = self._suggest(connector, in_house)
        rows = self._prepare_stays(site, suggested | (arrivals - suggested))
        others = self._prepare_stays(site, in_house - suggested - arrivals)
        return {"suggested": rows, "stays": others, "cards": []}

    @api.model
    def _suggest(self, connector, stays):
        """Choose the stays that are likely to charge: the one that has reserved, who arrived today
        and who charged before, without those that charge now."""
        site = connector.site_id
        today = get_local_day(fields.Datetime.now(), site.time_zone)
        prop = site._get_property()
        sessions = self.env["iicharge.session"].search([("folio_id", "in", stays.ids)])
        busy = sessions.filtered(lambda session: session.state != "stopped").folio_id
        reserved = connector.reservation_id.folio_id & stays

        def arrived_today(stay):
            checkin = prop._get_stay_dates(stay)[0]
            return checkin and get_local_day(checkin, site.time_zone) == today

        likely = reserved | stays.filtered(arrived_today) | (sessions.folio_id & stays)
        return (likely - busy)[:MOST_SUGGESTED]

    @api.model
    def _prepare_stays(self, site, stays):
        prop = site._get_property()
        prop._read_guests(stays)
        running = self.env["iicharge.session"].search(
            [("folio_id", "in", stays.ids), ("state", "!=", "stopped")]
        )
        places = running.grouped("folio_id")
        now = fields.Datetime.now()
        return [
            {
                **self._prepare_stay(prop, stay),
                "time_zone": site.time_zone,
                "charges_at": ", ".join(
                    places.get(stay, running.browse()).connector_id.mapped("display_name")
                ),
                "is_arrival": bool((prop._get_stay_dates(stay)[0] or now) > now),
            }
            for stay in stays
        ]

    @api.model
    def _prepare_stay(self, prop, stay):
        checkin, checkout = prop._get_stay_dates(stay)
        return {
            "id": stay.id,
            "room": prop._get_room(stay) or "",
            "guests": [{"id": guest.id, "name": guest.name} for guest in prop._get_guests(stay)],
            "checkin": to_wire(checkin),
            "checkout": to_wire(checkout),
            "bill": stay.name,
            "plate": stay.iicharge_plate or "",
            "total_text": stay.currency_id.format(stay.amount_total),
        }

    @api.model
    def _find_cards(self, connector, text):
        """Find cards by the beginning of their number."""
        if len(identity.normalise_id_tag(text)) < LEAST_OF_CARD:
            return []
        cards = self.env["iicharge.token"].search(
            self._get_card_domain(connector, text), limit=MOST_CARDS
        )
        return [
            {"id": card.id, "uid": card.uid, "who": card.partner_id.name or ""} for card in cards
        ]

    @api.model
    def _get_card_domain(self, connector, text):
        """Get the domain of cards whose number begins with a text."""
        key = identity.normalise_id_tag(text)
        return fields.Domain(
            [
                ("company_id", "=", connector.company_id.id),
                ("kind", "!=", "remote"),
                ("blocked", "=", False),
                ("key", "=like", key.replace("%", r"\%").replace("_", r"\_") + "%"),
            ]
        )
