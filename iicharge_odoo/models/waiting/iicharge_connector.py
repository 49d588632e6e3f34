# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class OfferedConnector(models.Model):
    _inherit = "iicharge.connector"

    def _get_claimed_offer(self):
        """Get the reservation that is an offer to the guest who asks: with the key of the place in
        the context. Empty where there is none."""
        self.ensure_one()
        # sudo: whose reservation it is decides only how the start is authorized
        reservation = self.sudo().reservation_id
        places = self.env["iicharge.waiting"].sudo()
        return reservation.filtered(lambda one: one.is_offer and places._is_offered_to_caller(one))

    def _create_remote_token(self, valid_until, **values):
        """Start with the number that the charger has reserved for, whoever pays."""
        offer = self._get_claimed_offer()
        if not offer:
            return super()._create_remote_token(valid_until, **values)
        # the earlier one has what was asked for then, such as limits
        earlier = offer.token_id
        earlier.active = False
        earlier.flush_recordset()
        token = super()._create_remote_token(valid_until, uid=earlier.uid, **values)
        offer.token_id = token
        commands = earlier.env["iicharge.command"]
        if not commands.search_count([("token_id", "=", earlier.id)], limit=1):
            earlier.unlink()
        return token

    def _open_to_walk_in(self):
        """Front desk starts for the guest without a stay to whom it was offered."""
        # sudo: whose reservation it is decides only how the start is authorized
        offer = self.sudo().reservation_id
        if not offer.is_offer or offer.folio_id:
            return super()._open_to_walk_in()
        place = self.env["iicharge.waiting"].sudo()._find_by_offer(offer)
        return self.with_context(iicharge_waiting_key=place.key)

    def _send_start(self, token):
        """Keep it as long as the start waits for its car."""
        command = super()._send_start(token)
        # sudo: reservations are not written by hand; the start was checked by the callers
        offer = self.sudo().reservation_id
        if offer.token_id == token and token.valid_until:
            offer._extend_offer(token.valid_until)
        return command

    def _get_reserved_token(self, folio, valid_until, waived):
        """A guest with a place in the list may have the room of another stay pay."""
        offer = self._get_claimed_offer()
        if offer and offer.folio_id != folio:
            return self.env["iicharge.token"]
        return super()._get_reserved_token(folio, valid_until, waived)
