# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


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
            try:
                with self.env.cr.savepoint():
                    if site._get_property()._has_reached_limit(folio, site):
                        sessions._stop_for_limit()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                _logger.exception("Stay %s: its credit limit could not be looked at", folio.name)

    def _stop_for_limit(self):
        self.limit_stop_at = fields.Datetime.now()
        reason = self.env._("The bill has reached its credit limit: the charger is told to stop.")
        for session in self:
            session.charger_id.send_command(
                "RemoteStopTransaction", {"transactionId": session.transaction_id}
            )
            session.message_post(body=reason)
