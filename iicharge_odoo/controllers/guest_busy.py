# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What guests read while the database has no connection left or is away: Odoo would answer that
there is no such page, or that something went wrong, before any route is asked."""

import psycopg2
from psycopg2.pool import PoolError

from odoo.http import HttpDispatcher, Response
from odoo.tools.translate import LazyGettext as _lt

from ..core.guest.language import choose_language
from ..models.guest.iicharge_guest_language import LANGUAGES
from .guest import HEADERS, LANG_COOKIE

TROUBLE = (PoolError, psycopg2.OperationalError, psycopg2.InterfaceError)
RETRY_S = 5
TITLE = _lt("One moment, please")
AGAIN = _lt("Too many ask at once. This page comes back by itself in a few seconds.")
SEND_AGAIN = _lt("Too many ask at once. Please go back and try again in a few seconds.")
GOES_ON = _lt("A car that is charging goes on charging.")
PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{refresh}
<title>{title}</title>
</head>
<body><main><h1>{title}</h1><p>{say}</p><p>{goes_on}</p></main></body>
</html>
"""


class BusyDispatcher(HttpDispatcher):
    """Takes the place of Odoo's own, as of all dispatchers the last one of a type counts."""

    routing_type = "http"

    def handle_error(self, exc):
        path = self.request.httprequest.path
        if f"{path}/".startswith("/charge/") and _is_busy(exc):
            return _make_answer(self.request.httprequest)
        return super().handle_error(exc)


def _is_busy(error):
    # without a database Odoo looks for a page that needs none, and hides why
    while error is not None and not isinstance(error, TROUBLE):
        error = error.__cause__ or error.__context__
    return error is not None


def _make_answer(httprequest):
    """Make the answer 503 in the language of the browser, without the database."""
    codes = [code for code, _name in LANGUAGES.values()]
    chosen = httprequest.cookies.get(LANG_COOKIE)
    accepted = httprequest.headers.get("Accept-Language", "")
    lang = chosen if chosen in codes else choose_language(accepted, codes, codes[0])
    is_sent = httprequest.method == "POST"
    html = PAGE.format(
        lang=lang.replace("_", "-"),
        # what was sent is not sent again
        refresh="" if is_sent else f'<meta http-equiv="refresh" content="{RETRY_S}">',
        title=TITLE._translate(lang),
        say=(SEND_AGAIN if is_sent else AGAIN)._translate(lang),
        goes_on=GOES_ON._translate(lang),
    )
    headers = {**HEADERS, "Content-Security-Policy": "default-src 'none'", "Retry-After": RETRY_S}
    return Response(html, status=503, headers=headers, content_type="text/html; charset=utf-8")
