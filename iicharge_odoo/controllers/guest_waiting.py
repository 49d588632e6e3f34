# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The waiting list on the guest's page: joining it, and the page of one place, found by its key."""

import time

from werkzeug.exceptions import TooManyRequests

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..core.guest.rate_limit import RateLimit
from ..models.guest.shared_figures import shared_figures
from . import guest_page
from .guest import FIGURES_OF_OBJECT, HEADERS, MOST_TYPED, WAITING_COOKIE, GuestRoutes

# New places, of all phones of one address: who fills the list with invented guests is stopped.
JOINS_OF_ADDRESS = RateLimit(20, 3600)
COOKIE_S = 86400


class GuestWaitingPage(GuestRoutes, http.Controller):
    @http.route("/charge/<string:code>/wait", type="http", auth="public", methods=["GET"])
    def ask(self, code, **_more):
        """Ask who waits."""
        self._take(code)
        env, sign = self._find_sign(code)
        if sign.ended_at:
            return self._go(f"/charge/{sign.code}")
        own = env["iicharge.waiting.page"]._find_own(sign.connector_id.site_id)
        if own:
            return self._go(f"/charge/wait/{own.key}")
        return self._render_join(env, sign)

    @http.route("/charge/<string:code>/wait", type="http", auth="public", methods=["POST"])
    def join(self, code, **asked):
        """Put a guest on the list: a stay by what the page asks for a room bill, or an address."""
        began = time.monotonic()
        self._take(code, changes=True)
        env, sign = self._find_sign(code)
        if sign.ended_at:
            return self._go(f"/charge/{sign.code}")
        response = self._join(env, sign, asked)
        self._hide_time(env, began, guest_page.ANSWER_S)
        return response

    @http.route("/charge/wait/<string:key>", type="http", auth="public", methods=["GET"])
    def show(self, key, confirm="", **_more):
        """Show the place, or the connector that is kept; the link of an e-mail confirms its
        address."""
        place = self._find_place(key)
        place._confirm(str(confirm))
        place._set_seen()
        return self._render_place(place)

    @http.route(
        "/charge/wait/<string:key>/figures",
        type="http",
        # no query for a user
        auth="none",
        methods=["GET"],
        save_session=False,
        # that the page is open is noted once a minute
        readonly=False,
    )
    def figures(self, key, **_more):
        """What changes while the page is open, as JSON; see the figures of a charging."""
        env = self._env(user=SUPERUSER_ID)
        found = env["iicharge.waiting"]._read_stamp(key)
        if not found:
            raise self._miss()
        if not FIGURES_OF_OBJECT.take(key, time.monotonic()):
            raise TooManyRequests()
        place_id, company_id, stamp, is_unseen = found
        if is_unseen:
            env["iicharge.waiting"].browse(place_id)._set_seen()

        def make():
            company = env["res.company"].browse(company_id)
            place = self._env(company, user=SUPERUSER_ID)["iicharge.waiting"].browse(place_id)
            return place.env["iicharge.waiting.page"]._prepare_live(place)

        live = shared_figures.get((env.cr.dbname, key, env.lang), stamp, make)
        return request.make_json_response(live, headers=list(HEADERS.items()))

    @http.route("/charge/wait/<string:key>/pass", type="http", auth="public", methods=["POST"])
    def let_others_first(self, key, **_more):
        """Let the others go first."""
        place = self._find_place(key, changes=True)
        place._pass()
        return self._go(f"/charge/wait/{place.key}")

    @http.route("/charge/wait/<string:key>/leave", type="http", auth="public", methods=["POST"])
    def leave(self, key, **_more):
        """Leave the list."""
        place = self._find_place(key, changes=True)
        place._leave()
        return self._go(f"/charge/wait/{place.key}")

    # --- steps --------------------------------------------------------------------------------
    def _find_place(self, key, changes=False):
        """Find the place of a key, in its hotel and the guest's language.

        :raise NotFound: there is none with this key
        """
        self._take(key, changes=changes)
        place = self._env()["iicharge.waiting"]._find(key)
        if not place:
            raise self._miss_link()
        return place.with_env(self._env(place.company_id))

    def _join(self, env, sign, asked):
        way = env["iicharge.guest.payer"]._find_offered(sign.connector_id, "room")
        places = env["iicharge.waiting"]
        addresses = places._get_address_fields()
        names = (*addresses, *(() if way is None else way._asks))
        typed = {name: str(asked.get(name) or "").strip()[:MOST_TYPED] for name in names}
        site, network = sign.connector_id.site_id, self._get_address()
        found, problem = places._read_addresses(site, typed, network)
        named = {name: text for name, text in typed.items() if name not in addresses}
        if problem:
            return self._render_join(env, sign, asked, typed, problem=problem)
        if not any(found.values()) and not any(named.values()):
            text = env._("Please give your room and name, your PIN, or an e-mail address.")
            return self._render_join(env, sign, asked, typed, problem=text)
        stay = None
        if any(named.values()):
            answer = way._identify(sign.connector_id, network, named)
            if not answer.who:
                return self._render_join(env, sign, asked, typed, answer=answer)
            stay = answer.who
        if not JOINS_OF_ADDRESS.take(network, time.monotonic()):
            raise TooManyRequests()
        plugs = env["iicharge.waiting.page"]._prepare_plugs(sign.connector_id)
        chosen = [one["value"] for one in plugs if one["value"] == asked.get("plug")]
        place = places._join(
            site,
            self._read_request_key(asked),
            stay,
            network,
            **found,
            lang=env.lang,
            plug=chosen[0] if chosen else False,
        )
        if not place:
            text = env._("The list is full. The front desk can help you.")
            return self._render_join(env, sign, asked, typed, problem=text)
        return self._go(f"/charge/wait/{place.key}")

    def _render_join(self, env, sign, asked=(), typed=(), **values):
        page, waiting = env["iicharge.guest.page"], env["iicharge.waiting.page"]
        connector = sign.connector_id
        site = connector.site_id
        return self._render(
            env,
            "guest_wait_join",
            sign=sign,
            place=page._prepare_place(connector),
            plugs=waiting._prepare_plugs(connector),
            has_room=env["iicharge.guest.payer"]._find_offered(connector, "room") is not None,
            promise=waiting._get_promise(site),
            quiet=waiting._get_quiet_text(site),
            asked=dict(asked),
            typed=dict(typed),
            **{"answer": False, "problem": "", **values},
        )

    def _render_place(self, place):
        env, site = place.env, place.site_id
        page, waiting = env["iicharge.guest.page"], env["iicharge.waiting.page"]
        offered = place.state == "offered"
        connector = place.connector_id if offered else env["iicharge.connector"]
        live = waiting._prepare_live(place)
        response = self._render(
            env,
            "guest_wait",
            waiting=place,
            live=live,
            state=live["state"],
            sign=connector.sign_id,
            place=page._prepare_place(connector) if offered else False,
            where=connector.area or "",
            quiet=waiting._get_quiet_text(site),
            mailed=place._get_contact_text(),
            to_confirm=place._needs_confirming(),
            is_open=bool(place.place),
        )
        # the guest is known at the charger, on any of the pages there
        response.set_cookie(
            WAITING_COOKIE,
            place.key,
            max_age=COOKIE_S,
            path="/charge",
            httponly=True,
            samesite="Lax",
            secure=request.httprequest.scheme == "https",
        )
        return response
