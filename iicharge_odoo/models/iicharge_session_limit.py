# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class SessionLimit(models.Model):
    """Charging that ends at the stay's credit limit, where the hotel wants it."""

    _inherit = "iicharge.session"

    @api.model
    def _stop_at_limit(self):
        """Tell chargers to stop the sessions whose bill has reached its limit, each once.

        A charger that is offline is told when it is back. What front desk started over the
        limit goes on.
        """
        sites = self.env["iicharge.site"].search([("stop_at_credit_limit", "=", True)])
        if not sites:
            return
        running = self.search(
            [
                ("site_id", "in", sites.ids),
                ("state", "!=", "stopped"),
                ("folio_id", "!=", False),
                ("transaction_id", ">", 0),
                ("limit_stop_at", "=", False),
                ("charger_id.online", "=", True),
            ]
        ).filtered(lambda session: not session.token_id.limit_waived)
        stays = running.grouped(lambda session: (session.site_id, session.folio_id))
        for (site, folio), sessions in stays.items():
            if site._get_property()._has_reached_limit(folio, site):
                for session in sessions:
                    session._stop_for_limit()

    def _stop_for_limit(self):
        self.ensure_one()
        self.limit_stop_at = fields.Datetime.now()
        self.charger_id.send_command(
            "RemoteStopTransaction", {"transactionId": self.transaction_id}
        )
        self.message_post(
            body=self.env._("The bill has reached its credit limit: the charger is told to stop.")
        )
