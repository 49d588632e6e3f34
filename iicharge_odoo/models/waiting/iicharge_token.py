# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class OfferedToken(models.Model):
    _inherit = "iicharge.token"

    def _get_authorization_status(self, charger, now, connector_number):
        """Let no card start at a connector that is kept for a guest of the waiting list: its
        charger may know no reservations."""
        status = super()._get_authorization_status(charger, now, connector_number)
        if status == "Accepted" and self._is_kept_for_other(charger, connector_number):
            return "Blocked"
        return status

    def _is_kept_for_other(self, charger, connector_number):
        if connector_number is None:
            return False
        connector = charger.connector_ids.filtered(lambda one: one.number == connector_number)
        # sudo: whose reservation it is decides only how the token is authorized
        reservation = connector.sudo().reservation_id
        if not reservation.is_offer or connector.current_session_id.token_id == self:
            return False
        return not self._is_own_reservation(reservation)

    def _check_card(self, connector=None):
        """Say for front desk that it is kept, and until when."""
        if connector and self._is_kept_for_other(connector.charger_id, connector.number):
            connector._check_not_reserved()
        return super()._check_card(connector)
