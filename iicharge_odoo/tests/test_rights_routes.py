# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import inspect
import re

from odoo import http
from odoo.tests import HttpCase, tagged

from ..controllers import guest, guest_page
from ..models.guest import iicharge_status_question
from .rights import STRANGERS, RightsCase

ADDRESSES = "odoo.addons.iicharge"
# What pages never show to who has only a sign's code or a visit's key.
SEEDED = ("Seeded Guest", "S999", "seeded@example.com", "Rival Seed", "Hidden Seed")

# A code, a key or a word in an address.
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")

# What an error of a route of JSON is as a status of HTTP.
STATUS = {"NotFound": 404, "TooManyRequests": 429, "Forbidden": 403, "AccessError": 403}


# Pages of the portal: each who has logged in finds there what is the own, and nothing else.
PORTAL = "/my/charging"


def is_public(endpoint):
    return endpoint.routing["auth"] in ("public", "none")


@tagged("post_install", "-at_install")
class TestRouteRights(RightsCase, HttpCase):
    """Each route of our addons, found in Odoo's routing, tried by each role and each stranger.

    One that asks for a user lets in no stranger. One that does not leads only to what its code or
    key is for, is limited, and changes nothing without the token of a form.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sign = cls.connector.sign_id
        cls.visit = cls.env["iicharge.guest.visit"].search([("key", "=", "k")])
        cls.payment = cls.env["iicharge.card.payment"].search([], limit=1)
        cls.place = cls.env["iicharge.waiting"].search([], limit=1)
        cls.site.action_renew_board()
        stranger = cls.env["res.partner"].create(
            {"name": "Seeded Guest", "email": "seeded@example.com"}
        )
        cls.make_stay(stranger, "S999")
        cls.env["iicharge.site"].create({"name": "Hidden Seed", "time_zone": "UTC"})
        rival = cls.callers["rival"].company_id
        rival.name = "Rival Seed"
        # passwords for those who log in
        for user in cls.callers.values():
            if user != cls.callers["public"]:
                user.password = user.login
        cls.session = None  # from here on HttpCase keeps the browser's web session there

    def setUp(self):
        super().setUp()
        self.clear_limits()
        # no charger is there that answers, and how long an answer takes is not looked at
        self.patch(iicharge_status_question, "WAIT_S", 0)
        self.patch(guest_page, "ANSWER_S", 0)

    def clear_limits(self):
        for limit in vars(guest).values():
            if isinstance(limit, guest.RateLimit):
                limit._counts.clear()

    # --- routes ---------------------------------------------------------------------------------
    def list_routes(self):
        """List the addresses of our addons, each with its end point."""
        dispatcher = self.env["ir.http"]
        modules = sorted(self.env.registry._init_modules)
        rules = dispatcher._generate_routing_rules(modules, dispatcher._get_converters())
        found = [
            (url, endpoint)
            for url, endpoint in rules
            if endpoint.func.__module__.startswith(ADDRESSES)
        ]
        self.assertTrue(found)
        return found

    def list_public_routes(self):
        return [each for each in self.list_routes() if is_public(each[1])]

    def fill(self, url, made_up):
        """Fill the codes and keys of an address, with those that exist or with none that does."""
        keys = {
            "/board/": self.site.board_key,
            "/card/": self.payment.key,
            "/wait/": self.place.key,
        }
        known = {
            "code": self.sign.code,
            "key": next((key for part, key in keys.items() if part in url), self.visit.key),
            "pay": "room",
            "page": "1",
            "kind": "json",
        }
        return PLACE.sub(lambda found: "ZZZZZZ" if made_up else known[found[1]], url)

    def get_methods(self, endpoint):
        """Get the methods to try; a route that names none takes both."""
        if endpoint.routing["type"] != "http":
            return ["JSON"]
        taken = endpoint.routing["methods"] or ("GET", "POST")
        return [name for name in ("GET", "POST") if name in taken]

    def be(self, caller):
        """Open a browser in which that user has logged in."""
        if caller == "public":
            self.authenticate(None, None)
        else:
            self.authenticate(self.callers[caller].login, self.callers[caller].login)

    def send(self, url, endpoint, method, made_up=False, with_token=True):
        """Send a request. :return: its status, and its text"""
        self.clear_limits()
        path = self.fill(url, made_up)
        if method == "JSON":
            places = PLACE.findall(url)
            names = [*inspect.signature(endpoint.func).parameters.values()][1:]
            params = {
                each.name: 1
                for each in names
                if each.kind is each.POSITIONAL_OR_KEYWORD and each.name not in places
            }
            answer = self.url_open(path, json={"params": params})
            error = answer.json().get("error")
            name = error and error["data"]["name"].rpartition(".")[2]
            return STATUS.get(name, 400) if error else 200, answer.text
        data = None
        if method == "POST":
            data = {"csrf_token": http.Request.csrf_token(self)} if with_token else {"x": "x"}
        answer = self.url_open(path, data=data, allow_redirects=False, method=method)
        return answer.status_code, answer.text

    # --- what each must do ----------------------------------------------------------------------
    def test_route_for_users_lets_in_no_stranger(self):
        for caller in sorted(STRANGERS):
            self.be(caller)
            for url, endpoint in self.list_routes():
                for method in () if is_public(endpoint) else self.get_methods(endpoint):
                    with self.subTest(route=url, caller=caller):
                        status, text = self.send(url, endpoint, method)
                        is_own = url.startswith(PORTAL) and caller != "public"
                        self.assertIn(status, (200, 303, 404) if is_own else (303, 403, 404))
                        self.assert_unseeded(text, caller)

    def test_route_for_all_shows_nothing_of_others(self):
        """By a made-up code it finds nothing, and by one that exists what the code is for."""
        for caller in self.callers:
            self.be(caller)
            for url, endpoint in self.list_public_routes():
                for method in self.get_methods(endpoint):
                    with self.subTest(route=url, caller=caller):
                        status, text = self.send(url, endpoint, method)
                        self.assertLess(status, 500)
                        self.assert_unseeded(text, caller)
                        if PLACE.search(url):
                            status, text = self.send(url, endpoint, method, made_up=True)
                            self.assertEqual(status, 404)
                            self.assert_unseeded(text, caller)

    def assert_unseeded(self, text, caller):
        for word in SEEDED:
            # who has logged in and has no code sees the name of the own company
            if not word.startswith(caller.capitalize()):
                self.assertNotIn(word, text)

    def test_route_for_all_is_limited(self):
        self.be("public")
        self.patch(guest.RateLimit, "take", lambda limit, key, now_s: False)
        for url, endpoint in self.list_public_routes():
            for method in self.get_methods(endpoint):
                with self.subTest(route=url):
                    self.assertEqual(self.send(url, endpoint, method)[0], 429)

    def test_form_is_taken_with_its_token_only(self):
        for url, endpoint in self.list_routes():
            if "POST" in self.get_methods(endpoint):
                self.be("public" if is_public(endpoint) else "portal")
                with self.subTest(route=url):
                    status, _text = self.send(url, endpoint, "POST", with_token=False)
                    self.assertEqual(status, 400)

    def test_page_that_is_read_changes_nothing(self):
        self.be("public")
        for url, endpoint in self.list_public_routes():
            if "GET" in self.get_methods(endpoint):
                with self.subTest(route=url):
                    self.send(url, endpoint, "GET")  # what it makes once, as assets
                    before = self.count_writes()
                    self.send(url, endpoint, "GET")
                    self.assertEqual(self.count_writes(), before)
