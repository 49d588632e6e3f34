# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Guests read a page of their own while the database has no connection left or is away, and where
they ask too often."""

from contextlib import contextmanager
from unittest.mock import patch

import psycopg2
from psycopg2.pool import PoolError

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...controllers import guest
from ...core.guest.rate_limit import RateLimit
from .common import GuestCase

FULL = (PoolError, "The Connection Pool Is Full")
AWAY = (psycopg2.OperationalError, "sorry, too many clients already")
ROUTES = ("", "/board/key", "/my/key", "/my/key/figures", "/wait/key", "/wait/key/figures")


@tagged("post_install", "-at_install")
class TestGuestBusy(GuestCase):
    @contextmanager
    def no_connection(self, error):
        kind, text = error

        def fail(*_args, **_options):
            raise kind(text)

        with (
            patch.object(self.registry, "cursor", fail),
            mute_logger("odoo.http", "werkzeug"),
        ):
            yield

    def test_each_page_says_when_to_come_back(self):
        for error in (FULL, AWAY):
            for route in ROUTES:
                with self.subTest(route=route, error=error), self.no_connection(error):
                    answer = self.url_open(f"/charge{route}", headers={"Accept-Language": "de"})
                self.assertEqual(answer.status_code, 503)
                self.assertGreater(int(answer.headers["Retry-After"]), 0)
                self.assertEqual(answer.headers["Cache-Control"], "no-store")
                self.assertIn('lang="de-DE"', answer.text)
                self.assertIn("Einen Moment", answer.text)
                what = "Zu viele" if error is FULL else "Das System des Hotels antwortet gerade"
                self.assertIn(what, answer.text)
                self.assertIn('http-equiv="refresh"', answer.text)

    def test_form_is_not_sent_again_by_itself(self):
        with self.no_connection(FULL):
            answer = self.url_open("/charge/my/key/stop", data={"csrf_token": "x"})
        self.assertEqual(answer.status_code, 503)
        self.assertIn("go back and try again", answer.text)
        self.assertNotIn("refresh", answer.text)

    def test_who_asks_too_often_reads_so(self):
        self.patch(guest, "OF_ADDRESS", RateLimit(1, 3600))
        self.see("/charge")
        answer = self.url_open("/charge", headers={"Accept-Language": "fr"})
        self.assertEqual(answer.status_code, 429)
        self.assertIn('lang="fr-FR"', answer.text)
        self.assertIn("Un instant", answer.text)
        self.assertGreater(int(answer.headers["Retry-After"]), 0)

    def test_link_that_has_ended_says_what_to_do(self):
        for path in ("my", "wait", "card"):
            with self.subTest(path):
                text = self.get_text(self.see(f"/charge/{path}/{'x' * 22}", 404))
                self.assertIn("This link has ended", text)
                self.assertIn("Scan the sign", text)

    def test_other_pages_and_other_errors_are_odoo_s(self):
        with self.no_connection(FULL):
            self.assertEqual(self.url_open("/web/login").status_code, 500)
        self.assertEqual(self.url_open("/charge/my/unknown").status_code, 404)
        sites = self.registry["iicharge.guest.page"]
        self.patch(sites, "_prepare_sites", lambda page: 1 / 0)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/charge").status_code, 500)
