# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging

import psycopg2

from odoo import api, fields, models

from ...core.conversion import to_decimal
from ...core.metering import outlook

# How often limits are looked at: rating a car that charges for hours takes some milliseconds.
POLL_S = 15
LOOKED_AT_ONCE = 20
# A car has gone on charging since its last reading; one that comes later says nothing of now.
LATEST_READING_S = 120

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
        """Send a stop for sessions that have reached their own limit of energy, money, battery
        or time, each once, before it is passed."""
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
        return fields.Domain.OR(
            [
                [("token_id.limit_wh", ">", 0)],
                [("token_id.limit_amount", ">", 0)],
                [("token_id.limit_percent", ">", 0)],
                [("token_id.limit_until", "!=", False)],
            ]
        )

    def _get_limit_reason(self):
        """Get why it is to stop now, for the chatter; False while it may go on."""
        if self._reaches_own_limit():
            return self.env._(
                "The requested energy, amount, battery or time is reached: the charger is asked "
                "to stop."
            )
        return False

    def _reaches_own_limit(self):
        """Check whether it has reached its limit, or will before it is looked at again."""
        token = self.token_id
        if self._reaches_time() or (token.limit_percent and self._reaches_battery()):
            return True
        # the energy is about the same as the battery's level, where that is not known
        is_by_battery = token.limit_percent and self.soc_percent
        energy_wh = 0 if is_by_battery else token.limit_wh
        if energy_wh and self.energy_wh + self._get_coming_wh() >= energy_wh:
            return True
        return bool(token.limit_amount) and self._get_coming_amount() >= token.limit_amount

    def _reaches_time(self):
        until = self.token_id.limit_until
        return bool(until) and (until - fields.Datetime.now()).total_seconds() <= POLL_S

    def _reaches_battery(self):
        """Check whether the battery has its level, or will before it is looked at again."""
        if not self.soc_percent:
            return False
        first_soc = self._get_first_soc().get(self.id)
        per_percent_wh = outlook.get_wh_per_percent(
            self._prepare_charging(fields.Datetime.now(), first_soc)
        )
        coming = to_decimal(self._get_coming_wh()) / per_percent_wh if per_percent_wh else 0
        return to_decimal(self.soc_percent) + coming >= self.token_id.limit_percent

    def _get_coming_wh(self):
        """Get what it takes until it is looked at again, and has taken since its last reading."""
        age_s = 0
        if self.last_value_at:
            age_s = (fields.Datetime.now() - self.last_value_at).total_seconds()
        return self.power_w * (POLL_S + min(max(age_s, 0), LATEST_READING_S)) / 3600

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
