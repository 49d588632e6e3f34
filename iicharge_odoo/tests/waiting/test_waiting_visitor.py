# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import re
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import fields
from odoo.tests import tagged

from ...controllers import guest
from .common import WaitingCase

HERE = "198.51.100.7"


@tagged("post_install", "-at_install")
class TestWaitingVisitor(WaitingCase):
    """Guests without a stay, of whom one person could invent many."""

    def join(self, email, address=HERE):
        """Put a guest without a stay on the list, as the page does."""
        return self.places._join(
            self.site, f"key-{email}-{address}", address=address, email=email, lang="en_US"
        )

    def get_link(self, mail):
        """Get the path of the link in an e-mail."""
        [url] = re.findall(r'href="([^"]+/charge/wait/[^"]+)"', mail.body_html)
        parts = urlsplit(url.replace("&amp;", "&"))
        return f"{parts.path}?{parts.query}"

    def confirm(self, place):
        self.see(self.get_link(self.get_mails().filtered(lambda one: one.email_to == place.email)))

    def close_page(self, *places):
        for place in places:
            place.seen_at = False

    # --- who may be offered one -----------------------------------------------------------------
    def test_offer_waits_for_the_link_in_the_e_mail(self):
        place = self.join("ada@example.com")
        [mail] = self.get_mails()
        self.assertEqual(mail.email_to, "ada@example.com")
        self.assertNotIn(place.confirm_key, "".join(place.message_ids.mapped("body")))
        self.free()
        self.assertEqual(place.state, "waiting")
        self.see(f"/charge/wait/{place.key}?confirm={'x' * 22}")
        self.assertFalse(place.confirmed_at)
        self.close_page(place)
        self.advance()
        self.assertEqual((place.state, place.place), ("waiting", 1))
        self.see(self.get_link(mail))
        self.assertTrue(place.confirmed_at)
        self.close_page(place)
        self.advance()
        self.assertEqual(place.state, "offered")
        self.assertEqual(self.get_mails().mapped("email_to"), ["ada@example.com"] * 2)

    def test_front_desk_sees_that_an_address_is_not_confirmed(self):
        place = self.join("ada@example.com")
        self.wait("Bo", email="bo@example.com")
        desk = self.env["pos.config"].create({"name": "Desk"})
        rows = [row["contact"] for row in desk._iicharge_prepare_waiting()]
        self.assertEqual(rows, ["ada@example.com (not confirmed)", "bo@example.com"])
        self.assertEqual(place.contact, rows[0])
        view = self.env["iicharge.waiting"].get_view(view_type="list")
        self.assertIn('name="contact"', view["arch"])
        self.confirm(place)
        self.assertEqual(place.contact, "ada@example.com")

    def test_address_that_is_not_confirmed_does_not_spare_the_call(self):
        place = self.join("ada@example.com")
        self.connector.status = "available"
        place.action_offer()
        self.assertTrue(place._needs_call())

    def test_who_has_the_page_open_is_asked_there_and_written_to_no_more(self):
        place = self.join("ada@example.com")
        text = self.get_text(self.see(f"/charge/wait/{place.key}"))
        self.assertIn("Open the link that we sent to a…@example.com", text)
        self.free()
        self.assertEqual(place.state, "offered")
        self.assertEqual(len(self.get_mails()), 1, "somebody else may have this address")

    def test_open_page_learns_that_the_address_was_confirmed(self):
        place = self.join("ada@example.com")
        path = f"/charge/wait/{place.key}/figures"
        self.assertEqual(self.url_open(path).json()["state"], "to_confirm")
        self.confirm(place)
        # in a test all of it is one moment to PostgreSQL
        self.env.flush_all()
        self.env.cr.execute("UPDATE iicharge_waiting SET write_date = '2020-01-01'")
        self.assertEqual(self.url_open(path).json()["state"], "in_line")

    def test_stay_and_guest_of_front_desk_need_no_link(self):
        stay = self.places._join(self.site, "stay", self.folio, HERE, email="weber@example.com")
        desk = self.wait("Bo", email="bo@example.com")
        self.assertFalse((stay | desk).filtered("is_visitor"))
        self.assertFalse(self.get_mails())
        self.free()
        self.free(self.other_connector)
        self.assertEqual((stay.state, desk.state), ("offered", "offered"))

    def test_half_of_the_connectors_are_kept_and_the_next_of_the_house_is_asked(self):
        first, second = self.join("ada@example.com"), self.join("bo@example.com")
        for place in (first, second):
            self.confirm(place)
        stay = self.wait(folio=self.folio)
        self.free()
        self.free(self.other_connector)
        self.assertEqual(
            [place.state for place in (first, second, stay)], ["offered", "waiting", "offered"]
        )
        self.assertEqual(second.place, 2)
        first._leave()
        self.advance()
        self.assertEqual(second.state, "offered", "one more may be kept now")

    # --- how many -------------------------------------------------------------------------------
    def test_places_of_an_address_are_limited_whoever_is_named(self):
        places = [self.join(f"guest{number}@example.com") for number in range(5)]
        self.assertTrue(all(places))
        self.assertFalse(self.join("guest5@example.com"))
        self.assertTrue(self.join("guest5@example.com", "198.51.100.8"))
        self.assertTrue(self.places._join(self.site, "stay", self.folio, HERE))
        places[0]._leave()
        self.assertFalse(places[0].address_key)
        self.assertTrue(self.join("guest6@example.com"))

    def test_offer_that_is_not_used_counts_for_a_day(self):
        for number in range(5):
            place = self.join(f"guest{number}@example.com")
            self.confirm(place)
            self.free()
            self.expire(place)
            self.assertEqual(place.state, "expired")
        self.assertFalse(self.join("guest5@example.com"))
        place.ended_at = fields.Datetime.now() - timedelta(days=1, minutes=1)
        self.assertTrue(self.join("guest5@example.com"))

    def test_address_has_one_place(self):
        place = self.join("ada@example.com")
        again = self.join("ada@example.com", "198.51.100.8")
        self.assertTrue(again, "a stranger would learn who waits here")
        self.assertEqual(len(self.get_mails()), 1)
        self.assertFalse(again.confirm_key)
        place._leave()
        self.join("ada@example.com", "198.51.100.9")
        self.assertEqual(len(self.get_mails()), 1, "the second place still waits")
        for one in self.places.search([("state", "=", "waiting")]):
            one._leave()
        self.join("ada@example.com", "198.51.100.10")
        self.assertEqual(len(self.get_mails()), 2)

    def test_list_is_full_for_them_and_not_for_the_house(self):
        for number in range(20):
            self.assertTrue(self.join(f"guest{number}@example.com", f"198.51.100.{number}"))
        self.assertFalse(self.join("guest20@example.com", "198.51.100.20"))
        self.assertTrue(self.wait("Weber", folio=self.folio))
        self.assertTrue(self.wait("Bo"))

    def test_page_counts_a_network_as_one_address_and_says_why_not(self):
        self.patch(guest, "get_network", lambda address: f"network of {address}")
        for number in range(6):
            self.opener.cookies.clear()
            self.drop_counts()
            values, action = self.get_fields(self.see(f"/charge/{self.sign.code}/wait"))
            page = self.see(action, data={**values, "email": f"guest{number}@example.com"})
        self.assertIn("The list is full", self.get_text(page))
        key = self.env["iicharge.guest.try"]._hash("address", "network of 127.0.0.1")
        self.assertEqual(self.places.search([]).mapped("address_key"), [key] * 5)

    # --- an address that was wrong ----------------------------------------------------------------
    def test_guest_who_mends_the_address_confirms_the_new_one(self):
        place = self.join("adda@example.com")
        self.confirm(place)
        link = self.get_link(self.get_mails())
        other = self.join("bo@example.com")
        mended = {"address": HERE, "lang": "en_US"}
        again = self.places._join(self.site, place.request_key, **mended, email="ada@example.com")
        self.assertEqual((again, place.email), (place, "ada@example.com"))
        self.assertFalse(place.confirmed_at)
        self.see(link)
        self.assertFalse(place.confirmed_at, "that link was for the other address")
        self.confirm(place)
        self.assertTrue(place.confirmed_at)
        self.places._join(self.site, place.request_key, **mended, email=other.email)
        self.assertFalse(place.confirmed_at or place.confirm_key, "it is another guest's")
