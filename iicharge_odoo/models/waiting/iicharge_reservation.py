# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

ENDS = ("used", "expired", "cancelled")


class OfferedReservation(models.Model):
    """Connectors that are kept for guests of the waiting list."""

    _inherit = "iicharge.reservation"

    @api.model
    def _offer(self, connector, token, expires_at, **values):
        """Keep a connector for a guest of the waiting list, for nothing and from now on.

        The charger is asked to reserve too; what it answers changes nothing, as many know no
        reservations.

        :param token: the `iicharge.token` with which the guest will start
        :param values: folio_id, partner_id, room, walk_in_name
        """
        reservation = self.create(
            {
                "connector_id": connector.id,
                "token_id": token.id,
                "reserved_at": fields.Datetime.now(),
                "expires_at": expires_at,
                "state": "active",
                "is_offer": True,
                **values,
            }
        )
        reservation._restore()
        return reservation

    def _set_state(self, state):
        """Let the place in the list follow, in the same transaction."""
        result = super()._set_state(state)
        if self.is_offer and state in ENDS:
            # sudo: places are not written by hand; who may end the reservation was checked
            self.env["iicharge.waiting"].sudo()._take_end(self, state)
        return result

    def _withdraw_offer(self):
        """Release the connector; the guest starts there no more."""
        self.ensure_one()
        self._set_state("cancelled")
        self._send_cancel()
        self.charger_id._notify_changed()

    def _extend_offer(self, until):
        """Keep it for longer: the guest is about to pay, or to plug in."""
        self.ensure_one()
        if self.is_offer and self.state == "active":
            self.expires_at = max(self.expires_at, until)
