# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..charger.iicharge_command import FRONT_DESK_GROUPS
from .decision import DECISION

LOOK_FOR_LOST_EVERY_S = 10
LOST_AT_ONCE = 20


class SessionLost(models.AbstractModel):
    """Sessions whose stop the charger does not report (docs/chargers.md row 45)."""

    _name = "iicharge.session.lost"
    _description = "Sessions Without a Stop"

    @api.model
    def _find_lost(self, skip=()):
        """Find sessions that a restart of the charger has ended: their connector is available
        since, and no stop came in the site's time for it."""
        running = self.search(
            [
                ("state", "!=", "stopped"),
                ("connector_id.status", "=", "available"),
                ("charger_id.booted_at", "!=", False),
                ("charger_id.online", "=", True),
                ("id", "not in", list(skip)),
            ]
        )
        return running.filtered(lambda session: session._is_lost()).ids[:LOST_AT_ONCE]

    def _is_lost(self):
        self.ensure_one()
        charger, connector = self.charger_id, self.connector_id
        heard_at = max(filter(None, [self.started_at, self.last_value_at]))
        # the status keeps its time while it stays the same
        free_at = max(charger.booted_at, connector.status_at or charger.booted_at)
        grace = timedelta(minutes=self.site_id.wait_for_stop_min)
        return charger.booted_at > heard_at and fields.Datetime.now() >= free_at + grace

    @api.model
    def _end_lost(self, ids=None):
        """End sessions that a restart has ended, at their last reading.

        :param ids: see _find_lost
        """
        sessions = self.browse(self._find_lost() if ids is None else ids)
        for session in sessions.filtered(lambda lost: lost.state != "stopped" and lost._is_lost()):
            session._end_at_last_reading(
                self.env._(
                    "The charger has restarted, its connector is available, and it reports no "
                    "stop: the session ends at its last reading."
                )
            )
        sessions.charger_id._notify_changed()

    def _end_at_last_reading(self, note):
        """End it without a stop; billed, or held for review, as the site wants it.

        A stop that comes later is noted, or decides while the session is in review.
        """
        self.ensure_one()
        self.message_post(body=note, subtype_xmlid=DECISION)
        reasons = [] if self.site_id.bill_without_stop else ["stop_missing"]
        self._close_without_stop(fields.Datetime.now(), reasons)

    def action_end_without_charger(self):
        """End the session at its last reading, whatever the charger says or does not say."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not any(map(self.env.user.has_group, FRONT_DESK_GROUPS)):
            raise AccessError(self.env._("Only front desk and technicians may do this."))
        if self.state == "stopped":
            raise UserError(self.env._("This session has already stopped."))
        # sudo: sessions are not written by hand; the right was checked just above, and who
        # decided is on the session
        self.sudo()._end_at_last_reading(
            self.env._(
                "%(who)s ended the session without the charger, at its last reading.",
                who=self.env.user._iicharge_get_actor().name,
            )
        )
        # sudo: wakes the screens, which read again with their own users' rights
        self.sudo().charger_id._notify_changed()
        return True
