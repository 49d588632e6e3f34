# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...core import errors
from .iicharge_reservation import LIVE

# A longer reservation is taken for a mistake: it would block the connector.
LONGEST = timedelta(hours=24)


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

    def action_cancel_reservation(self):
        self.ensure_one()
        if not self.reservation_id:
            raise UserError(self.env._("This connector is not reserved from here."))
        return self.reservation_id.action_cancel()

    def _start_for_stay(self, folio, guest=None, estimate=None, override=False, **limits):
        """Let the start count against the limits of who pays until it has a cost of its own."""
        command = super()._start_for_stay(folio, guest, estimate, override, **limits)
        self.site_id._get_property()._hold(folio, self, estimate, command=command)
        return command

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
        waived = self._check_start_or_waive(folio, estimate, override)
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
                    until=format_datetime(
                        self.env, reservation.expires_at, tz=self.site_id.time_zone
                    ),
                )
            )

    def _get_reserved_token(self, folio, valid_until, waived):
        """Get the token with which the stay's reservation starts; empty without a reservation.

        :raise UserError: another stay has reserved it
        """
        # sudo: front desk may start charging, not change tokens; callers have checked the stay
        reservation = self.sudo().reservation_id
        if reservation.folio_id != folio:
            self._check_not_reserved()
        token = reservation.token_id
        if token.kind == "remote":
            token.valid_until = max(token.valid_until, valid_until)
            token.limit_waived |= isinstance(waived, errors.CreditLimit)
        return token
