# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Offers of a waiting list: a free connector is kept for the first guest, and then for the next."""

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...core.guest.notices import Notice
from ...core.guest.waiting import Waiter, find_offers, get_car_plug
from ..clock_text import get_clock_text
from .iicharge_waiting_visitor import MOST_MAILS
from .place_states import OPEN, WAITS_FOR

# Of one site, in one transaction.
LOOKED_AT_ONCE = 100
BROKEN = ("faulted", "unavailable")
# A gateway or a charger that restarts is away for shorter.
LOST_AFTER = timedelta(minutes=3)


class WaitingOffer(models.AbstractModel):
    _name = "iicharge.waiting.offer"
    _description = "Offers of a Waiting List"

    @api.model
    def _find_sites(self, skip=()):
        """Find the sites where guests wait, without those to skip."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT DISTINCT site_id FROM iicharge_waiting
                    WHERE state IN ('waiting', 'passed', 'offered')
                      AND NOT site_id = ANY(%s::int[])
                    ORDER BY site_id""",
                list(skip),
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _advance(self, site_ids=None):
        """Let the lists of sites go on: end what is over, take back offers that cannot be used,
        and offer what is free. The caller commits.

        :param site_ids: see _find_sites
        """
        ids = self._find_sites() if site_ids is None else site_ids
        for site in self.env["iicharge.site"].browse(ids):
            self.with_company(site.company_id)._advance_site(site)

    @api.model
    def _advance_site(self, site):
        """Let the list of a site go on; places that another process holds are left to it."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT id FROM iicharge_waiting
                    WHERE site_id = %s AND state IN ('waiting', 'passed', 'offered')
                    ORDER BY sequence, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
                site.id,
                LOOKED_AT_ONCE,
            )
        )
        places = self.browse(row[0] for row in self.env.cr.fetchall())
        places.invalidate_recordset()
        now = fields.Datetime.now()
        for place in places:
            if place._is_over(now):
                place._leave()
            elif place.state == "offered" and place._is_offer_lost(now):
                place._withdraw()
                place.state = "waiting"
            elif place.state == "passed" and place.passed_until <= now:
                place.state = "waiting"
        places._offer_free(site)

    def _is_over(self, now):
        """Whether the guest cannot come any more: after a day, or once the stay has ended."""
        if self.state == "offered":
            return False
        if self.folio_id:
            prop = self.site_id._get_property()
            if not self.folio_id.filtered_domain(prop._get_in_house_domain(now)):
                return True
        return now - self.create_date > WAITS_FOR

    def _is_offer_lost(self, now):
        """Whether the connector that is kept cannot be used: at once where another one charges
        there, or staff offer it no more; after some minutes where it is offline or broken. The
        guest keeps the place."""
        reservation, connector = self.reservation_id, self.connector_id
        session = connector.current_session_id
        if session:
            return session.reservation_id != reservation
        is_usable = connector.online and connector.status not in BROKEN
        if is_usable != (not self.unusable_since):
            self.unusable_since = not is_usable and now
        is_lost = not is_usable and now - self.unusable_since >= LOST_AFTER
        return is_lost or not connector.offered

    # --- offering ----------------------------------------------------------------------------
    def _offer_free(self, site):
        """Keep the free connectors of a site for the guests who are next."""
        waiting = self.filtered(lambda place: place.state in ("waiting", "passed"))
        if not waiting:
            return
        free = self._lock_connectors(self._find_free(site))
        is_night = site._is_quiet_now()
        offers = find_offers(
            [place._prepare_waiter(is_night) for place in waiting],
            {connector.id: get_car_plug(connector.standard) for connector in free},
            most_to_visitors=self._count_left_for_visitors(site),
        )
        for place_id, connector_id in offers:
            place = waiting.browse(place_id)
            place._offer(free.browse(connector_id))
            # who let this guest go first is next
            passed = waiting.filtered(lambda one: one.state == "passed")
            passed.filtered(lambda one, to=place: one._is_before(to)).state = "waiting"

    def _prepare_waiter(self, is_night):
        self.ensure_one()
        needs_page = is_night or self._needs_confirming()
        return Waiter(
            self.id,
            plug=get_car_plug(self.plug),
            is_passing=self.state == "passed",
            is_reachable=not needs_page or self._is_watching(),
            is_visitor=self.is_visitor,
        )

    def _is_before(self, other):
        return (self.sequence, self.id) < (other.sequence, other.id)

    @api.model
    def _find_free(self, site):
        """Find the connectors of a site that can be offered: no car is plugged in, nothing is on
        its way, nothing is in the way."""
        blocked = self.env["iicharge.blocked.bay"].search(
            [("site_id", "=", site.id), ("state", "=", "open")]
        )
        visits = self.env["iicharge.guest.visit"]
        found = site._get_offered_connectors() - blocked.connector_id
        return found.filtered(
            lambda one: (
                one.status == "available"
                and one.live_state == "available"
                and not one.reservation_id
                and not visits._is_being_started(one)
            )
        )

    @api.model
    def _lock_connectors(self, connectors):
        """Lock connectors, without those that another transaction holds; what a transaction does
        there that began before fails, and begins again."""
        connectors.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE iicharge_connector SET write_date = write_date WHERE id IN (
                       SELECT id FROM iicharge_connector WHERE id = ANY(%s::int[])
                          ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
                   RETURNING id""",
                connectors.ids,
            )
        )
        locked = {row[0] for row in self.env.cr.fetchall()}
        return connectors.filtered(lambda one: one.id in locked)

    def _offer(self, connector):
        """Keep a connector for this guest. The caller has locked both."""
        self.ensure_one()
        until = fields.Datetime.now() + self.site_id._get_offer_time()
        connector._make_signs()
        token = self.env["iicharge.token"].create(
            {
                "uid": secrets.token_hex(10),
                "kind": "remote",
                "company_id": self.company_id.id,
                "connector_id": connector.id,
                "valid_until": until,
                "single_use": True,
                "folio_id": self.folio_id.id,
                "partner_id": self.folio_id.partner_id.id,
                "group": "guest" if self.folio_id else "visitor",
            }
        )
        reservation = self.env["iicharge.reservation"]._offer(
            connector,
            token,
            until,
            folio_id=self.folio_id.id,
            partner_id=self.folio_id.partner_id.id,
            room=self.room,
            walk_in_name=self.name or (not self.folio_id and self.display_name),
        )
        self.write(
            {
                "state": "offered",
                "reservation_id": reservation.id,
                "passed_until": False,
                "unusable_since": False,
            }
        )
        self._write_to_guest()
        connector.charger_id._notify_changed()

    def _withdraw(self):
        """Release the connector that is kept. The caller says what becomes of the place."""
        reservation = self.reservation_id
        if reservation.state == "active":
            reservation._withdraw_offer()

    def _write_to_guest(self):
        """Write that a charger is free, with the offer: once, whatever crashes. An offer of the
        connector that was lost and is usable again is the one that the guest has read of."""
        reservation = self.reservation_id
        until = reservation.connector_id == self.written_connector_id and self.written_until
        if until and fields.Datetime.now() < until:
            return
        to = self._get_recipient()
        if not to or self.mails_sent >= MOST_MAILS:
            return
        self.write(
            {
                "mails_sent": self.mails_sent + 1,
                "written_connector_id": reservation.connector_id.id,
                "written_until": reservation.expires_at,
            }
        )
        self._write_notice(Notice.CHARGER_FREE, to)

    def _write_notice(self, notice, to):
        self.has_failed = not self.env["iicharge.guest.notice"]._send(notice, self, to)
        # the queue of Odoo is emptied once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _get_until_text(self):
        """Get until when the connector is kept, for the e-mail."""
        self.ensure_one()
        return get_clock_text(self.env, self.offered_until, self.site_id.time_zone)

    # --- the end of an offer -----------------------------------------------------------------
    @api.model
    def _take_end(self, reservation, state):
        """Go on with the place whose reservation has ended."""
        place = self.search([("reservation_id", "=", reservation.id)], limit=1)
        if state == "used" and place.state in (*OPEN, "expired"):
            place._end("claimed")
        elif state == "expired" and place.state == "offered":
            place._end("expired")
        elif state == "cancelled" and place.state == "offered":
            # front desk needs the connector: it is not kept again at once
            until = fields.Datetime.now() + place.site_id._get_offer_time()
            place.write({"state": "passed", "passed_until": until})
