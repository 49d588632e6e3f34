# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Reservations of connectors, and the fee for those that were not used."""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...core import session as rules
from ...core.conversion import to_aware
from ...core.rating import usage
from ...core.rating.rate import rate
from ..tariff.iicharge_tariff_ocpi import get_terms

_logger = logging.getLogger(__name__)

STATES = [
    ("requested", "Requested"),
    ("active", "Reserved"),
    ("used", "Used"),
    ("expired", "Not Used"),
    ("cancelled", "Cancelled"),
    ("refused", "Refused"),
]

LIVE = ("requested", "active")

EXPIRED_AT_ONCE = 20
# A start in the last moment arrives a little after the expiry.
ARRIVAL = timedelta(seconds=5)

# Tolerance for a charger's clock (docs/chargers.md row 12).
CLOCK_SLACK = timedelta(minutes=5)


class Reservation(models.Model):
    """A reservation of a connector for a guest until a time (docs/room-charges.md rule 14).

    It begins when the charger accepts it (OCPP 1.6 section 5.13) and ends once: used by the
    guest's charging, cancelled, or expired, which may cost a fee.
    """

    _name = "iicharge.reservation"
    _description = "Reservation"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_names_search = ("connector_id", "room", "partner_id")
    _check_company_auto = True
    _mail_post_access = "read"

    connector_id = fields.Many2one(
        "iicharge.connector", required=True, readonly=True, index=True, ondelete="restrict"
    )
    charger_id = fields.Many2one(
        related="connector_id.charger_id", store=True, index="btree_not_null"
    )
    site_id = fields.Many2one(related="connector_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="connector_id.company_id", store=True, index=True)
    folio_id = fields.Many2one(
        "sale.order",
        string="Stay",
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        help="Empty for a guest of the waiting list who has named no room.",
    )
    partner_id = fields.Many2one("res.partner", string="Guest", readonly=True, index=True)
    room = fields.Char(readonly=True)
    walk_in_name = fields.Char(readonly=True, string="Name of a Walk-in")
    is_offer = fields.Boolean(
        readonly=True,
        string="From the Waiting List",
        help="Kept for a guest of the waiting list: it costs nothing, and holds also where the "
        "charger knows no reservations.",
    )
    token_id = fields.Many2one(
        "iicharge.token",
        string="Charging Card",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The charging card that may start during the reservation.",
    )
    reserved_at = fields.Datetime(required=True, readonly=True, string="Reserved From")
    expires_at = fields.Datetime(required=True, readonly=True, string="Reserved Until")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="requested", index=True, tracking=True
    )
    tariff_id = fields.Many2one(
        "iicharge.tariff", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    tariff_version_id = fields.Many2one(
        "iicharge.tariff.version",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    tariff_snapshot = fields.Text(
        readonly=True, help="The tariff (OCPI) as it was when the guest reserved."
    )
    command_ids = fields.One2many(
        "iicharge.command",
        "reservation_id",
        groups="iicharge_odoo.group_front_desk,iicharge_odoo.group_technician",
    )
    answer_text = fields.Char(
        compute="_compute_answer_text", string="Charger's Answer", help="To the last command."
    )
    session_ids = fields.One2many("iicharge.session", "reservation_id")

    # OCPP 1.6 reserves from now on: two live reservations of a connector always overlap
    _live_unique = models.UniqueIndex(
        "(connector_id) WHERE state IN ('requested', 'active')",
        "This connector is reserved already.",
    )
    _due_index = models.Index("(expires_at) WHERE state = 'active'")

    @api.depends("connector_id", "room", "partner_id", "walk_in_name")
    def _compute_display_name(self):
        for reservation in self:
            whom = reservation.room or reservation.partner_id.name or reservation.walk_in_name
            parts = [reservation.connector_id.display_name, whom]
            reservation.display_name = " · ".join(filter(None, parts))

    @api.depends("command_ids.result_text")
    @api.depends_context("lang")
    def _compute_answer_text(self):
        for reservation in self:
            # sudo: all who see the reservation may see the command's result
            commands = reservation.sudo().command_ids.sorted("id")
            reservation.answer_text = commands[-1:].result_text

    def _set_state(self, state):
        self.ensure_one()
        rules.check_transition(rules.ReservationState(self.state), rules.ReservationState(state))
        self.state = state

    # --- creation and cancellation -------------------------------------------------------------
    @api.model
    def _request(self, connector, folio, guest, token, expires_at):
        """Request a reservation from the charger. The caller has checked the stay.

        :return: the queued `iicharge.command`
        """
        site = connector.site_id
        now = fields.Datetime.now()
        tariff_values = self.env["iicharge.session"]._prepare_tariff_values(
            # sudo: prices need the taxes of the charging product, which not everyone may read
            connector.sudo()._find_tariff(token.group, now)[0],
            site.sudo(),
        )
        # sudo: reservations are not written by hand; front desk's right was checked by the dialog
        reservation = self.sudo().create(
            {
                "connector_id": connector.id,
                "folio_id": folio.id,
                "partner_id": (guest or folio.partner_id).id,
                "room": site._get_property()._get_room(folio),
                "token_id": token.id,
                "reserved_at": now,
                "expires_at": expires_at,
                **tariff_values,
            }
        )
        command = connector.charger_id._request_or_explain(
            "reserve",
            connector=connector.number,
            id_tag=token.uid,
            reservation_id=reservation.id,
            expires_at=to_aware(expires_at),
            group_id=token._get_group_id() or None,
        )
        # sudo: commands are not written by hand; this one was made just above, for it
        command.sudo().reservation_id = reservation
        return command

    def _process_answer(self, command):
        """Apply the answer to ReserveNow, unless the reservation was cancelled since."""
        self.ensure_one()
        if command.request != "reserve" or self.state != "requested":
            return
        if command.outcome == "Accepted":
            self._set_state("active")
            self.reserved_at = min(command.answered_at.replace(microsecond=0), self.expires_at)
            return
        self._set_state("refused")
        if command.state == "timeout":
            # the charger may have received the request, and would block the connector
            self._send_cancel()

    def action_cancel(self):
        """Cancel the reservation; in time without a fee, even if the charger is offline."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("iicharge_odoo.group_front_desk"):
            raise AccessError(self.env._("Only front desk may cancel a reservation."))
        if self.state not in LIVE or fields.Datetime.now() >= self.expires_at:
            raise UserError(self.env._("This reservation is over already."))
        # sudo: reservations are not written by hand; the right to cancel was checked just above
        self.sudo()._set_state("cancelled")
        return self._send_cancel()._get_form_action()

    def _send_cancel(self):
        because = self.env._("The reservation is over: %(what)s", what=self.display_name)
        wish = self.env["iicharge.desired.state"]._want(
            "released",
            self.charger_id,
            because,
            reservation_id=self,
            connector_id=self.connector_id,
        )
        return wish.command_id.sudo(False)

    def _restore(self):
        """Reserve again at a charger that has restarted, which may have lost it."""
        for reservation in self:
            because = self.env._("Reserved: %(what)s", what=reservation.display_name)
            self.env["iicharge.desired.state"]._want(
                "reserved",
                reservation.charger_id,
                because,
                reservation_id=reservation,
                connector_id=reservation.connector_id,
            )

    # --- the end -----------------------------------------------------------------------------
    @api.model
    def _find_due(self, skip=(), limit=EXPIRED_AT_ONCE):
        """Find reservations that were not used in time, without those to skip."""
        due = [
            ("state", "=", "active"),
            ("expires_at", "<=", fields.Datetime.now() - ARRIVAL),
            ("id", "not in", list(skip)),
        ]
        return self.search(due, order="expires_at", limit=limit).ids

    @api.model
    def _expire_due(self, ids=None):
        """Expire reservations that were not used in time, each once, and charge the tariff's fee.

        Rows that another process has locked are skipped. The caller commits.

        :param ids: see _find_due
        :return: the reservations that have ended
        """
        ids = self._find_due() if ids is None else ids
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT id FROM iicharge_reservation
                    WHERE state = 'active' AND id = ANY(%s::int[])
                    ORDER BY expires_at FOR UPDATE SKIP LOCKED""",
                list(ids),
            )
        )
        due = self.browse(row[0] for row in self.env.cr.fetchall())
        for reservation in due:
            try:
                with self.env.cr.savepoint():
                    reservation._expire()
            except psycopg2.OperationalError:
                raise
            except Exception:
                _logger.exception("Reservation %s could not be ended; retrying", reservation.id)
        expired = due.filtered(lambda reservation: reservation.state == "expired")
        if expired:
            expired.charger_id._notify_changed()
        return expired

    def _expire(self):
        self._set_state("expired")
        if self._costs_when_not_used():
            session = self.env["iicharge.session"].create(self._prepare_no_show_values())
            session._rate_or_hold()

    @api.model
    def _find_used(self, connector, token, started_at, number=None):
        """Find the reservation that a start on a connector uses.

        By its token, in time; or by the number that the charger sends, if the same stay pays.
        One that expired counts too: the charger may have been offline.

        :param int number: the start's reservationId; None for none
        """
        if not token:
            return self.browse()
        candidates = self.search(
            [
                ("connector_id", "=", connector.id),
                ("state", "in", ("active", "expired")),
                ("reserved_at", "<=", started_at + CLOCK_SLACK),
                "|",
                ("expires_at", ">=", started_at),
                ("id", "=", number or 0),
            ]
        )
        same_stay = candidates.filtered(
            lambda found: (
                (found.id == number or found.is_offer)
                and found.folio_id
                and found.folio_id == token.folio_id
            )
        )
        return same_stay or candidates.filtered(lambda found: found.token_id == token)[:1]

    def _set_used(self, session):
        """Set the reservation used by a session; credit the no-show fee if one was charged."""
        for reservation in self:
            fee = reservation.session_ids.filtered("no_show")
            reservation._set_state("used")
            if fee.billing in ("review", "rated", "posted", "paid", "late", "disputed"):
                reason = self.env._(
                    "Charging began in time, as the charger reported later (%(session)s)",
                    session=session.name,
                )
                fee._take_back(reason)
                fee.message_post(body=reason)

    # --- data protection -----------------------------------------------------------------------
    @api.model
    def _anonymize_guests(self, company, before, limit):
        ended = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "not in", LIVE),
                ("expires_at", "<", before),
                ("partner_id", "!=", False),
            ],
            limit=limit,
        )
        single = ended.token_id.filtered("single_use")
        ended.write({"partner_id": False, "room": False, "token_id": False})
        single.filtered(lambda token: not token.session_ids).unlink()

    # --- use and expiry -----------------------------------------------------------------
    def _prepare_tariff_values(self):
        self.ensure_one()
        return {
            "tariff_id": self.tariff_id.id,
            "tariff_version_id": self.tariff_version_id.id,
            "tariff_snapshot": self.tariff_snapshot,
        }

    def _costs_when_not_used(self):
        """Return whether the tariff has a fee for a reservation that was not used."""
        if not self.tariff_snapshot:
            return False
        rules = self.env["iicharge.tariff"]._read_snapshot(self.tariff_snapshot)
        expires_at = to_aware(self.expires_at)
        used = usage.Usage(
            started_at=expires_at,
            stopped_at=expires_at,
            samples=(),
            reservation=usage.Reservation(to_aware(self.reserved_at), expires_at),
            time_zone=self.site_id.time_zone,
        )
        lines = rate(rules, used, get_terms(rules)).lines
        return any(line.cost.excl_vat for line in lines)

    def _prepare_no_show_values(self):
        """Prepare the values of a no-show session: reserved time without energy."""
        self.ensure_one()
        charger = self.charger_id
        return {
            "reservation_id": self.id,
            "no_show": True,
            "charger_id": charger.id,
            "connector_id": self.connector_id.id,
            "company_id": self.company_id.id,
            "operator_id": charger._get_operator().id,
            "token_id": self.token_id.id,
            "id_tag": self.token_id.uid,
            "partner_id": self.partner_id.id,
            "destination": "folio",
            "folio_id": self.folio_id.id,
            "room": self.room,
            "state": "stopped",
            "started_at": self.expires_at,
            "stopped_at": self.expires_at,
            **self._prepare_tariff_values(),
        }
