# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What all routes of the guest's page share: who is let in, the language, and the headers."""

import base64
import hashlib
import re
import secrets
import time
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.http import request

from ..core.guest.language import choose_language
from ..core.guest.network import get_network
from ..core.guest.rate_limit import RateLimit
from ..models.clock_text import has_clock_of_12

LANG_COOKIE = "iicharge_lang"
# The key of a place in a waiting list: at the charger the guest is known by it.
WAITING_COOKIE = "iicharge_wait"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# As `_render` makes it.
REQUEST_KEY = re.compile(r"[0-9A-Za-z_-]{22}")
# In each process: pages of one address, which may be that of all phones in the house; and of all
# phones for one object.
OF_ADDRESS = RateLimit(600, 60)
OF_OBJECT = RateLimit(1200, 60)
# The figures of one charging, which a phone asks for.
FIGURES_OF_OBJECT = RateLimit(120, 60)
# What changes something, or may be guessed.
CHANGES_OF_ADDRESS = RateLimit(30, 60)
CHANGES_OF_OBJECT = RateLimit(60, 60)
# A code or a link that does not exist, of one phone.
MISSES_OF_ADDRESS = RateLimit(30, 600)
MOST_TYPED = 120
WISHES = ("by", "kwh", "from", "to", "size", "sum", "until", "limit")
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src {style}; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class GuestRoutes:
    """For the controllers of the guest's page: they find by code or key, ask the models, render."""

    def _get_address(self):
        """Get what counts as the phone's address in the network."""
        return get_network(request.httprequest.remote_addr)

    def _take(self, thing, changes=False):
        """Count a request.

        :param thing: what is asked about, such as a code
        :raise TooManyRequests: by this address, or about the thing
        """
        now = time.monotonic()
        address = self._get_address()
        limits = [(OF_ADDRESS, address), (OF_OBJECT, thing)]
        if changes:
            limits += [(CHANGES_OF_ADDRESS, address), (CHANGES_OF_OBJECT, thing)]
        if not all([limit.take(key, now) for limit, key in limits]):
            raise TooManyRequests()

    def _miss(self):
        """Answer that there is no such code or link; who guesses is let in no more."""
        if not MISSES_OF_ADDRESS.take(self._get_address(), time.monotonic()):
            raise TooManyRequests()
        return NotFound()

    def _miss_link(self):
        """Answer as `_miss` with a page that says what to do: links of old messages end."""
        self._miss()
        return NotFound(response=self._render(self._env(), "guest_ended", status=404))

    def _env(self, company=None, user=None):
        """Get the environment for a page, in the guest's language.

        :param user: for routes without one

        sudo: guests have no rights; the routes read only what the code or key that they were given
        leads to, and the models for guests return nothing of others.
        """
        users = request.env["res.users"]
        env = (users.with_user(user) if user else users).sudo().env
        if company:
            env = env["res.users"].with_company(company).env
        waiting_key = request.cookies.get(WAITING_COOKIE, "")
        users = env["res.users"].with_context(
            lang=self._get_lang(env), iicharge_waiting_key=waiting_key
        )
        return users.env

    def _get_lang(self, env):
        languages = env["iicharge.guest.language"]
        offered = list(languages._get_offered())
        chosen = request.params.get("lang") or request.cookies.get(LANG_COOKIE)
        if chosen in offered:
            return chosen
        accepted = request.httprequest.headers.get("Accept-Language", "")
        default = languages._get_usual()
        return choose_language(accepted, offered, default if default in offered else offered[0])

    def _read_request_key(self, asked):
        """Read the key of a form, by which one that is sent twice does a thing once.

        What it was done for is shown to who sends the key again: where a form has none of ours it
        gets a new one, as two guests who send the same words would share a place or a payment.
        """
        key = str(asked.get("request_key") or "")
        return key if REQUEST_KEY.fullmatch(key) else self._make_request_key()

    def _make_request_key(self):
        return secrets.token_urlsafe(16)

    def _hide_time(self, env, began, seconds):
        """Answer no sooner than some seconds after a request began: its time says nothing of who
        is in house.

        What was done is committed before, so that no other guest waits for its locks meanwhile.

        :param began: `time.monotonic()` then
        """
        # the route has nothing left to do but to send the page that it has made
        env.cr.commit()  # pylint: disable=invalid-commit
        time.sleep(max(0, seconds - (time.monotonic() - began)))

    def _find_sign(self, code):
        """Find a sign, and the environment for its hotel.

        :raise NotFound: there is none with this code
        """
        sign = self._env()["iicharge.sign"]._find(code)
        if not sign or sign.connector_id.charger_id.admission != "accepted":
            self._miss()
            page = self._render(self._env(), "guest_find", status=404, problem=True, sites=[])
            raise NotFound(response=page)
        env = self._env(sign.company_id)
        return env, sign.with_env(env)

    def _find_fresh_sign(self, code):
        """Find a sign as `_find_sign`, with the state that its charger reports when it is asked."""
        env, sign = self._find_sign(code)
        if not sign.ended_at:
            env["iicharge.status.question"]._refresh(sign.connector_id)
        return env, sign

    def _render_ask(self, env, sign, way, asked, **values):
        page, connector = env["iicharge.guest.page"], sign.connector_id
        return self._render(
            env,
            way._template,
            sign=sign,
            place=page._prepare_place(connector),
            price=page._prepare_price(connector, way._find_tariff(connector)),
            asked={name: asked[name] for name in WISHES if asked.get(name)},
            **way._prepare_ask(connector),
            **{"typed": {}, "answer": False, "problem": "", **values},
        )

    def _render(self, env, template, status=200, **values):
        """Render a page with the headers that keep it to its reader."""
        company = env.company
        hotel = env["iicharge.guest.page"]._prepare_hotel(company)
        accent = COLOUR.fullmatch(hotel["accent"])
        own = f":root{{--accent:{hotel['accent']}}}" if accent else ""
        # of this addon's files and a colour: nothing to escape, which would break it
        style = Markup(env["iicharge.guest.page"]._get_style() + own)
        languages = env["iicharge.guest.language"]._get_offered()
        html = env["ir.qweb"]._render(
            template if "." in template else f"iicharge_odoo.{template}",
            {
                "hotel": hotel,
                "style": style,
                "lang": env.lang,
                "html_lang": env.lang.replace("_", "-"),
                "is_clock_of_12": has_clock_of_12(env),
                "direction": env["res.lang"]._get_data(code=env.lang).direction or "ltr",
                "languages": languages,
                "language_urls": self._get_language_urls(languages, values),
                "scripts": self._get_scripts(env),
                "host": request.httprequest.host,
                "csrf_token": request.csrf_token(),
                "request_key": self._make_request_key(),
                **values,
            },
        )
        response = request.make_response(html, status=status, headers=self._get_headers(style))
        if request.params.get("lang") in languages:
            response.set_cookie(LANG_COOKIE, env.lang, max_age=365 * 86400, samesite="Lax")
        return response

    def _get_language_urls(self, languages, shown):
        """Get the address of the page in each language, with what it was asked for.

        What a form has led to has no address: its charging or its sign goes on from there.

        :return: {Odoo's code: address}
        """
        if request.httprequest.method != "POST":
            path, asked = request.httprequest.path, request.httprequest.args.to_dict()
        elif shown.get("visit"):
            path, asked = f"/charge/my/{shown['visit'].key}", {}
        else:
            path, asked = f"/charge/{shown['sign'].code}" if shown.get("sign") else "/charge", {}
        return {code: f"{path}?{urlencode({**asked, 'lang': code})}" for code in languages}

    def _get_scripts(self, env):
        """Get the addresses of the page's scripts: Odoo's own tags have handlers inside, which the
        policy forbids."""
        nodes = env["ir.qweb"]._get_asset_nodes("iicharge_odoo.assets_guest", css=False)
        return [found["src"] for _tag, found in nodes]

    def _get_headers(self, style):
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = POLICY.format(style=f"'sha256-{digest}'")
        return [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", policy),
            *HEADERS.items(),
        ]

    def _go(self, url):
        """Lead the browser on after a form, by GET."""
        response = request.redirect(url, code=303)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response
