# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize

from ...core.guest.notices import Notice
from ...core.guest.visit_state import VisitFacts, VisitState, get_visit_state
from ..dispute.iicharge_dispute import DISPUTE_REASONS
from .iicharge_session import STARS

# Of what a guest writes.
MOST_WORDS = 2000
# So often a receipt is sent, as the page may be used to write to others.
MOST_MAILS = 5
ADDRESS_KEPT = timedelta(days=7)
CAN_START = ("free", "kept")


class GuestVisit(models.Model):
    """A charging that a guest began on the page of a sign, from the start to the receipt."""

    _name = "iicharge.guest.visit"
    _inherit = ["iicharge.guest.key", "iicharge.guest.visit.page"]
    _description = "Guest's Charging"
    _order = "id desc"
    _rec_name = "connector_id"
    # Names in the form that asks where to write to.
    _notify_asks = ("address",)

    connector_id = fields.Many2one(
        "iicharge.connector", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connector_id.company_id", store=True, index=True)
    payer = fields.Char(required=True, readonly=True)
    lang = fields.Char(readonly=True)
    token_id = fields.Many2one(
        "iicharge.token",
        string="Charging Card",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    command_id = fields.Many2one(
        "iicharge.command", readonly=True, index="btree_not_null", ondelete="set null"
    )
    attempt = fields.Integer(readonly=True, default=1, help="How often the start was sent.")
    session_id = fields.Many2one(
        "iicharge.session", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    notify_email = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
        help="Gets e-mails about this charging; cleared with the receipt.",
    )
    mails_sent = fields.Integer(
        readonly=True, help="How often an address was given: five times at the most."
    )
    cancelled_at = fields.Datetime(readonly=True)
    passed_over_at = fields.Datetime(
        readonly=True,
        help="A card began a charging while more pages than this one waited for a card.",
    )
    tariff_id = fields.Many2one(
        "iicharge.tariff", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    tariff_version_id = fields.Many2one(
        "iicharge.tariff.version", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    tariff_snapshot = fields.Text(
        readonly=True, help="The tariff (OCPI) that was shown; the session has the same."
    )

    _request_unique = models.Constraint(
        "unique (connector_id, request_key)", "This was asked for already."
    )

    # --- looking up -------------------------------------------------------------------------
    @api.model
    def _find_by_token(self, token):
        """Find the visit that made a token for its start; maybe empty."""
        return self.search([("token_id", "=", token.id)], limit=1) if token else self.browse()

    # --- starting -----------------------------------------------------------------------------
    @api.model
    def _open(self, connector, payer, tariff, request_key, who=None, limits=None):
        """Start charging for who pays; asked again with the same key it starts nothing more.

        :param payer: the model of the way, `iicharge.guest.payer`
        :param who: what the way has identified
        :param limits: where it stops, as `iicharge.limits`
        :raise core.errors.Refusal: who pays cannot
        :raise UserError: the charger lost its connection
        :return: the visit; that of the charging which runs there for who pays; empty where
            somebody else was faster
        """
        self._lock(connector)
        known = self._find_requested(request_key, connector_id=connector.id)
        known = known or self._find_own(connector, payer, who)
        if known or not self._is_free_for(connector, payer, who):
            return known
        command = payer._send_start(
            connector.with_context(iicharge_request_key=request_key), who, **(limits or {})
        )
        prices = self.env["iicharge.session"]._prepare_tariff_values(tariff, connector.site_id)
        return self.create(
            {
                "request_key": request_key,
                "connector_id": connector.id,
                "payer": payer._get_value(),
                "lang": self.env.lang,
                "token_id": command.token_id.id,
                "command_id": command.id,
                **prices,
                **payer._prepare_visit_values(who),
            }
        )

    @api.model
    def _find_own(self, connector, payer, who):
        """Find the visit of the charging that runs at a connector for who was named: the guest has
        lost the link, or began with a card. Empty where there is none."""
        session = connector.current_session_id
        if not session or not payer._is_payer_of(session, who):
            return self.browse()
        found = self.search([("session_id", "=", session.id)])
        # who only follows it may not stop it
        found = found.filtered(lambda visit: not visit._get_payer()._only_follows)
        return found[:1] or self.create(
            {
                "connector_id": connector.id,
                "payer": payer._get_value(),
                "lang": self.env.lang,
                "session_id": session.id,
                "tariff_id": session.tariff_id.id,
                "tariff_version_id": session.tariff_version_id.id,
                "tariff_snapshot": session.tariff_snapshot,
            }
        )

    @api.model
    def _lock(self, connector):
        """Whoever comes second waits here, and then sees what the first one did: the row is
        written, so that a transaction that began before must begin again."""
        connector.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE iicharge_connector SET write_date = write_date WHERE id = %s", connector.id)
        )
        connector.invalidate_recordset()

    @api.model
    def _is_free_for(self, connector, payer, who):
        state = self.env["iicharge.guest.page"]._get_state(connector)
        if state not in CAN_START or self._is_being_started(connector):
            return False
        reservation = connector.reservation_id
        return not reservation or self._is_kept_for(reservation, who)

    @api.model
    def _is_kept_for(self, reservation, who):
        """Whether a reservation is for who was named."""
        return bool(who) and who == reservation.folio_id

    @api.model
    def _is_being_started(self, connector):
        """Whether a start is on its way to the charger, which no screen shows yet."""
        starts = self.env["iicharge.command"]
        return bool(
            starts.search_count(
                [
                    ("connector_id", "=", connector.id),
                    ("request", "=", "start"),
                    ("state", "in", ("queued", "sent")),
                ],
                limit=1,
            )
        )

    def _start_again(self, attempt):
        """Send the start again that was refused, not answered or came too late, with the same
        token: whatever the charger does with the earlier one, one charging begins.

        :param int attempt: how often it was sent when the guest saw that; a form that is sent
            twice sends one start
        :raise core.errors.Refusal: who pays cannot any more
        """
        self.ensure_one()
        self._lock(self.connector_id)
        self.invalidate_recordset()
        can_again = (VisitState.NOT_STARTED, VisitState.TOO_LATE)
        if self.attempt != attempt or self._get_state() not in can_again:
            return
        state = self.env["iicharge.guest.page"]._get_state(self.connector_id)
        if state not in CAN_START or self._is_being_started(self.connector_id):
            return
        kept = self.connector_id.reservation_id
        if (
            kept
            and self.token_id != kept.token_id
            and not self._is_kept_for(kept, self.token_id.folio_id)
        ):
            return
        connector = self.connector_id.with_context(
            iicharge_request_key=f"{self.request_key}-{attempt + 1}"
        )
        command = connector._send_start_again(self.token_id)
        self.write({"attempt": attempt + 1, "command_id": command.id})

    def _cancel(self):
        """Take the start back before the car came."""
        self.ensure_one()
        if self.session_id or self.cancelled_at:
            return
        self.cancelled_at = fields.Datetime.now()
        if self.token_id.single_use:
            self.command_id._cancel_start()

    def _stop(self):
        """Ask the charger to stop."""
        self.ensure_one()
        session = self.session_id
        if session and session.state != "stopped":
            session._want_end(self.env._("Stopped by the guest"))

    def _dispute(self, reason, statement):
        """Open a dispute of the session's cost.

        :return: whether it is open now; False where the reason or the words are missing, or the
            session cannot be disputed
        """
        self.ensure_one()
        session, words = self.session_id, (statement or "").strip()[:MOST_WORDS]
        if session.billing == "disputed":
            return True
        if reason not in dict(DISPUTE_REASONS) or not words or not session._can_be_disputed():
            return False
        session._open_dispute(reason, words)
        return True

    def _rate(self, stars, words):
        """Take what the guest thinks of it, once the sum is known.

        :return: whether it was taken; False where the stars are missing
        """
        self.ensure_one()
        if stars not in STARS or self._get_state() != VisitState.DONE:
            return False
        self._lock(self.connector_id)
        self.session_id._take_feedback(stars, (words or "").strip()[:MOST_WORDS])
        return True

    def _send_receipt(self, address):
        """Send the receipt, and the link to this page, to an address that the guest gives. The
        address is kept nowhere but in the e-mail until it is sent.

        :return: the problem, in the guest's words; empty: it is on its way
        """
        self.ensure_one()
        found, problem = self._take_address(address)
        if problem or self._get_state() != VisitState.DONE:
            return problem
        to = {"address": found, "lang": self.env.lang, "url": self._get_url()}
        if self.env["iicharge.guest.notice"]._send(Notice.RECEIPT, self.session_id, to):
            return ""
        return self.env._(
            "The e-mail could not be made. Please save the receipt as PDF, or ask the front desk."
        )

    def _set_notify(self, typed, network):
        """Write to an address about this charging, or no more.

        :param typed: what was typed, by the names of `_notify_asks`; nothing: no more
        :param network: the phone's address in the network
        :return: the problem, in the guest's words; empty: it was taken
        """
        self.ensure_one()
        values, problem = self._prepare_addresses(typed, network)
        if not problem:
            self.write({**values, "lang": self.env.lang})
        return problem

    def _prepare_addresses(self, typed, network):
        """Prepare the addresses of this charging.

        :return: (values, the problem); parameters as of `_set_notify`
        """
        address = typed["address"]
        found, problem = self._take_address(address) if address else (False, "")
        return {"notify_email": found}, problem

    def _take_address(self, address):
        """Check and count an address, so that the page is not used to write to many.

        :return: (address, ""), or (False, the problem in the guest's words)
        """
        found = email_normalize(address or "")
        if not found:
            return False, self.env._("This is no e-mail address. Please check it.")
        problem = self._count_address()
        return (False, problem) if problem else (found, "")

    def _count_address(self):
        """Count an address that was given. :return: the problem; empty: it may be used"""
        self._lock(self.connector_id)
        self.invalidate_recordset(["mails_sent"])
        if self.mails_sent >= MOST_MAILS:
            return self.env._(
                "Five addresses were given already for this charging. Please save the receipt as "
                "PDF, or ask the front desk."
            )
        self.mails_sent += 1
        return ""

    # --- addresses --------------------------------------------------------------------------
    @api.model
    def _get_address_fields(self):
        """Get the fields with an address that is written to about the charging."""
        return ["notify_email"]

    @api.model
    def _get_asked_domain(self):
        """Domain of the visits of guests who want to be written to."""
        return fields.Domain.OR([[(name, "!=", False)] for name in self._get_address_fields()])

    @api.model
    def _get_asked_sql(self):
        """As `_get_asked_domain`, for a query of the table."""
        names = self._get_address_fields()
        return SQL(" OR ").join(SQL("%s IS NOT NULL", SQL.identifier(name)) for name in names)

    def _clear_addresses(self):
        self.write(dict.fromkeys(self._get_address_fields(), False))

    def _get_recipient(self):
        """Get who is written to; see `iicharge.guest.notice._send`."""
        self.ensure_one()
        return {"address": self.notify_email, "lang": self.lang, "url": self._get_url()}

    def _get_notified_text(self):
        """Get the address that is written to, for who has it; empty: none."""
        self.ensure_one()
        return self.env["iicharge.guest.live"]._mask_address(self.notify_email)

    def _get_url(self):
        """Get the address of this page."""
        return f"{self.connector_id.site_id.get_base_url()}/charge/my/{self.key}"

    # --- what is known ------------------------------------------------------------------------
    def _get_payer(self):
        """Get the model of the way to pay, `iicharge.guest.payer`."""
        return self.env["iicharge.guest.payer"]._get(self.payer)

    def _get_state(self):
        """Get the state that the page shows, a `VisitState`."""
        self.ensure_one()
        return get_visit_state(VisitFacts(**self._prepare_facts()))

    def _prepare_facts(self):
        session = self.session_id
        if session:
            return {
                "has_session": True,
                "connector_state": session.connector_id.live_state,
                "is_stopping": any(
                    wish.state == "open" and wish.kind == "ended"
                    for wish in session.desired_state_ids
                ),
                "has_stopped": session.state == "stopped",
                "is_priced": session.billing not in ("open", "review"),
                "is_in_review": session.billing == "review",
            }
        return {
            "is_cancelled": bool(self.cancelled_at),
            **self._get_payer()._prepare_start_facts(self),
        }

    def _get_wait_until(self):
        """Get until when the charger waits for the car, or the page for a card (UTC, naive)."""
        return self._get_payer()._get_wait_until(self)

    def _prepare_tariff_values(self):
        """Prepare the price that was shown, for the session."""
        return {
            "tariff_id": self.tariff_id.id,
            "tariff_version_id": self.tariff_version_id.id,
            "tariff_snapshot": self.tariff_snapshot,
        }

    @api.autovacuum
    def _gc_address_keys(self):
        """Clear from which address pages have waited for a card."""
        before = fields.Datetime.now() - ADDRESS_KEPT
        self.search([("address_key", "!=", False), ("create_date", "<", before)]).write(
            {"address_key": False}
        )
