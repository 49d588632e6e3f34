# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The page of one charging, found by its key alone: plug in, live figures, stop, receipt."""

import time

from werkzeug.exceptions import Forbidden, TooManyRequests

from odoo import SUPERUSER_ID, http
from odoo.exceptions import UserError
from odoo.http import request

from ..core import errors
from ..core.guest.visit_state import VisitState
from ..models.guest.shared_figures import shared_figures
from .guest import FIGURES_OF_OBJECT, HEADERS, MOST_TYPED, GuestRoutes

TEMPLATES = {
    VisitState.STARTING: "guest_starting",
    VisitState.PLUG_IN: "guest_plug_in",
    VisitState.WAITING: "guest_waiting",
    VisitState.NOT_STARTED: "guest_not_started",
    VisitState.TOO_LATE: "guest_too_late",
    VisitState.NOT_FOLLOWED: "guest_tap_not_followed",
    VisitState.CANCELLED: "guest_cancelled",
    VisitState.CHARGING: "guest_live",
    VisitState.FULL: "guest_live",
    VisitState.STOPPING: "guest_stopping",
    VisitState.SUMMING: "guest_summing",
    VisitState.REVIEW: "guest_review",
    VisitState.DONE: "guest_receipt",
}


class GuestVisitPage(GuestRoutes, http.Controller):
    @http.route("/charge/my/<string:key>", type="http", auth="public", methods=["GET"])
    def show(self, key, ask=None, **_more):
        """Show how far the charging is."""
        visit = self._find_visit(key)
        visit._set_seen()
        return self._render_visit(visit, ask=ask)

    @http.route(
        "/charge/my/<string:key>/figures",
        type="http",
        # no query for a user
        auth="none",
        methods=["GET"],
        save_session=False,
        # that a page waits for a card is noted every ten seconds
        readonly=False,
    )
    def figures(self, key, **_more):
        """What changes while the page is open, as JSON.

        A phone asks as often as the last answer said, twice a minute at the most while it
        charges: cheaper than a held connection for each, and readings come no more often. It costs
        one query where nothing has changed. Whoever has no key is stopped by the limit of misses.
        """
        env = self._env(user=SUPERUSER_ID)
        found = env["iicharge.guest.visit"]._read_stamp(key)
        if not found:
            raise self._miss()
        if not FIGURES_OF_OBJECT.take(key, time.monotonic()):
            raise TooManyRequests()
        visit_id, session_id, company_id, stamp, moved, is_unseen = found
        if is_unseen:
            env["iicharge.guest.visit"].browse(visit_id)._set_seen()

        def get_model():
            company = env["res.company"].browse(company_id)
            return env["iicharge.guest.live"].with_company(company)

        def make():
            model = get_model()
            return model._prepare_live(model.env["iicharge.guest.visit"].browse(visit_id))

        def move(live):
            model = get_model()
            return model._move(model.env["iicharge.session"].browse(session_id), live)

        name = (env.cr.dbname, key, env.lang)
        live = shared_figures.get(name, stamp, make, moved, move)
        return request.make_json_response(live, headers=list(HEADERS.items()))

    @http.route("/charge/my/<string:key>/again", type="http", auth="public", methods=["POST"])
    def again(self, key, attempt="", **_more):
        """Send the start again."""
        visit = self._find_own_visit(key)
        try:
            visit._start_again(int(attempt[:4]) if attempt.isdecimal() else 0)
        except errors.Refusal as refusal:
            text = visit.env["iicharge.refusal"]._get_guest_text(refusal.code)
            return self._render_visit(visit, problem=text)
        except UserError:
            text = visit.env._("The charger does not answer just now. Nothing was charged.")
            return self._render_visit(visit, problem=text)
        return self._go(f"/charge/my/{visit.key}")

    @http.route("/charge/my/<string:key>/cancel", type="http", auth="public", methods=["POST"])
    def cancel(self, key, **_more):
        """Take the start back before the car came."""
        visit = self._find_visit(key, changes=True)
        visit._cancel()
        return self._go(f"/charge/my/{visit.key}")

    @http.route("/charge/my/<string:key>/stop", type="http", auth="public", methods=["POST"])
    def stop(self, key, **_more):
        """Ask the charger to stop."""
        visit = self._find_own_visit(key)
        visit._stop()
        return self._go(f"/charge/my/{visit.key}")

    @http.route("/charge/my/<string:key>/limit", type="http", auth="public", methods=["POST"])
    def limit(self, key, **typed):
        """Change where it stops."""
        visit = self._find_own_visit(key)
        problem = visit.env["iicharge.guest.limit"]._set_limit(visit, typed)
        if problem:
            return self._render_visit(visit, ask="limit", problem=problem, typed=typed)
        return self._go(f"/charge/my/{visit.key}")

    @http.route("/charge/my/<string:key>/wrong", type="http", auth="public", methods=["POST"])
    def wrong(self, key, reason="", statement="", **_more):
        """Open a dispute with what the guest says."""
        visit = self._find_own_visit(key)
        if not visit._dispute(reason, statement):
            text = visit.env._("Please choose what was wrong, and write a few words.")
            return self._render_visit(visit, problem=text, opened="wrong")
        return self._go(f"/charge/my/{visit.key}")

    @http.route("/charge/my/<string:key>/rate", type="http", auth="public", methods=["POST"])
    def rate(self, key, stars="", words="", **_more):
        """Take how it was, in stars and a word."""
        visit = self._find_own_visit(key)
        if not visit._rate(int(stars) if stars in ("1", "2", "3", "4", "5") else 0, words):
            text = visit.env._("Please choose one of the five stars.")
            return self._render_visit(visit, problem=text)
        return self._go(f"/charge/my/{visit.key}")

    @http.route("/charge/my/<string:key>/notify", type="http", auth="public", methods=["POST"])
    def notify(self, key, **asked):
        """Write to the guest about this charging, or no more."""
        visit = self._find_own_visit(key)
        typed = {name: str(asked.get(name) or "")[:MOST_TYPED] for name in visit._notify_asks}
        problem = visit._set_notify(typed, self._get_address())
        if problem:
            return self._render_visit(visit, problem=problem, opened="notify")
        return self._go(f"/charge/my/{visit.key}")

    @http.route("/charge/my/<string:key>/mail", type="http", auth="public", methods=["POST"])
    def mail(self, key, address="", **_more):
        """Send the receipt by e-mail."""
        visit = self._find_own_visit(key)
        problem = visit._send_receipt(str(address)[:MOST_TYPED])
        return self._render_visit(
            visit, problem=problem, opened=problem and "mail", sent=not problem
        )

    @http.route("/charge/my/<string:key>/receipt", type="http", auth="public", methods=["GET"])
    def receipt(self, key, **_more):
        """The receipt as PDF."""
        visit = self._find_own_visit(key)
        if visit._get_state() != VisitState.DONE:
            return self._go(f"/charge/my/{visit.key}")
        session = visit.session_id
        content, _kind = visit.env["ir.actions.report"]._render_qweb_pdf(
            "iicharge_odoo.action_report_guest_receipt", session.ids
        )
        name = session.name.replace("/", "-")
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", f'attachment; filename="{name}.pdf"'),
                *HEADERS.items(),
            ],
        )

    # --- steps --------------------------------------------------------------------------------
    def _find_visit(self, key, changes=False):
        """Find the visit of a key, in its hotel and the guest's language.

        :raise NotFound: there is none with this key
        """
        self._take(key, changes=changes)
        visit = self._env()["iicharge.guest.visit"]._find(key)
        if not visit:
            raise self._miss_link()
        return visit.with_env(self._env(visit.company_id))

    def _find_own_visit(self, key):
        """Find the visit of a key as `_find_visit`, to change or take away something.

        :raise Forbidden: its page only follows a charging
        """
        visit = self._find_visit(key, changes=True)
        if visit._get_payer()._only_follows:
            raise Forbidden()
        return visit

    def _render_visit(self, visit, ask=None, **values):
        env = visit.env
        state = visit._get_state()
        page, live = env["iicharge.guest.page"], env["iicharge.guest.live"]
        limit = env["iicharge.guest.limit"]
        connector = visit.connector_id
        payer = visit._get_payer()
        template = payer._visit_templates.get(state, TEMPLATES[state])
        if ask == "stop" and template == "guest_live" and not payer._only_follows:
            template = "guest_stop"
        if ask == "limit" and limit._can_change(visit):
            template = "guest_limit"
            values["form"] = {**limit._prepare_form(visit), **values.pop("typed", {})}
        return self._render(
            env,
            template,
            sign=connector.sign_id,
            visit=visit,
            live=live._prepare_live(visit),
            limit=limit._prepare_limit(visit),
            place=page._prepare_place(connector),
            payer=payer._describe(visit),
            notes=payer._get_notes(visit),
            can_again=payer._can_start_again(visit),
            follows=payer._only_follows,
            price=page._prepare_price(connector, visit.tariff_id),
            receipt=live._prepare_receipt(visit.session_id) if state == VisitState.DONE else False,
            state=str(state),
            notified=visit._get_notified_text(),
            **{"problem": "", "opened": "", "sent": False, **values},
        )
