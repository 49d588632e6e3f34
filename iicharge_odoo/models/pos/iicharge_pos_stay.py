# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Who pays for a start at the register: stays and reservations."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core import errors


class PosStay(models.AbstractModel):
    _name = "iicharge.pos.stay"
    _description = "Stays at the Register"

    def iicharge_find_payers(self, connector_id, text=""):
        """Find who may pay for charging at a connector, see `iicharge.stay.finder`."""
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        return self.env["iicharge.stay.finder"]._find_payers(connector, text)

    # --- reservations -------------------------------------------------------------------
    def iicharge_reserve(self, connector_id, folio_id, guest_id=False, minutes=30, override=False):
        """Reserve a connector for a stay from now on.

        :param minutes: how long it is kept for the guest
        :return: {"command_id"} or {"refusal": {"code", "text", "waivable"}}
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        folio = self._iicharge_get_stay(folio_id, connector.site_id)
        guest = self._iicharge_get_guest(connector.site_id, folio, guest_id)
        until = fields.Datetime.now().replace(second=0) + timedelta(minutes=minutes)
        try:
            command = connector._reserve_for_stay(folio, until, guest, override=override)
        except errors.Refusal as refusal:
            return {"refusal": self._iicharge_prepare_refusal(refusal)}
        return {"command_id": command.id}

    def iicharge_cancel_reservation(self, connector_id):
        """Cancel the reservation of a connector; in time without a fee."""
        self._iicharge_check_front_desk()
        self._iicharge_get_connector(connector_id).action_cancel_reservation()
        return True

    def iicharge_cancel_start(self, connector_id):
        """Cancel a start that waits for its car."""
        self._iicharge_check_front_desk()
        self._iicharge_get_connector(connector_id).action_cancel_start()
        return True

    @api.model
    def _iicharge_get_guest(self, site, folio, guest_id):
        """Get the guest of a stay by id; an empty record without one.

        :raise UserError: the stay has no such guest
        """
        guests = site._get_property()._get_guests(folio)
        guest = guests.filtered(lambda guest: guest.id == guest_id)
        if guest_id and not guest:
            raise UserError(self.env._("This guest does not belong to the stay."))
        return guest
