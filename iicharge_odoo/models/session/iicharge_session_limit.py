# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging

import psycopg2

from odoo import api, fields, models

# How often limits are looked at: rating a car that charges for hours takes some milliseconds.
POLL_S = 15
LOOKED_AT_ONCE = 20

_logger = logging.getLogger(__name__)


class SessionLimit(models.AbstractModel):
    """Charging that ends at the stay's credit limit, where the hotel wants it."""

    _name = "iicharge.session.limit"
    _description = "Limits of a Session"

    @api.model
    def _find_limited_stays(self, skip=()):
        """Find the stays whose cars charge where the site stops them at the credit limit."""
        sites = self.env["iicharge.site"].search([("stop_at_credit_limit", "=", True)])
        running = self.search(
            self._get_stoppable_domain()
            & fields.Domain("site_id", "in", sites.ids)
            & fields.Domain("folio_id", "!=", False)
            & fields.Domain("folio_id", "not in", list(skip))
        )
        return running.folio_id.ids

    @api.model
    def _stop_at_limit(self, folio_ids=None):
        """Send a stop for sessions whose bill has reached its limit, each once.

        A charger that is offline gets it when it is back. What front desk started over the
        limit goes on.
        """
        running = self.search(
            self._get_stoppable_domain()
            & fields.Domain("site_id.stop_at_credit_limit", "=", True)
            & fields.Domain(
                "folio_id", "in", self._find_limited_stays() if folio_ids is None else folio_ids
            )
        ).filtered(lambda session: not session.token_id.limit_waived)
        stays = running.grouped(lambda session: (session.site_id, session.folio_id))
        for (site, folio), sessions in stays.items():
            try:
                with self.env.cr.savepoint():
                    if site._get_property()._has_reached_limit(folio, site):
                        sessions._stop_for_limit()
            except psycopg2.OperationalError:
                raise
            except Exception:
                _logger.exception("Stay %s: its credit limit could not be checked", folio.name)

    @api.model
    def _find_limited(self, skip=()):
        """Find the sessions that charge up to a limit of their own."""
        return self.search(
            self._get_stoppable_domain()
            & self._get_limited_domain()
            & fields.Domain("id", "not in", list(skip))
        ).ids

    @api.model
    def _stop_at_own_limit(self, session_ids=None):
        """Send a stop for sessions that have reached their own limit of energy or money,
        each once, before it costs more."""
        ids = self._find_limited() if session_ids is None else session_ids
        for session in self.browse(ids):
            try:
                with self.env.cr.savepoint():
                    reason = session._get_limit_reason()
                    if reason:
                        session._stop_for_limit(reason)
            except psycopg2.OperationalError:
                raise
            except Exception:
                _logger.exception("%s: its own limit could not be checked", session.name)

    @api.model
    def _get_stoppable_domain(self):
        """Sessions that run and have not been stopped at a limit yet."""
        return fields.Domain(
            [
                ("state", "!=", "stopped"),
                ("transaction_id", "!=", False),
                ("limit_stop_at", "=", False),
                ("charger_id.online", "=", True),
            ]
        )

    @api.model
    def _get_limited_domain(self):
        return fields.Domain("token_id.limit_wh", ">", 0) | fields.Domain(
            "token_id.limit_amount", ">", 0
        )

    def _get_limit_reason(self):
        """Get why it is to stop now, for the chatter; False while it may go on."""
        if self._reaches_own_limit():
            return self.env._(
                "The requested energy or amount is reached: the charger is asked to stop."
            )
        return False

    def _reaches_own_limit(self):
        """Check whether it has reached its limit, or will before it is looked at again."""
        token = self.token_id
        if token.limit_wh and self.energy_wh + self._get_coming_wh() >= token.limit_wh:
            return True
        return bool(token.limit_amount) and self._get_coming_amount() >= token.limit_amount

    def _get_coming_wh(self):
        """Get what it takes until it is looked at again."""
        return self.power_w * POLL_S / 3600

    def _get_coming_amount(self):
        """Get what it will have cost, with tax, when it is looked at again."""
        amount = self._get_running_amount()
        per_wh = amount / self.energy_wh if self.energy_wh else 0
        return amount + per_wh * self._get_coming_wh()

    def _stop_for_limit(self, reason=None):
        self.limit_stop_at = fields.Datetime.now()
        reason = reason or self.env._(
            "The bill has reached its credit limit: the charger is asked to stop."
        )
        for session in self:
            session._want_end(reason)
            session.message_post(body=reason)
