# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The page of a sign: what is there, what it costs, who pays."""

import time

from odoo import http
from odoo.exceptions import UserError

from ..core import errors
from ..core.guest.sign_code import read_code
from ..models.guest.iicharge_blocked_bay import MOST_PHOTO_BYTES
from .guest import MOST_TYPED, GuestRoutes

# A room and name take so long, whatever comes of it: the time says nothing of who is in house.
ANSWER_S = 0.4


class GuestPage(GuestRoutes, http.Controller):
    @http.route("/charge", type="http", auth="public", methods=["GET"], sitemap=False)
    def find(self, code=None, **_more):
        """Ask for the code of a sign."""
        self._take("find", changes=code is not None)
        env = self._env()
        if code is None:
            return self._render_find(env)
        found = read_code(code)
        if found and env["iicharge.sign"]._find(found):
            return self._go(f"/charge/{found}")
        self._miss()
        return self._render_find(env, problem=True)

    @http.route("/charge/board/<string:key>", type="http", auth="public", methods=["GET"])
    def board(self, key, **_more):
        """The screen in the lobby: what is free."""
        self._take(key)
        site = self._env()["iicharge.site"].search([("board_key", "=", key)])
        if not site:
            raise self._miss()
        env = self._env(site.company_id)
        page = env["iicharge.guest.page"]
        return self._render(
            env,
            "guest_board",
            site=page._prepare_site(site.with_env(env)),
            url=f"{site.get_base_url()}/charge".partition("://")[2],
        )

    @http.route("/charge/logo", type="http", auth="public", methods=["GET"], sitemap=False)
    def logo(self, code=None, **_more):
        """The logo of the hotel whose sign it is; without a code that of the first company."""
        self._take("logo")
        env = self._env()
        sign = env["iicharge.sign"]._find(code)
        company = sign.company_id or env.company
        stream = env["ir.binary"]._get_image_stream_from(company, "logo", width=240, height=80)
        return stream.get_response(max_age=3600)

    @http.route("/charge/<string:code>", type="http", auth="public", methods=["GET"], sitemap=False)
    def page(self, code, **asked):
        """Show a connector, its price, and the ways to pay."""
        self._take(code)
        env, sign = self._find_sign(code)
        if sign.ended_at:
            return self._render(env, "guest_renewed", status=410)
        env["iicharge.status.question"]._ask(sign.connector_id)
        return self._render_page(env, sign, asked)

    @http.route("/charge/<string:code>/pay", type="http", auth="public", methods=["GET"])
    def pay(self, code, pay=None, **asked):
        """Go on with the way to pay that was chosen."""
        self._take(code)
        env, sign = self._find_sign(code)
        way = env["iicharge.guest.payer"]._find_offered(sign.connector_id, pay)
        if sign.ended_at or way is None:
            return self._go(f"/charge/{sign.code}")
        return self._render_ask(env, sign, way, asked)

    @http.route("/charge/<string:code>/start", type="http", auth="public", methods=["POST"])
    def start(self, code, **asked):
        """Start where there is nothing to pay."""
        self._take(code, changes=True)
        env, sign = self._find_fresh_sign(code)
        _tariff, group = env["iicharge.guest.page"]._find_tariff(sign.connector_id)
        if sign.ended_at or group != "visitor":
            return self._go(f"/charge/{sign.code}")
        return self._start(env, sign, env["iicharge.guest.payer.nobody"], asked)

    @http.route(
        "/charge/<string:code>/by/<string:pay>", type="http", auth="public", methods=["POST"]
    )
    def name(self, code, pay, **asked):
        """Start for who was named, or say that none was found."""
        self._take(code, changes=True)
        env, sign = self._find_fresh_sign(code)
        began = time.monotonic()
        if sign.ended_at:
            return self._render(env, "guest_renewed", status=410)
        way = env["iicharge.guest.payer"]._find_offered(sign.connector_id, pay)
        if way is None or not (way._asks or way._starts_at_once or way._only_follows):
            return self._go(f"/charge/{sign.code}")
        typed = {name: str(asked.get(name) or "")[:MOST_TYPED] for name in way._asks}
        answer = way._identify(sign.connector_id, self._get_address(), typed)
        if answer.who:
            response = self._start(env, sign, way, asked, answer.who)
        else:
            response = self._render_ask(env, sign, way, asked, typed=typed, answer=answer)
        self._hide_time(env, began, ANSWER_S)
        return response

    @http.route("/charge/<string:code>/blocked", type="http", auth="public", methods=["GET"])
    def blocked(self, code, **_more):
        """Ask what blocks the bay."""
        self._take(code)
        env, sign = self._find_sign(code)
        return self._render_blocked(env, sign)

    @http.route("/charge/<string:code>/blocked", type="http", auth="public", methods=["POST"])
    def report_blocked(self, code, words="", photo=None, **_more):
        """Ask staff to free the bay."""
        self._take(code, changes=True)
        env, sign = self._find_sign(code)
        content = photo.read(MOST_PHOTO_BYTES + 1) if hasattr(photo, "read") else b""
        if not env["iicharge.blocked.bay"]._report(sign.connector_id, str(words), content):
            text = env._("This photo cannot be read. Please send another one, or none.")
            return self._render_blocked(env, sign, problem=text)
        return self._render_blocked(env, sign, sent=True)

    # --- steps --------------------------------------------------------------------------------
    def _render_find(self, env, problem=False):
        sites = env["iicharge.guest.page"]._prepare_sites()
        return self._render(env, "guest_find", problem=problem, sites=sites)

    def _render_page(self, env, sign, asked, problem=""):
        page, connector = env["iicharge.guest.page"], sign.connector_id
        ways = env["iicharge.guest.payer"]._get_offered(connector)
        at_once = next((way for way in ways if way._starts_at_once), None)
        tariff, _group = page._find_tariff(connector)
        if at_once is not None and tariff and not page._is_free(connector, tariff):
            # its own button starts for this price
            tariff = at_once._find_tariff(connector)
        wish = page._read_wish(asked)
        place = page._prepare_place(connector)
        is_free = place["state"] == "free"
        others = [] if is_free else page._prepare_others(connector)
        waiting = env["iicharge.waiting.page"]
        return self._render(
            env,
            "guest_connector",
            sign=sign,
            waiting=waiting._prepare_for_connector(connector, place["state"], others),
            place=place,
            price=page._prepare_price(connector, tariff) if tariff else False,
            estimates=page._prepare_estimates(connector, tariff, wish) if tariff else False,
            others=others,
            rules=connector.site_id._prepare_rules(),
            offers=connector.site_id._get_offer(),
            ways=[way._prepare_choice() for way in ways],
            at_once=False if at_once is None else at_once._prepare_choice(),
            is_uncovered=at_once is None and env.user.share and not env.user._is_public(),
            problem=problem,
        )

    def _render_blocked(self, env, sign, problem="", sent=False):
        place = env["iicharge.guest.page"]._prepare_place(sign.connector_id)
        return self._render(
            env, "guest_blocked", sign=sign, place=place, problem=problem, sent=sent
        )

    def _start(self, env, sign, way, asked, who=None):
        """Start, and lead to the page of the charging; else say why not."""
        page, connector = env["iicharge.guest.page"], sign.connector_id
        tariff = way._find_tariff(connector)
        if not tariff or asked.get("price") != page._get_price_key(connector, tariff):
            text = env._("The price has changed since you saw it. Please look again.")
            return self._render_page(env, sign, asked, problem=text)
        limits = page._get_limits(connector, tariff, page._read_wish(asked))
        key = self._read_request_key(asked)
        try:
            # a refused start leaves nothing behind
            with env.cr.savepoint():
                visit = env["iicharge.guest.visit"]._open(
                    connector, way, tariff, key, who, limits=limits
                )
        except errors.Refusal as refusal:
            text = env["iicharge.refusal"]._get_guest_text(refusal.code)
            return self._render_page(env, sign, asked, problem=text)
        except UserError:
            text = env._("The charger does not answer just now. Nothing was charged.")
            return self._render_page(env, sign, asked, problem=text)
        if not visit:
            text = env._("Somebody was faster: this plug is not free any more.")
            return self._render_page(env, sign, asked, problem=text)
        return self._go(f"/charge/my/{visit.key}")
