# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import api, fields, models

from ...core.conversion import to_aware, to_decimal
from ...core.rating.certain_prices import certain_prices
from ..tariff.iicharge_tariff_ocpi import get_terms
from ..tariff.tariff_text import get_money_text, get_number_text
from .display_text import get_cost, get_final_text, make_text

# A display may count on alone; it gets the true cost so often.
RUNNING_EVERY = timedelta(seconds=30)
# A price that was shown with the card is not shown again with the start.
PRICE_HOLDS = timedelta(minutes=10)
# Whoever has charged is gone then.
FINAL_WITHIN = timedelta(minutes=10)


class DisplaySession(models.Model):
    """Price, cost so far and sum of a session on the charger's own display."""

    _inherit = "iicharge.session"

    @api.model
    def _get_shown_domain(self, skip):
        """Sessions at chargers that show prices; None: there is no such charger."""
        chargers = self.env["iicharge.charger"].search([("display_state", "=", "on")])
        chargers = chargers.filtered("online")
        if not chargers:
            return None
        return fields.Domain(
            [
                ("charger_id", "in", chargers.ids),
                ("transaction_id", "!=", False),
                ("tariff_snapshot", "!=", False),
                ("id", "not in", list(skip)),
            ]
        )

    def _find_messages(self, request, since=None):
        """Find what the display was sent about these sessions, the latest first."""
        return self.env["iicharge.command"].search(
            [
                ("session_id", "in", self.ids),
                ("request", "=", request),
                *([("shown_at", ">", since)] if since else []),
            ]
        )

    # --- while it runs --------------------------------------------------------------------
    @api.model
    def _find_shown(self, skip=()):
        """Find the sessions whose display may be due."""
        domain = self._get_shown_domain(skip)
        if domain is None:
            return []
        running = self.search(domain & fields.Domain("state", "!=", "stopped"))
        since = fields.Datetime.now() - RUNNING_EVERY
        return (running - running._find_messages("show_running_cost", since).session_id).ids

    @api.model
    def _show_running(self, ids=None):
        """Show the price once, then the cost so far where it has changed."""
        for session in self.browse(self._find_shown() if ids is None else ids):
            if session.state == "stopped" or session.charger_id.display_state != "on":
                continue
            if not session._find_messages("show_price"):
                session._show_own_price()
            session._show_running_cost()

    def _show_own_price(self):
        """Show the price that holds for the session, unless it was just shown with the card."""
        charger = self.charger_id
        shown = self.env["iicharge.command"].search(
            [
                ("charger_id", "=", charger.id),
                ("request", "=", "show_price"),
                ("session_id", "=", False),
                ("create_date", ">", self.started_at - PRICE_HOLDS),
            ],
            limit=1,
        )
        text = charger._make_price_text(self._get_display_lang(), self.tariff_snapshot)
        action, payload = charger._get_version().prepare["show_price"](self.id_tag, text)
        if shown.action == action and json.loads(shown.payload) == payload:
            shown.session_id = self
        else:
            charger._show("show_price", text.main, self, id_tag=self.id_tag, text=text)

    def _show_running_cost(self):
        charger, currency = self.charger_id, self.currency_id
        rules = self.env["iicharge.tariff"]._read_snapshot(self.tariff_snapshot)
        values = {
            "transaction_id": self.transaction_id,
            "at": to_aware(fields.Datetime.now()),
            "register_wh": to_decimal(self.meter_start_wh) + to_decimal(self.energy_wh),
            "cost": get_cost(charger, self.running_amount, currency),
            "is_idle": self.state == "suspended_ev",
            "prices": certain_prices(rules, get_terms(rules)),
        }
        last = self._find_messages("show_running_cost")[:1]
        shown = self._get_shown_text()
        last.shown_at = fields.Datetime.now()
        if last.shown_text == shown:
            return
        if last.state == "queued":
            # what still waits is sent as it is now
            last._replace_shown(shown, **values)
        else:
            charger._show("show_running_cost", shown, self, **values)

    def _get_shown_text(self):
        amount = get_money_text(self.env, self.running_amount, self.currency_id)
        energy = get_number_text(self.env, round(to_decimal(self.energy_wh) / 1000, 2))
        state = dict(self._fields["state"]._description_selection(self.env))[self.state]
        return f"{amount}, {energy} kWh, {state}"

    def _get_display_lang(self):
        """Get the guest's language; empty: not known."""
        visit = self.env["iicharge.guest.visit"].search([("session_id", "=", self.id)], limit=1)
        return visit.lang or self.folio_id.partner_id.lang or self.partner_id.lang or ""

    # --- the end --------------------------------------------------------------------------
    @api.model
    def _find_final(self, skip=()):
        """Find the sessions that have ended and have their price, which is not shown yet."""
        domain = self._get_shown_domain(skip)
        if domain is None:
            return []
        since = fields.Datetime.now() - FINAL_WITHIN
        ended = self.search(
            domain
            & fields.Domain("state", "=", "stopped")
            & fields.Domain("stopped_at", ">", since)
            & fields.Domain("billing", "not in", ("open", "review", "void"))
        )
        return (ended - ended._find_messages("show_final_cost").session_id).ids

    @api.model
    def _show_final(self, ids=None):
        """Show what was charged, and the code of the receipt where the guest has a page."""
        for session in self.browse(self._find_final() if ids is None else ids):
            charger = session.charger_id
            if session._find_messages("show_final_cost") or charger.display_state != "on":
                continue
            visit = self.env["iicharge.guest.visit"].search(
                [("session_id", "=", session.id)], limit=1
            )
            text = make_text(
                charger,
                session._get_display_lang(),
                lambda env, session=session: get_final_text(env, session.with_env(env)),
            )
            charger._show(
                "show_final_cost",
                text.main,
                session,
                transaction_id=session.transaction_id,
                cost=get_cost(charger, session.amount_total, session.currency_id),
                text=text,
                address=visit._get_url() if visit else "",
            )
