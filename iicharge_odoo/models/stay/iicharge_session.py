# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest checks out while the car still charges (docs/room-charges.md rule 11)."""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...core.conversion import to_aware
from ...core.rating import usage
from ...core.rating.dimensions import Dimension

_logger = logging.getLogger(__name__)

CHECKOUT_CHOICES = [
    ("stop", "Stop charging and put it on this bill now"),
    ("pos", "Keep charging; the guest pays at the till"),
    ("late", "Keep charging; it becomes a late charge"),
]

# A session of which nothing was heard for so long has ended without a word.
SILENT_AFTER = timedelta(hours=24)


class Session(models.Model):
    _inherit = "iicharge.session"

    reservation_id = fields.Many2one(
        "iicharge.reservation", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    no_show = fields.Boolean(
        readonly=True, help="A reservation that nobody used; there was no charging."
    )
    checkout_choice = fields.Selection(
        CHECKOUT_CHOICES,
        readonly=True,
        help="What front desk chose when the guest checked out before the end.",
    )

    _no_show_unique = models.UniqueIndex("(reservation_id) WHERE no_show")

    def _get_reserved_time(self):
        """The time for which the charger was kept, for rating; None without a reservation."""
        if not self.reservation_id:
            return None
        started_at = to_aware(self.started_at)
        return usage.Reservation(
            # the charger's clock may be behind
            reserved_at=min(to_aware(self.reservation_id.reserved_at), started_at),
            expired_at=started_at if self.no_show else None,
        )

    def _get_reservation_texts(self):
        """The head of a bill's line that is about the reservation alone."""
        place = self.connector_id.display_name
        reserved_at = min(self.reservation_id.reserved_at, self.started_at)
        what = (
            self.env._("Reserved and not used: charger %(connector)s", connector=place)
            if self.no_show
            else self.env._("Reservation of charger %(connector)s", connector=place)
        )
        return [what, self._get_when_text(reserved_at, self.started_at)]

    def _get_reservation_price_text(self, dimension, price, minutes):
        if dimension == Dimension.FLAT:
            return self.env._("Reservation fee %(price)s", price=price)
        return self.env._(
            "%(minutes)s min of reservation at %(price)s per hour", minutes=minutes, price=price
        )

    # --- check-out ----------------------------------------------------------------------
    def _set_checkout_choice(self, choice):
        texts = dict(self._fields["checkout_choice"]._description_selection(self.env))
        for session in self.filtered(lambda session: session.state != "stopped"):
            session.checkout_choice = choice
            session.message_post(
                body=self.env._(
                    "%(who)s checked the guest out: %(choice)s",
                    who=self.env.user._iicharge_get_actor().name,
                    choice=texts[choice],
                )
            )

    def _close_ended_sessions(self, site):
        """At night: end the sessions at a site of which it is plain that they have ended, and
        try again to post late charges whose bill has been opened again.

        A session whose connector has become free, or of which nothing was heard for a day, is
        closed at its last reading and waits for a person's decision.

        :return: the sessions that it closed
        """
        now = fields.Datetime.now()
        running = self.search([("site_id", "=", site.id), ("state", "!=", "stopped")])
        ended = running.filtered(lambda session: session._is_silent(now))
        for session in ended:
            try:
                with self.env.cr.savepoint():
                    session._close_without_stop(now)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                # one that cannot be closed keeps no other one open, nor the day
                _logger.exception("Session %s could not be closed at night", session.id)
        waiting = self.env["iicharge.charge"].search(
            [
                ("site_id", "=", site.id),
                ("state", "=", "late"),
                ("destination", "=", "folio"),
                ("refusal_code", "!=", "checked_out"),
                ("folio_id.state", "=", "sale"),
                ("folio_id.locked", "=", False),
            ]
        )
        for charge in waiting:
            charge._post_or_refuse()
        if ended or waiting:
            _logger.info(
                "%s: %s sessions closed, %s late charges tried again",
                site.name,
                len(ended),
                len(waiting),
            )
        return ended

    def _is_silent(self, now):
        self.ensure_one()
        connector = self.connector_id
        heard_at = max(filter(None, [self.started_at, self.last_value_at]))
        is_free = connector.status == "available" and (connector.status_at or heard_at) > heard_at
        return is_free or heard_at < now - SILENT_AFTER
