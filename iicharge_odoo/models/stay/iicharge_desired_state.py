# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models

from ...core.conversion import to_aware

# A charger that knows no such reservation has none to release.
RELEASED = ("Accepted", "Rejected")


class DesiredState(models.Model):
    """Reservations that the charger must keep, or must release."""

    _inherit = "iicharge.desired.state"

    kind = fields.Selection(
        selection_add=[("reserved", "Reserved"), ("released", "Reservation Released")],
        ondelete={"reserved": "cascade", "released": "cascade"},
    )

    def _is_met(self):
        command = self.command_id
        if self.reservation_id.is_offer and self.kind in ("reserved", "released"):
            # a charger that knows no reservations need not be asked again
            return command.state in ("answered", "failed")
        if self.kind == "released":
            return command.state == "answered" and command.outcome in RELEASED
        if self.kind == "reserved":
            return command.state == "answered" and command.outcome == "Accepted"
        return super()._is_met()

    def _is_wanted(self):
        if self.kind not in ("reserved", "released"):
            return super()._is_wanted()
        # a charger ends a reservation itself when its time is over
        is_over = fields.Datetime.now() >= self.reservation_id.expires_at
        return not is_over and (self.kind == "released" or self.reservation_id.state == "active")

    def _contradicts(self, kind):
        return super()._contradicts(kind) or {kind, self.kind} == {"reserved", "released"}

    def _get_request(self):
        reservation = self.reservation_id
        if self.kind == "released":
            return "cancel_reservation", {"reservation_id": reservation.id}
        if self.kind != "reserved":
            return super()._get_request()
        return "reserve", {
            "connector": reservation.connector_id.number,
            "id_tag": reservation.token_id.uid,
            "reservation_id": reservation.id,
            "expires_at": to_aware(reservation.expires_at),
            "group_id": reservation.token_id._get_group_id() or None,
        }

    def _set_command(self, command):
        result = super()._set_command(command)
        # sudo: commands are not written by hand
        command.sudo().reservation_id = self.reservation_id
        return result
