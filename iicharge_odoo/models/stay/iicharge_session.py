# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Sessions of stays: reservations, and check-out while charging (docs/room-charges.md rule 11)."""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core import errors
from ...core.conversion import to_aware
from ...core.rating import usage
from ..tariff.iicharge_connector_quote import TYPICAL_ENERGY_KWH

_logger = logging.getLogger(__name__)

CHECKOUT_CHOICES = [
    ("stop", "Stop charging and put it on this bill now"),
    ("pos", "Keep charging; the guest pays at the register"),
    ("late", "Keep charging; it becomes a late charge"),
]

# A session without messages for 24 h has ended.
SILENT_AFTER = timedelta(hours=24)


class Session(models.Model):
    _inherit = "iicharge.session"

    reservation_id = fields.Many2one(
        "iicharge.reservation", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    no_show = fields.Boolean(
        readonly=True, help="A reservation that was not used; there was no charging."
    )
    checkout_choice = fields.Selection(
        CHECKOUT_CHOICES,
        readonly=True,
        help="What front desk chose when the guest checked out before the end.",
    )

    _no_show_unique = models.UniqueIndex("(reservation_id) WHERE no_show")

    @api.model
    def _get_stop_paths(self):
        return [*super()._get_stop_paths(), "folio_id.iicharge_routing_ids"]

    @api.model
    def _prepare_start_values(self, connector, reservation_number=None, **start):
        """Prepare with the reservation that the start uses, and the tariff of its creation."""
        values = super()._prepare_start_values(connector, **start)
        token = self.env["iicharge.token"].browse(values["token_id"])
        reservation = self.env["iicharge.reservation"]._find_used(
            connector, token, values["started_at"], reservation_number
        )
        if reservation and not reservation.is_offer:
            values |= reservation._prepare_tariff_values()
        return {**values, "reservation_id": reservation.id}

    def _set_started(self):
        result = super()._set_started()
        for session in self:
            session.reservation_id._set_used(session)
        return result

    def _was_valid_at_start(self):
        """Check also that the guest was in house then, whatever the bill takes now."""
        if not super()._was_valid_at_start():
            return False
        if not self.folio_id:
            return True
        checkin, checkout = self.site_id._get_property()._get_stay_dates(self.folio_id)
        return bool(checkin and checkout and checkin <= self.started_at < checkout)

    def _get_reserved_time(self):
        if not self.reservation_id or self.reservation_id.is_offer:
            return super()._get_reserved_time()
        started_at = to_aware(self.started_at)
        reserved_at, reserved_until = self._get_reserved_span()
        return usage.Reservation(
            # up to the start; of one that expired before, as long as it was kept
            reserved_at=started_at - (reserved_until - reserved_at),
            expired_at=started_at if self.no_show else None,
        )

    def _get_reserved_span(self):
        """Get from when to when the charger was kept: not after the expiry; a clock that is behind
        keeps it for nothing."""
        reserved_until = min(self.reservation_id.expires_at, self.started_at)
        return min(self.reservation_id.reserved_at, reserved_until), reserved_until

    def _get_head_texts(self, lines):
        """Get the head texts, also of a line that is for the reservation only."""
        is_reservation = self.no_show or (lines and all(line.reservation for line in lines))
        if not is_reservation:
            return super()._get_head_texts(lines)
        place = self.connector_id.display_name
        what = (
            self.env._("Reserved and not used: charger %(connector)s", connector=place)
            if self.no_show
            else self.env._("Reservation of charger %(connector)s", connector=place)
        )
        return [what, self._get_when_text(*self._get_reserved_span())]

    def _take_back(self, reason):
        """Credit all that it costs: it was charged by mistake."""
        self.ensure_one()
        self._credit_charges(reason)
        self._set_billing("void")

    # --- another room -------------------------------------------------------------------
    def _move_running(self, folio, guest=None, confirmed_by=None, override=False):
        """Let another stay pay for a running session, all that it cost so far with what follows
        (docs/room-charges.md rule 20). The price stays that of the start.

        The caller has checked that the user sees the session and the stay.

        :param guest: `res.partner` of the stay who charges; default: who booked
        :param confirmed_by: `res.partner` who has agreed to it at front desk
        :param override: override the refusals that front desk may override
        :raise core.errors.Refusal: the stay takes no charges
        :raise UserError: it has stopped, or somebody else than a room or a register pays
        """
        self.ensure_one()
        self._check_can_move(folio)
        waived = self._check_move_or_waive(folio, override)
        before = self.folio_id
        values = self.env["iicharge.destination.folio"]._prepare_stay_values(folio, self.site_id)
        partner = guest or folio.partner_id
        self.write({**values, "partner_id": partner.id, "checkout_choice": False})
        self._log_move(before, folio, confirmed_by, waived)
        self.charger_id._notify_changed()

    def _check_can_move(self, folio):
        # a stop that comes at this moment waits until it is known who pays
        self.env.cr.execute(
            "SELECT id FROM iicharge_session WHERE id = %s FOR NO KEY UPDATE", [self.id]
        )
        self.invalidate_recordset()
        if self.state == "stopped":
            raise UserError(
                self.env._("This charging has stopped. Put its sum on the room instead.")
            )
        destination = self._get_destination()
        if not (destination._is_bill_of_stay or destination._is_paid_at_register):
            raise UserError(
                self.env._("Neither a room nor a walk-in pays for this charging: it stays there.")
            )
        if folio == self.folio_id and destination._is_bill_of_stay:
            raise UserError(self.env._("This stay pays for it already."))

    def _check_move_or_waive(self, folio, override):
        """Check as before a start, with what the car has taken so far.

        :return: the overridden refusal, or None"""
        if folio.company_id != self.company_id:
            raise errors.GuestNotFound(folio.name)
        energy_kwh = max(TYPICAL_ENERGY_KWH, self.energy_wh / 1000)
        estimate = self.connector_id._get_estimate(energy_kwh=energy_kwh)
        return self.connector_id._check_start_or_waive(folio, estimate, override)

    def _log_move(self, before, folio, confirmed_by, waived):
        actor = self.env.user._iicharge_get_actor()
        amount = self.currency_id.format(self.running_amount)
        text = self.env._(
            "%(who)s moved %(session)s, %(amount)s so far, from %(before)s to %(after)s.",
            who=actor.name,
            session=self.name,
            amount=amount,
            before=before.name or self.env._("the register"),
            after=folio.name,
        )
        parts = [text]
        if confirmed_by:
            parts.append(self.env._("Confirmed by %(guest)s.", guest=confirmed_by.name))
        if waived:
            parts.append(self.env["iicharge.refusal"]._get_staff_text(waived.code))
        for record in (self, before, folio):
            # sudo: front desk may not write on orders; its name is in the note
            for one in record.sudo():
                one.message_post(author_id=actor.partner.id, body=" ".join(parts))

    # --- check-out ----------------------------------------------------------------------
    def _set_checkout_choice(self, choice):
        texts = dict(self._fields["checkout_choice"]._description_selection(self.env))
        for session in self.filtered(lambda session: session.state != "stopped"):
            session.write({"checkout_choice": choice, "destination": "folio"})
            session.message_post(
                body=self.env._(
                    "%(who)s checked the guest out: %(choice)s",
                    who=self.env.user._iicharge_get_actor().name,
                    choice=texts[choice],
                )
            )

    def _close_ended_sessions(self, site):
        """Close the ended sessions of a site each night, and retry late charges on reopened bills.

        A session whose connector is available, or without messages for 24 h, is closed at its
        last reading and held for review.

        :return: the closed sessions
        """
        now = fields.Datetime.now()
        running = self.search([("site_id", "=", site.id), ("state", "!=", "stopped")])
        ended = running.filtered(lambda session: session._is_silent(now))
        for session in ended:
            try:
                with self.env.cr.savepoint():
                    session._close_without_stop(now)
            except psycopg2.OperationalError:
                raise
            except Exception:
                # a failure leaves the other sessions and the night's other work unaffected
                _logger.exception("Session %s could not be closed at night", session.id)
        waiting = self.env["iicharge.destination.folio"]._post_reopened(site)
        if ended or waiting:
            _logger.info(
                "%s: %s sessions closed, %s late charges retried",
                site.name,
                len(ended),
                len(waiting),
            )
        return ended

    def _is_silent(self, now):
        self.ensure_one()
        connector = self.connector_id
        reported_at = max(filter(None, [self.started_at, self.last_value_at]))
        is_free = (
            connector.status == "available" and (connector.status_at or reported_at) > reported_at
        )
        return is_free or reported_at < now - SILENT_AFTER
