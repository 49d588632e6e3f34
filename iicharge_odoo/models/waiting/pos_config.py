# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models
from odoo.exceptions import AccessError

from ...core.conversion import to_wire
from .place_states import OPEN

SHOWN = 100
CHANGES = {"up": "action_move_up", "down": "action_move_down", "remove": "action_remove"}


class WaitingConfig(models.Model):
    """The waiting list at the register."""

    _inherit = "pos.config"

    def iicharge_read_board(self):
        """Add who waits: `waiting`, in the order of the list."""
        return {**super().iicharge_read_board(), "waiting": self._iicharge_prepare_waiting()}

    def _iicharge_prepare_waiting(self):
        places = self.env["iicharge.waiting"].search(
            [("site_id", "in", self._iicharge_get_sites().ids), ("state", "in", OPEN)], limit=SHOWN
        )
        states = dict(places._fields["state"]._description_selection(self.env))
        plugs = dict(places._fields["plug"]._description_selection(self.env))
        return [
            {
                "id": place.id,
                "place": place.place,
                "who": place.display_name,
                "contact": place.contact,
                "site": place.site_id.name,
                "plug": plugs.get(place.plug, ""),
                "state": place.state,
                "label": states[place.state],
                "since": to_wire(place.create_date),
                "connector_id": place.connector_id.id if place.state == "offered" else False,
                "connector": place.connector_id.display_name if place.state == "offered" else "",
                "until": to_wire(place.offered_until) if place.state == "offered" else False,
                "time_zone": place.site_id.time_zone,
                "needs_call": place._needs_call(),
            }
            for place in places
        ]

    def _iicharge_get_place(self, place_id):
        place = self.env["iicharge.waiting"].browse(place_id).exists()
        if not place or place.site_id not in self._iicharge_get_sites():
            raise AccessError(self.env._("This guest does not wait at a site of this register."))
        return place

    def iicharge_add_waiting(self, connector_id, request_key, folio_id=False, name="", email=""):
        """Put a guest on the list of a connector's site.

        :param request_key: the same one adds one guest
        :return: the list, as on the board
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        folio = self._iicharge_get_stay(folio_id, connector.site_id) if folio_id else None
        self.env["iicharge.waiting"]._add_by_desk(
            connector.site_id, request_key, folio, name=name, email=email
        )
        return self._iicharge_prepare_waiting()

    def iicharge_change_waiting(self, place_id, change, connector_id=False):
        """Move a guest ("up", "down"), take one off the list ("remove"), or keep a chosen connector
        for one ("offer").

        :return: the list, as on the board
        """
        self._iicharge_check_front_desk()
        place = self._iicharge_get_place(place_id)
        if change == "offer":
            place._offer_by_desk(self._iicharge_get_connector(connector_id))
        elif change in CHANGES:
            getattr(place, CHANGES[change])()
        return self._iicharge_prepare_waiting()
