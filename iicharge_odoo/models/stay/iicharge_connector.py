# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...core import errors
from ..charger.iicharge_connector import REMOTE_START_WAIT
from ..clock_text import get_moment_text
from .iicharge_reservation import LIVE

# A longer reservation is taken for a mistake: it would block the connector.
LONGEST = timedelta(hours=24)
USUALLY_KEPT = timedelta(minutes=30)


class ReservedConnector(models.Model):
    _inherit = "iicharge.connector"

    reservation_ids = fields.One2many("iicharge.reservation", "connector_id", string="Reservations")
    reservation_id = fields.Many2one(
        "iicharge.reservation", compute="_compute_reservation_id", string="Reservation"
    )
    reserved_until = fields.Datetime(compute="_compute_reservation_id")
    reserved_for_id = fields.Many2one(
        "res.partner", compute="_compute_reservation_id", string="Reserved For"
    )
    reserved_room = fields.Char(compute="_compute_reservation_id", string="Room It Is Reserved For")

    @api.depends("reservation_ids.state")
    def _compute_reservation_id(self):
        live = self.env["iicharge.reservation"].search(
            [("connector_id", "in", self.ids), ("state", "in", LIVE)]
        )
        by_connector = {reservation.connector_id.id: reservation for reservation in live}
        for connector in self:
            reservation = by_connector.get(connector.id, live.browse())
            connector.reservation_id = reservation
            connector.reserved_until = reservation.expires_at
            connector.reserved_for_id = reservation.partner_id
            connector.reserved_room = reservation.room

    @api.depends("reservation_ids.state")
    def _compute_live_state(self):
        return super()._compute_live_state()

    def _prepare_state_facts(self):
        return {**super()._prepare_state_facts(), "is_reserved": bool(self.reservation_id)}

    def find_payers(self, text=""):
        """Find who may pay for charging here, see `iicharge.stay.finder`.

        :raise AccessError: the user is not front desk
        """
        self.ensure_one()
        self._check_front_desk()
        return self.env["iicharge.stay.finder"]._find_payers(self, text)

    def action_start_walk_in(self):
        """Open the start for somebody who pays at front desk, at the next free of these."""
        free = self._find_free(self.env.companies)
        connector = (self & free)[:1] or free[:1]
        if not connector:
            raise UserError(self.env._("No connector is free now."))
        action = connector.action_start_wizard()
        action["context"] |= {"default_is_walk_in": True, "default_chooses_connector": True}
        return action

    def action_cancel_start(self):
        """Cancel a start that waits for its car."""
        self.ensure_one()
        self._check_front_desk()
        if not self.pending_start_id:
            raise UserError(self.env._("No start waits for a car there any more."))
        self.pending_start_id._cancel_start()

    def _check_front_desk(self):
        self.check_access("read")
        if not self.env.user.has_group("iicharge_odoo.group_front_desk"):
            raise AccessError(self.env._("This is for front desk. Ask a manager for access."))

    @api.model
    def _find_free(self, companies):
        """Find the connectors of companies where a car may be plugged in and none charges, without
        those that are reserved."""
        return self.search(
            [
                ("company_id", "in", companies.ids),
                ("charger_id.admission", "=", "accepted"),
                ("offered", "=", True),
                ("charger_id.online", "=", True),
                ("status", "in", ("available", "preparing")),
                ("current_session_id", "=", False),
                ("reservation_ids", "not any", [("state", "in", LIVE)]),
            ]
        )

    def action_reserve_wizard(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reserve"),
            "res_model": "iicharge.reserve",
            "view_mode": "form",
            "target": "new",
            "context": {"default_connector_id": self.id},
        }

    def _get_reserve_action(self, folio, checkin):
        """Get the dialog that keeps this connector for a stay, until a while after it begins."""
        action = self.action_reserve_wizard()
        action["views"] = [[False, "form"]]
        until = max(checkin, fields.Datetime.now()) + USUALLY_KEPT
        action["context"] |= {
            "default_folio_id": folio.id,
            "default_expires_at": fields.Datetime.to_string(until),
        }
        return action

    def action_cancel_reservation(self):
        self.ensure_one()
        self.check_access("read")
        if not self.reservation_id:
            raise UserError(self.env._("This connector is not reserved from here."))
        return self.reservation_id.action_cancel()

    def _start_for_stay(self, folio, guest=None, estimate=None, override=False, **limits):
        """Let the start count against the limits of who pays until it has a cost of its own."""
        command = super()._start_for_stay(folio, guest, estimate, override, **limits)
        self.site_id._get_property()._hold(folio, self, estimate, command=command)
        return command

    def _start_with_card(self, token):
        """Send a start as if the card were shown to the charger.

        :raise core.errors.Refusal: the card may not charge here
        :return: the queued `iicharge.command`
        """
        self.ensure_one()
        token._check_card(self)
        # sudo: whose reservation it is decides only how the token is authorized; nothing is shown
        if self.sudo().reservation_id.token_id != token:
            # its stay may have reserved the connector for a start by front desk
            valid_until = fields.Datetime.now() + REMOTE_START_WAIT
            token = self._get_reserved_token(token.folio_id, valid_until, None) or token
        return self._send_start(token)

    def _reserve_for_stay(
        self, folio, expires_at, guest=None, card=None, energy_kwh=None, override=False
    ):
        """Send a reservation of this connector for a stay.

        :param expires_at: until when (UTC, naive)
        :param guest: the guest of the stay who charges; default: who booked
        :param card: `iicharge.token` that the guest will use; default: front desk starts
        :param energy_kwh: energy that the guest wants; default: a typical one
        :param bool anyway: override the refusals that front desk may override
        :raise core.errors.Refusal: the stay takes no charges
        :return: the queued `iicharge.command`
        """
        self.ensure_one()
        self._check_can_be_reserved(expires_at)
        estimate = self._get_late_estimate(expires_at, energy_kwh)
        waived = self._check_reserve_or_waive(folio, expires_at, estimate, override)
        token = card or self._create_stay_token(folio, guest, expires_at, waived)
        if waived:
            text = self.env._(
                "%(who)s reserved %(connector)s anyway. %(reason)s",
                who=self.env.user._iicharge_get_actor().name,
                connector=self.display_name,
                reason=self.env["iicharge.refusal"]._get_staff_text(waived.code),
            )
            self._log_override(folio, text)
        return self.env["iicharge.reservation"]._request(self, folio, guest, token, expires_at)

    def _check_reserve_or_waive(self, folio, expires_at, estimate, override=False):
        """Check as for a start; a guest who arrives before the reservation ends need not be in
        house yet.

        :return: the overridden refusal, or None
        :raise core.errors.Refusal: any other
        """
        try:
            return self._check_start_or_waive(folio, estimate, override)
        except errors.NotInHouse:
            checkin = self.site_id._get_property()._get_stay_dates(folio)[0]
            if not checkin or not fields.Datetime.now() < checkin <= expires_at:
                raise
        return None

    def _get_late_estimate(self, expires_at, energy_kwh=None):
        """Get the `iicharge_quote.Estimate` of charging that starts when a reservation ends."""
        estimate = self._get_estimate(energy_kwh=energy_kwh)
        kept = max(expires_at - fields.Datetime.now(), timedelta(0))
        return estimate and estimate._replace(
            duration_s=estimate.duration_s + int(kept.total_seconds())
        )

    def _check_can_be_reserved(self, expires_at):
        self._check_not_reserved()
        kept = expires_at - fields.Datetime.now()
        if not timedelta(0) < kept <= LONGEST:
            raise UserError(
                self.env._(
                    "A connector can be reserved for %(hours)s hours at the most. Choose a time "
                    "that is still to come.",
                    hours=LONGEST // timedelta(hours=1),
                )
            )

    def _check_not_reserved(self):
        # sudo: the charger shows everyone that it is reserved, and until when
        reservation = self.sudo().reservation_id
        if reservation:
            raise UserError(
                self.env._(
                    "%(connector)s is reserved until %(until)s for somebody else. Choose another "
                    "connector, or cancel that reservation first.",
                    connector=self.display_name,
                    until=get_moment_text(self.env, reservation.expires_at, self.site_id.time_zone),
                )
            )

    def _open_to_walk_in(self):
        """Check that a walk-in may start here; extend for those for whom it is reserved.

        :raise UserError: it is reserved for somebody else
        :return: the connector to start at
        """
        self._check_not_reserved()
        return self

    def _get_reserved_token(self, folio, valid_until, waived):
        """Get the token with which the stay's reservation starts; empty without a reservation.

        :raise UserError: another stay has reserved it
        """
        # sudo: front desk may start charging, not change tokens; callers have checked the stay
        reservation = self.sudo().reservation_id
        if not folio or reservation.folio_id != folio:
            self._check_not_reserved()
        token = reservation.token_id
        if token.kind == "remote":
            token.valid_until = max(token.valid_until, valid_until)
            token.limit_waived |= isinstance(waived, errors.CreditLimit)
        return token
