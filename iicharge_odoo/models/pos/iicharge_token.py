# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models

from ...core import errors


class PosCardToken(models.Model):
    _inherit = "iicharge.token"

    def _check_card(self, connector=None):
        """Check whether the card may start now; at a connector, as its charger will be answered.

        :raise core.errors.Refusal: the typed reason why not
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if self.blocked:
            raise errors.CardBlocked(self.uid)
        if self.valid_until and now >= self.valid_until:
            raise errors.CardNotValid(self.uid)
        if not connector:
            return
        charger, number = connector.charger_id, connector.number
        self._check_payer(charger, number, now)
        if self._get_authorization_status(charger, now, number) != "Accepted":
            raise errors.CardNotValid(self.uid)

    def _is_own_reservation(self, reservation):
        """Check whether a reservation is this card's own or its stay's."""
        return reservation.token_id == self or (
            bool(self.folio_id) and reservation.folio_id == self.folio_id
        )

    def _find_tariff(self, connector):
        """Find the tariff of what it starts there now; maybe empty."""
        # sudo: prices need records that front desk may not read, as in `iicharge.connector.quote`
        sessions = self.env["iicharge.session"].sudo()
        return sessions._find_tariff(connector.sudo(), self.sudo(), fields.Datetime.now())

    def _get_running_text(self):
        """Get where it charges already; an empty text where it does not."""
        running = self.env["iicharge.session"].search(
            [("token_id", "in", self.ids), ("state", "!=", "stopped")]
        )
        return ", ".join(running.connector_id.mapped("display_name"))
