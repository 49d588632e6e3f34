# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the page of a guest's charging shows: figures while it runs, the sum at the end."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ...core.conversion import to_decimal
from ...core.guest.curve import make_path
from ...core.guest.visit_state import VisitState
from ..clock_text import get_clock_text
from ..tariff.tariff_text import get_duration_text, get_money_text, get_number_text

# Figures that are older are shown with their age.
FRESH_S = 180
# So long after a page asks again: while something is expected at once, while it is expected and
# does not come, while it charges, and while a person is needed.
QUICK_S, PATIENT_S, STEADY_S, SLOW_S = 3, 10, 30, 60
QUICK_FOR = timedelta(minutes=5)
# What `_prepare_moving` reads of a session.
MOVING = (
    *("started_at", "stopped_at", "last_value_at", "energy_wh", "power_w", "soc_percent", "state"),
    *("company_id", "site_id", "meter_start_wh", "amount_total", "tariff_snapshot", "rating_id"),
    *("destination", "folio_id", "partner_id", "operator_id", "reservation_id"),
)
QUICK = (
    VisitState.STARTING,
    VisitState.PLUG_IN,
    VisitState.WAITING,
    VisitState.STOPPING,
    VisitState.SUMMING,
)


class GuestLive(models.AbstractModel):
    """Values for the guest who has the key of a visit; nothing of others."""

    _name = "iicharge.guest.live"
    _description = "A Guest's Charging, Live"

    @api.model
    def _prepare_live(self, visit):
        """Prepare what changes while the page is open.

        :return: {"state", "texts": {name: text}, "curve": SVG path, "soc": whole percent or 0,
            "wait_s": seconds left to plug in or 0, "stale": text, "next_s": after which to ask
            again}
        """
        state = visit._get_state()
        live = {
            "state": str(state),
            "attempt": visit.attempt,
            "texts": {},
            "curve": "",
            "soc": 0,
            "wait_s": 0,
            "stale": "",
            "next_s": self._get_next(visit, state),
        }
        if visit.session_id:
            live |= self._prepare_moving(visit.session_id)
            live["curve"] = self._prepare_curve(visit.session_id)
            live["texts"] |= self._prepare_outlook(visit.session_id)
            limit = self.env["iicharge.guest.limit"]._prepare_limit(visit)
            live["texts"]["limit"] = limit["text"]
        elif state == VisitState.PLUG_IN:
            left = visit._get_wait_until() - fields.Datetime.now()
            live["wait_s"] = max(int(left.total_seconds()), 0)
        live["texts"] |= visit._get_payer()._prepare_live_texts(visit)
        return live

    @api.model
    def _get_next(self, visit, state):
        """Get the seconds after which the page asks again."""
        if state not in QUICK:
            return SLOW_S if state == VisitState.REVIEW else STEADY_S
        changed = [visit, visit.command_id, visit.connector_id, *visit.session_id.desired_state_ids]
        if state == VisitState.SUMMING:
            changed.append(visit.session_id)
        last = max(one.write_date for one in changed if one)
        return QUICK_S if fields.Datetime.now() - last < QUICK_FOR else PATIENT_S

    @api.model
    def _move(self, session, live):
        """Get the figures of a page with those worked out again that readings and minutes move.

        :param live: of `_prepare_live`
        """
        # to read all fields of these rows takes half of the time
        session.fetch(MOVING)
        session.company_id.fetch(["currency_id"])
        session.currency_id.fetch(["symbol", "position", "decimal_places", "rounding"])
        moving = self._prepare_moving(session)
        return {**live, **moving, "texts": {**live["texts"], **moving["texts"]}}

    @api.model
    def _prepare_moving(self, session):
        now = fields.Datetime.now()
        seconds = int(((session.stopped_at or now) - session.started_at).total_seconds())
        soc = round(session.soc_percent)
        texts = {
            "amount": get_money_text(self.env, session.running_amount, session.currency_id),
            "energy": self._format_kilo(session.energy_wh, 1),
            "power": self._format_kilo(session.power_w, 1),
            "time": get_duration_text(self.env, max(seconds, 0)),
            "soc": f"{soc}%" if soc else "",
        }
        age_s = (now - session.last_value_at).total_seconds() if session.last_value_at else 0
        is_stale = session.state != "stopped" and age_s > FRESH_S
        return {
            "texts": texts,
            "soc": soc,
            "stale": self.env._("The figures are of %(time)s.", time=self._format_time(session))
            if is_stale
            else "",
        }

    @api.model
    def _format_kilo(self, value, digits):
        return get_number_text(self.env, round(to_decimal(value) / 1000, digits))

    @api.model
    def _format_time(self, session, at=None):
        zone = session.site_id.time_zone
        return get_clock_text(self.env, at or session.last_value_at, zone)

    @api.model
    def _prepare_outlook(self, session):
        """Prepare when it ends and why it is slow, only as far as it is known."""
        found = session._get_outlooks().get(session)
        if not found:
            return {"end": "", "slow": ""}
        end, slow = found["expected_end"], found["slow"]
        return {
            "end": self.env._("Done at about %(time)s", time=self._format_time(session, end))
            if end
            else "",
            "slow": session._get_slow_texts(slow)["say"] if slow else "",
        }

    @api.model
    def _prepare_curve(self, session):
        values = self.env["iicharge.meter.value"].search_fetch(
            [("session_id", "=", session.id), ("has_power", "=", True)],
            ["at", "power_w"],
            order="at, id",
        )
        points = [
            ((value.at - session.started_at).total_seconds(), value.power_w) for value in values
        ]
        most_w = session.connector_id._get_power_w() or max((w for _at, w in points), default=0)
        return make_path(points, most_w)

    @api.model
    def _mask_address(self, address):
        """Show an address to who knows it: its first sign and its house. Empty stays empty."""
        name, at, house = (address or "").partition("@")
        return f"{name[:1]}…{at}{house}" if name else ""

    # --- the end ------------------------------------------------------------------------------
    @api.model
    def _prepare_receipt(self, session):
        """Prepare the sum line by line.

        :return: {"total", "rows": [{"text", "amount"}], "untaxed", "tax", "facts": [(label,
            text)], "reasons": [(code, text)] to dispute it, "answer_by": the day of an answer,
            "stars": 0 to 5, what the guest thinks, "words"}
        """
        currency = session.currency_id
        rows = self.env["pos.config"]._iicharge_prepare_sum(session)
        started, stopped = session.started_at, session.stopped_at
        zone = session.site_id.time_zone
        return {
            "total": currency.format(session.amount_total),
            "rows": [
                {"text": row["text"], "amount": currency.format(row["amount"])} for row in rows
            ],
            "untaxed": currency.format(session.amount_untaxed),
            "tax": currency.format(session.amount_total - session.amount_untaxed),
            "facts": [
                (self.env._("Where"), self._get_place_text(session)),
                (self.env._("Started"), format_datetime(self.env, started, tz=zone)),
                (self.env._("Ended"), format_datetime(self.env, stopped, tz=zone)),
                (self.env._("Meter at the start"), self._format_meter(session.meter_start_wh)),
                (self.env._("Meter at the end"), self._format_meter(session.meter_stop_wh)),
                (self.env._("Number"), session.name),
            ],
            "reasons": session.dispute_ids._fields["reason"]._description_selection(self.env)
            if session._can_be_disputed()
            else [],
            "answer_by": self._get_answer_day(session),
            "stars": round(session.rating_last_value),
            "words": session.rating_last_feedback or "",
        }

    @api.model
    def _get_place_text(self, session):
        """Get the charger and the plug as the page of the sign names them."""
        plug = session.connector_id and session.connector_id._get_plug_name()
        return ", ".join(filter(None, [session.charger_id.name, plug]))

    @api.model
    def _get_answer_day(self, session):
        """Get until when a guest who has disputed it is promised an answer; empty else."""
        dispute = session.dispute_ids.filtered(lambda one: one.state == "open")
        return format_date(self.env, dispute.deadline) if dispute else ""

    @api.model
    def _format_meter(self, register_wh):
        return f"{self._format_kilo(register_wh, 3)} kWh"
