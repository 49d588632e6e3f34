# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Where a guest's charging stops: what its page says, and what a guest changes there."""

from odoo import api, fields, models

from ...core.conversion import to_decimal
from ...core.guest.typed import read_number
from ...core.guest.visit_state import VisitState
from ..clock_text import get_weekday_text
from ..tariff.tariff_text import get_money_text, get_number_text

CHANGEABLE = (VisitState.PLUG_IN, VisitState.WAITING, VisitState.CHARGING, VisitState.FULL)
# More is in no car.
MOST_KWH = 1000
# More than any payment.
UNLIMITED = 1e9
# Of a battery, to choose from.
PERCENTS = (50, 60, 70, 80, 90, 100)
KINDS = ("energy", "amount", "battery", "until")


class GuestLimit(models.AbstractModel):
    _name = "iicharge.guest.limit"
    _description = "Where a Guest's Charging Stops"

    @api.model
    def _get_token(self, visit):
        """Get the token whose limits count: that of the start, or of who charges."""
        return visit.session_id.token_id or visit.token_id

    @api.model
    def _can_change(self, visit):
        """Whether the guest may change it; a card of somebody keeps its own limits."""
        token = self._get_token(visit)
        if visit._get_payer()._only_follows:
            return False
        return bool(token) and token._can_set_limits() and visit._get_state() in CHANGEABLE

    # --- as the page shows it -----------------------------------------------------------------
    @api.model
    def _prepare_limit(self, visit):
        """Prepare what the page says.

        :return: {"text", "can_change", "percent": of the battery at which it stops, or 0}
        """
        token = self._get_token(visit)
        if visit._get_payer()._only_follows:
            # a limit may say what the card still holds
            return {"text": "", "can_change": False, "percent": 0}
        return {
            "text": self._get_text(visit, token),
            "can_change": self._can_change(visit),
            "percent": token.limit_percent if visit.session_id.soc_percent else 0,
        }

    @api.model
    def _get_text(self, visit, token):
        """Get where it stops, as a sentence of the page."""
        env = self.env
        where = list(self._get_points(visit, token).values())
        if where:
            return env._("Stops by itself at %(where)s", where=", ".join(where))
        # what pays may hold no more than a sum
        most = token and token._get_allowed_amount(token.limit_amount or UNLIMITED)
        if most and most < UNLIMITED:
            money = get_money_text(env, most, visit.connector_id.currency_id)
            return env._("Stops by itself at %(where)s", where=money)
        return env._("Charges until your car is full")

    @api.model
    def _get_points(self, visit, token):
        """Get where it was wanted to stop. :return: {one of `KINDS`: text}"""
        env, session = self.env, visit.session_id
        points = {}
        if token.limit_percent and (session.soc_percent or not token.limit_wh):
            points["battery"] = f"{token.limit_percent}%"
        elif token.limit_wh:
            points["energy"] = f"{get_number_text(env, to_decimal(token.limit_wh) / 1000)} kWh"
        amount = token._get_wanted_amount()
        if amount:
            points["amount"] = get_money_text(env, amount, visit.connector_id.currency_id)
        if token.limit_until:
            zone = visit.connector_id.site_id.time_zone
            points["until"] = get_weekday_text(env, token.limit_until, zone)
        return points

    @api.model
    def _prepare_form(self, visit):
        """Prepare what the form to change it begins with.

        :return: {"by", "kwh", "amount", "label", "most": text or "", "percents", "percent",
            "departures", "until"}
        """
        token, session = self._get_token(visit), visit.session_id
        points = self._get_points(visit, token)
        currency = visit.connector_id.currency_id
        most = token._get_allowed_amount(UNLIMITED)
        until = token.limit_until
        until = until and until > fields.Datetime.now() and f"{until.isoformat()}Z"
        return {
            "by": next(iter(points), "none"),
            "kwh": f"{token.limit_wh / 1000:g}" if "energy" in points else "",
            "amount": f"{token.limit_amount:.{currency.decimal_places}f}"
            if "amount" in points
            else "",
            "label": self._get_sum_label(currency),
            "most": self.env._(
                "At most %(most)s are used up.", most=get_money_text(self.env, most, currency)
            )
            if most < UNLIMITED
            else "",
            "percents": [one for one in PERCENTS if session.soc_percent < one]
            if session.soc_percent
            else [],
            "percent": token.limit_percent,
            "departures": self.env["iicharge.guest.page"]._prepare_departures(
                visit.connector_id.site_id.time_zone, [until] if until else []
            ),
            "until": until,
        }

    @api.model
    def _get_sum_label(self, currency):
        return self.env._("Stop at (%(currency)s, tax included)", currency=currency.name)

    # --- changing it ----------------------------------------------------------------------------
    @api.model
    def _set_limit(self, visit, typed):
        """Replace where it stops.

        :param typed: {"by": one of `KINDS` or "none", "kwh", "amount", "percent", "until"}, texts
        :return: the problem, in the guest's words; empty: it is so now
        """
        visit._lock(visit.connector_id)
        visit.invalidate_recordset()
        if not self._can_change(visit):
            return ""
        token, session = self._get_token(visit), visit.session_id
        limits, problem = self._read_limits(visit, token, typed)
        if problem:
            return problem
        token._set_limits(**limits)
        if session:
            text = self._get_text(visit, token)
            session.message_post(body=self.env._("The guest: %(text)s", text=text))
        visit.connector_id.charger_id._notify_changed()
        return ""

    @api.model
    def _read_limits(self, visit, token, typed):
        """Read what was typed. :return: (values of `iicharge.limits`, problem)"""
        by = typed.get("by")
        if by not in KINDS:
            return {}, ""
        return getattr(self, f"_read_{by}")(visit, token, typed)

    @api.model
    def _read_energy(self, visit, token, typed):
        kwh = read_number(typed.get("kwh"))
        if not kwh or not visit.session_id.energy_wh < kwh * 1000 <= MOST_KWH * 1000:
            return {}, self.env._("Please type more kWh than are in your car already.")
        return {"limit_wh": float(kwh * 1000)}, ""

    @api.model
    def _read_amount(self, visit, token, typed):
        currency = visit.connector_id.currency_id
        typed_amount = read_number(typed.get("amount"))
        amount = currency.round(float(typed_amount or 0))
        if amount <= visit.session_id.running_amount:
            return {}, self.env._("Please type a sum above what it has cost so far.")
        most = token._get_allowed_amount(amount)
        if currency.compare_amounts(amount, most) > 0:
            money = get_money_text(self.env, most, currency)
            return {}, self.env._("At most %(most)s can be used here.", most=money)
        return {"limit_amount": amount}, ""

    @api.model
    def _read_battery(self, visit, token, typed):
        percent = str(typed.get("percent") or "")
        soc = visit.session_id.soc_percent
        if not soc or percent not in map(str, PERCENTS) or int(percent) <= soc:
            return {}, self.env._("Please choose a level above that of your battery.")
        return {"limit_percent": int(percent)}, ""

    @api.model
    def _read_until(self, visit, token, typed):
        until = self.env["iicharge.guest.page"]._read_until(typed.get("until"))
        if not until:
            return {}, self.env._("Please choose a time to come.")
        return {"limit_until": fields.Datetime.to_datetime(until[:-1].replace("T", " "))}, ""
