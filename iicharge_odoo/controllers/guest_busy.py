# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What guests read while the database has no connection left or is away, and where they ask too
often: Odoo would answer that there is no such page, or in English that something went wrong."""

import psycopg2
from psycopg2.pool import PoolError
from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.http import HttpDispatcher, Response
from odoo.tools.translate import LazyGettext as _lt

from ..core.guest.language import choose_language
from ..models.guest.iicharge_guest_language import LANGUAGES
from .guest import HEADERS, LANG_COOKIE

AWAY = (psycopg2.OperationalError, psycopg2.InterfaceError)
RETRY_S = 5
# A limit by the minute has let some in by then.
LIMIT_RETRY_S = 30
TITLE = _lt("One moment, please")
# What is the matter, and what to do about a page and about a form.
BUSY = _lt("Too many people use this page at once.")
NO_ANSWER = _lt("The hotel's system does not answer right now.")
AGAIN = _lt("This page comes back by itself.")
SEND_AGAIN = _lt("Please go back and try again in a few minutes.")
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
<body><main><h1>{title}</h1><p>{what} {do}</p><p>{goes_on}</p></main></body>
</html>
"""


class BusyDispatcher(HttpDispatcher):
    """Takes the place of Odoo's own, as of all dispatchers the last one of a type counts."""

    routing_type = "http"

    def handle_error(self, exc):
        path = self.request.httprequest.path
        if f"{path}/".startswith("/charge/"):
            # first: without a database Odoo's own answer is that there is no such page
            what = _get_trouble(exc)
            if what:
                return _make_answer(self.request.httprequest, what, 503, RETRY_S)
            if isinstance(exc, TooManyRequests):
                return _make_answer(self.request.httprequest, BUSY, 429, LIMIT_RETRY_S)
            if isinstance(exc, NotFound) and exc.response:
                # with `website` Odoo would show a page of its own
                return exc.response
        return super().handle_error(exc)


def _get_trouble(error):
    """Get what is the matter with the database, in the guest's words; None: nothing."""
    # without a database Odoo looks for a page that needs none, and hides why
    while error is not None:
        if isinstance(error, PoolError):
            return BUSY
        if isinstance(error, AWAY):
            return NO_ANSWER
        error = error.__cause__ or error.__context__
    return None


def _make_answer(httprequest, what, status, retry_s):
    """Make the answer in the language of the browser, without the database.

    :param what: a text of this module
    """
    codes = [code for code, _name in LANGUAGES.values()]
    chosen = httprequest.cookies.get(LANG_COOKIE)
    accepted = httprequest.headers.get("Accept-Language", "")
    lang = chosen if chosen in codes else choose_language(accepted, codes, codes[0])
    is_sent = httprequest.method == "POST"
    html = PAGE.format(
        lang=lang.replace("_", "-"),
        # what was sent is not sent again
        refresh="" if is_sent else f'<meta http-equiv="refresh" content="{retry_s}">',
        title=TITLE._translate(lang),
        what=what._translate(lang),
        do=(SEND_AGAIN if is_sent else AGAIN)._translate(lang),
        goes_on=GOES_ON._translate(lang),
    )
    headers = {**HEADERS, "Content-Security-Policy": "default-src 'none'", "Retry-After": retry_s}
    return Response(html, status=status, headers=headers, content_type="text/html; charset=utf-8")
