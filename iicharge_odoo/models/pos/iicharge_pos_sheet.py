# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A session's sheet at the register: the curve, where it stops, another room; finished today."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core import errors
from ...core.conversion import get_day_end, get_local_day, to_wire
from ...core.rating.quote import applicable_prices
from ..dispute.iicharge_dispute import DISPUTE_REASONS

# Points of a curve that a dialog can show.
MOST_POINTS = 120
MOST_FINISHED = 100


class PosSheet(models.AbstractModel):
    _name = "iicharge.pos.sheet"
    _description = "Sessions at the Register"

    def iicharge_read_sheet(self, session_id):
        """Read what the sheet of a session shows besides its row on the board.

        :return: {"started_by", "prices": [text], "points": [{"at", "power_w", "energy_wh"}],
            "can_move", "can_limit", "can_dispute", "reasons": [{"code", "name"}],
            "evidence_url", "message": to the guest, in the guest's language; False without address}
        """
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        destination = session._get_destination()
        is_running = session.state != "stopped"
        names = dict(session.dispute_ids._fields["reason"]._description_selection(self.env))
        return {
            "started_by": self._iicharge_get_starter(session),
            "prices": self._iicharge_get_prices(session),
            "points": self._iicharge_get_points(session),
            "can_move": is_running
            and (destination._is_bill_of_stay or destination._is_paid_at_register),
            # sudo: only what kind of token it is is shown
            "can_limit": is_running and session.sudo().token_id.kind == "remote",
            "can_dispute": session._can_be_disputed(),
            "reasons": [{"code": code, "name": names[code]} for code, _name in DISPUTE_REASONS],
            "message": session._get_guest_message(),
            "evidence_url": f"/report/html/iicharge_odoo.report_evidence/{session.id}",
        }

    @api.model
    def _iicharge_get_starter(self, session):
        """Get who started it, in words."""
        # sudo: names of colleagues and the kind of a card are shown to all of front desk
        token = session.sudo().token_id
        if token.kind == "remote":
            start = self.env["iicharge.command"].sudo()
            start = start.search([("token_id", "=", token.id)], order="id desc", limit=1)
            return start.cashier or (start.create_uid or token.create_uid).name
        return self.env._("a charging card") if token else self.env._("an unknown card")

    @api.model
    def _iicharge_get_prices(self, session):
        """Get the prices that hold since the start, with tax."""
        connector = session.connector_id
        # sudo: prices need the tariff's taxes, which front desk need not be able to read
        snapshot = session.sudo().tariff_snapshot
        if not snapshot or not connector:
            return []
        rules = self.env["iicharge.tariff"].sudo()._read_snapshot(snapshot)
        return [
            connector.sudo()._prepare_price_component(price)["text"]
            for price in applicable_prices(rules)
            if not (price.restrictions and price.restrictions.reservation)
        ]

    @api.model
    def _iicharge_get_points(self, session):
        values = self.env["iicharge.meter.value"].search_fetch(
            [("session_id", "=", session.id), ("has_power", "=", True)],
            ["at", "power_w", "energy_wh"],
            order="at, id",
        )
        step = len(values) // MOST_POINTS + 1
        return [
            {"at": to_wire(value.at), "power_w": value.power_w, "energy_wh": value.energy_wh}
            for value in [*values[::step], *values[-1:]]
        ]

    # --- changes ------------------------------------------------------------------------
    def iicharge_write_to_guest(self, session_id, text):
        """Send an e-mail to the guest of a session; the session's history keeps it."""
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        if not (text or "").strip():
            raise UserError(self.env._("Write something first."))
        # sudo: who sees the session may write to its guest, as in the backend
        session.sudo()._write_to_guest(text.strip())
        return True

    def iicharge_note_session(self, session_id, noted):
        """Set what front desk notes of a walk-in. :param noted: as of `iicharge_start`"""
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        # sudo: sessions are not written by hand; front desk sees this one and may note on it
        session.sudo().write(self._iicharge_prepare_note(noted))
        session.charger_id._notify_changed()
        return True

    def iicharge_set_limit(self, session_id, limit_kwh=0, limit_amount=0):
        """Change where a running session stops that front desk started; 0 and 0: nowhere."""
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        # sudo: as above; a guest's own card keeps its limits
        token = session.sudo().token_id
        if session.state == "stopped" or not token or not token._can_set_limits():
            raise UserError(self.env._("Where this charging stops cannot be changed here."))
        limits = self._iicharge_prepare_limits(session.connector_id, limit_kwh, limit_amount)
        token._set_limits(**limits)
        session.sudo()._log_front_desk(self.env._("changes where it stops"))
        session.charger_id._notify_changed()
        return True

    def iicharge_move_session(
        self, session_id, folio_id, guest_id=False, confirmed_by_id=False, override=False
    ):
        """Let another stay pay for a running session.

        :param guest_id: of the stay, who charges
        :param confirmed_by_id: who has agreed to it: a guest of either stay
        :return: {} or {"refusal": {"code", "text", "waivable"}}
        """
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        site = session.site_id
        folio = self._iicharge_get_stay(folio_id, site)
        guest = self._iicharge_get_guest(site, folio, guest_id)
        prop = site._get_property()
        both = prop._get_guests(folio) | prop._get_guests(session.folio_id)
        confirmed_by = both.filtered(lambda one: one.id == confirmed_by_id)
        if not confirmed_by:
            raise UserError(
                self.env._("Ask the guest first: a guest of one of the two rooms confirms it.")
            )
        try:
            # sudo: as in iicharge_charge_to_room
            session.sudo()._move_running(folio, guest, confirmed_by, override)
        except errors.Refusal as refusal:
            return {"refusal": self._iicharge_prepare_refusal(refusal)}
        return {}

    def iicharge_dispute_session(self, session_id, reason, statement):
        """Open a dispute for a guest. :return: {"deadline": until when an answer is promised}"""
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        session._check_can_be_disputed()
        if reason not in dict(DISPUTE_REASONS) or not (statement or "").strip():
            raise UserError(self.env._("Write down what the guest says."))
        # sudo: sessions and disputes are not written by hand; this user sees the session
        dispute = session.sudo()._open_dispute(reason, statement.strip())
        return {"deadline": str(dispute.deadline)}

    # --- finished today -----------------------------------------------------------------
    def iicharge_read_finished(self):
        """Read the sessions that ended today by their site's clock, the latest first.

        :return: rows as on the board, with "total" and "review_text"
        """
        self._iicharge_check_front_desk()
        now = fields.Datetime.now()
        domains = []
        for site in self._iicharge_get_sites():
            day = get_local_day(now, site.time_zone)
            since = get_day_end(day - timedelta(days=1), site.time_zone)
            domains.append([("site_id", "=", site.id), ("stopped_at", ">=", since)])
        found = self.env["iicharge.session"].search(
            fields.Domain.OR(domains), order="stopped_at desc, id desc", limit=MOST_FINISHED
        )
        return [
            {
                **self._iicharge_prepare_session(session),
                "total": session.amount_total,
                "review_text": session.review_text or "",
                "can_dispute": session._can_be_disputed(),
            }
            for session in found
        ]
