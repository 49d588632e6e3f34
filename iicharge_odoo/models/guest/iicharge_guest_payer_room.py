# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class GuestPayerRoom(models.AbstractModel):
    _name = "iicharge.guest.payer.room"
    _description = "The Room Bill"
    _inherit = "iicharge.guest.payer"

    _template = "iicharge_odoo.guest_room"
    _asks = ("room", "name", "pin")

    @api.model
    def _prepare_choice(self):
        return {
            "value": self._get_value(),
            "icon": "bed",
            "label": self.env._("My room bill"),
            "note": self.env._("Room number and last name, or PIN"),
        }

    @api.model
    def _get_counted(self, typed):
        return typed["room"]

    @api.model
    def _find_who(self, connector, typed):
        """Find the one stay: by room and last name, room and booking number, or PIN. All ways are
        looked up, so that the time that it takes says nothing."""
        room, name, pin = typed["room"], typed["name"], typed["pin"]
        prop = connector.site_id._get_property()
        by_pin = prop._find_stays(connector.site_id, token=self._find_pin(connector, pin))
        by_name = self.env["sale.order"]
        for criterion in ("last_name", "reference"):
            found = prop._find_stays(connector.site_id, room=room or "-", **{criterion: name})
            # without a name the room alone would do
            by_name |= found if room and name else found.browse()
        stays = by_pin | by_name
        return stays if len(stays) == 1 else stays.browse()

    @api.model
    def _find_pin(self, connector, pin):
        """Find the token of a PIN, typed with any blanks; maybe empty."""
        digits = "".join(filter(str.isdecimal, pin or ""))
        token = self.env["iicharge.token"]._find(connector.company_id, digits)
        return token.filtered(lambda one: one.is_pin and not one.blocked)

    @api.model
    def _send_start(self, connector, who, **limits):
        return connector._start_for_stay(who, **limits)

    @api.model
    def _is_payer_of(self, session, who):
        return bool(who) and session.folio_id == who

    @api.model
    def _describe(self, visit):
        # the token of the start is removed with the guest's data
        folio = visit.session_id.folio_id or visit.token_id.folio_id
        room = folio and visit.connector_id.site_id._get_property()._get_room(folio)
        return room and self.env._("Room %(room)s pays.", room=room)
