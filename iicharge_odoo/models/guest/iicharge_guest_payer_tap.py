# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from typing import ClassVar

from odoo import api, fields, models

from ...core.guest.visit_state import VisitState
from ..charger.iicharge_connector import REMOTE_START_WAIT
from .iicharge_guest_payer import Answer

# A page that was read so lately is open in front of somebody; it asks every three seconds.
OPEN_WITHIN = timedelta(seconds=30)
# Of one address, which may be that of all phones in the house: pages that wait at once.
MOST_AT_ONCE = 5
# Pages that began to wait in an hour: of one address, and at one connector.
COUNTED_FOR = timedelta(hours=1)
MOST_OF_ADDRESS = 30
MOST_AT_CONNECTOR = 20


class GuestPayerTap(models.AbstractModel):
    """A card that the guest holds to the charger's reader. The charger is sent nothing: the page
    waits, and follows the charging that a card begins there.

    Whose card it is, the page does not know. It follows only where no other page waits at this
    connector, and shows figures alone. So a page that waits hinders another one: those of an
    address are limited, and one that is not open in front of anybody does not count.
    """

    _name = "iicharge.guest.payer.tap"
    _description = "A Card Held to the Charger's Reader"
    _inherit = "iicharge.guest.payer"

    _template = "iicharge_odoo.guest_tap"
    _only_follows = True
    _visit_templates: ClassVar[dict] = {
        VisitState.PLUG_IN: "guest_tap_wait",
        VisitState.TOO_LATE: "guest_tap_too_late",
        VisitState.DONE: "guest_tap_done",
    }

    @api.model
    def _is_offered(self, connector):
        """Offer it at a free connector of a hotel that has cards."""
        page = self.env["iicharge.guest.page"]
        if page._get_state(connector) != "free" or connector.reservation_id:
            return False
        cards = fields.Domain("kind", "=", "rfid") & fields.Domain("blocked", "=", False)
        cards &= fields.Domain("company_id", "=", connector.company_id.id)
        has_cards = bool(self.env["iicharge.token"].search_count(cards, limit=1))
        return has_cards and super()._is_offered(connector)

    @api.model
    def _prepare_choice(self):
        return {
            "value": self._get_value(),
            "icon": "card",
            "label": self.env._("I have a charging card"),
            "note": self.env._("Hold it to the charger; this page shows your charging"),
        }

    @api.model
    def _identify(self, connector, address, typed):
        """Nothing is named, so nothing is guessed: the page waits at the connector, unless too
        many do: the answer names no connector then."""
        tries = self.env["iicharge.guest.try"]
        tries._lock(connector)
        key = tries._hash("address", address)
        if not self._may_wait(connector, key):
            return Answer()
        return Answer(connector.with_context(iicharge_address_key=key))

    @api.model
    def _may_wait(self, connector, address_key):
        now = fields.Datetime.now()
        visits = self.env["iicharge.guest.visit"]
        lately = fields.Domain("payer", "=", self._get_value())
        lately &= fields.Domain("create_date", ">", now - COUNTED_FOR)
        of_address = lately & fields.Domain("address_key", "=", address_key)
        waiting = (
            of_address
            & fields.Domain("create_date", ">", now - REMOTE_START_WAIT)
            & fields.Domain("seen_at", ">", now - OPEN_WITHIN)
            & fields.Domain("session_id", "=", False)
            & fields.Domain("cancelled_at", "=", False)
        )
        at_connector = lately & fields.Domain("connector_id", "=", connector.id)
        return (
            visits.search_count(waiting) < MOST_AT_ONCE
            and visits.search_count(of_address) < MOST_OF_ADDRESS
            and visits.search_count(at_connector) < MOST_AT_CONNECTOR
        )

    @api.model
    def _prepare_visit_values(self, who):
        return {
            "address_key": who.env.context.get("iicharge_address_key"),
            "seen_at": fields.Datetime.now(),
        }

    @api.model
    def _send_start(self, connector, who, **limits):
        return self.env["iicharge.command"]

    @api.model
    def _can_start_again(self, visit):
        return False

    # --- what the page shows --------------------------------------------------------------------
    @api.model
    def _get_wait_until(self, visit):
        return visit.create_date + REMOTE_START_WAIT

    @api.model
    def _prepare_start_facts(self, visit):
        until = self._get_wait_until(visit)
        running = visit.connector_id.current_session_id
        return {
            "is_agreed": True,
            "is_waited_for": until > fields.Datetime.now(),
            # the connector was free when the page began to wait
            "is_passed_over": bool(visit.passed_over_at)
            or (bool(running) and running.create_date <= until),
        }

    @api.model
    def _describe(self, visit):
        return self.env._("Your charging card pays.")

    @api.model
    def _prepare_live_texts(self, visit):
        is_waiting = visit._get_state() == VisitState.PLUG_IN
        waiting = is_waiting and self._find_in_front(visit.connector_id, fields.Datetime.now())[1]
        return {
            "contested": self.env._(
                "Another phone waits for a card at this plug, too. While both wait, neither can "
                "show the charging. Please press Cancel on one of them."
            )
            if waiting and len(waiting) > 1
            else ""
        }

    # --- joining --------------------------------------------------------------------------------
    @api.model
    def _join(self, session):
        """Let the page that waits for a card at the connector follow a charging that begins.

        Where more than one waited none follows, as each might show a stranger's charging.
        """
        if not self._is_begun_by_card(session):
            return
        now = fields.Datetime.now()
        received_at = session.start_received_at or now
        # both by the charger's clock and by ours, which are whole seconds
        began_at = min(session.started_at, received_at)
        waited, in_front = self._find_in_front(session.connector_id, began_at)
        waiting = waited.filtered(
            lambda visit: (
                not visit.cancelled_at
                and visit.create_date.replace(microsecond=0) <= began_at
                and self._get_wait_until(visit) > now
            )
        )
        follows = waiting & in_front if len(in_front) == 1 else waiting.browse()
        (waiting - follows).passed_over_at = now
        if follows:
            follows.write(
                {
                    "session_id": session.id,
                    # a card may have a price of its own
                    "tariff_id": session.tariff_id.id,
                    "tariff_version_id": session.tariff_version_id.id,
                    "tariff_snapshot": session.tariff_snapshot,
                }
            )

    @api.model
    def _is_begun_by_card(self, session):
        """Whether a known card was held to the charger, and taken."""
        is_taken = session.authorization == "Accepted" and session.state != "stopped"
        if not is_taken or not session.tariff_id or session.token_id.kind != "rfid":
            return False
        since = fields.Datetime.now() - REMOTE_START_WAIT
        # front desk may start with a card, too
        sent = self.env["iicharge.command"].search_count(
            [
                ("connector_id", "=", session.connector_id.id),
                ("token_id", "=", session.token_id.id),
                ("request", "=", "start"),
                ("create_date", ">", since),
            ],
            limit=1,
        )
        return not sent

    @api.model
    def _find_in_front(self, connector, at):
        """Find the visits that waited for a card at a time (UTC, naive).

        :return: (all, those with their page open in front of somebody). Where none was open, as a
            phone in a pocket asks for nothing, all of them are in both.
        """
        waited = self._find_waited(connector, at)
        seen = waited.filtered(lambda one: one.seen_at and one.seen_at >= at - OPEN_WITHIN)
        return waited, seen or waited

    @api.model
    def _find_waited(self, connector, at):
        """Find the visits that waited for a card at a time (UTC, naive) or began to wait since."""
        return self.env["iicharge.guest.visit"].search(
            [
                ("connector_id", "=", connector.id),
                ("payer", "=", self._get_value()),
                ("session_id", "=", False),
                ("passed_over_at", "=", False),
                ("create_date", ">", at - REMOTE_START_WAIT),
                "|",
                ("cancelled_at", "=", False),
                ("cancelled_at", ">", at),
            ]
        )
