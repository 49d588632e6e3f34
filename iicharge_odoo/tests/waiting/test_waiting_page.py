# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import re
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...controllers import guest_waiting
from .common import WaitingCase

ROUTES = ("", "/figures")
POSTS = ("/pass", "/leave")


@tagged("post_install", "-at_install")
class TestWaitingPage(WaitingCase):
    def join(self, **typed):
        """Send the form of the list. :return: (page, place)"""
        values, action = self.get_fields(self.see(f"/charge/{self.sign.code}/wait"))
        page = self.see(action, data={**values, **typed})
        return page, self.places.search([], order="id desc", limit=1)

    def press(self, place, button):
        page = self.see(f"/charge/wait/{place.key}")
        values, action = self.get_fields(page, f"//form[contains(@action, '/{button}')]")
        return self.get_text(self.see(action, data=values))

    def forget(self):
        self.opener.cookies.clear()

    def test_list_is_offered_where_nothing_is_free(self):
        text = self.get_text(self.see(f"/charge/{self.sign.code}"))
        self.assertIn("Put me on the list", text)
        self.assertIn("You would be number 1.", text)
        self.other_connector.status = "available"
        text = self.get_text(self.see(f"/charge/{self.sign.code}"))
        self.assertNotIn("Put me on the list", text)
        self.assertIn("Free now, close by", text)

    def test_guest_joins_by_room_and_sees_the_own_place(self):
        self.wait("Before")
        page, place = self.join(room="101", name="weber")
        self.assertEqual((place.folio_id, place.room), (self.folio, "101"))
        self.assertTrue(self.answer.url.endswith(f"/charge/wait/{place.key}"))
        self.assertGreaterEqual(len(place.key), 22)
        text = self.get_text(page)
        self.assertIn("Your place 2", text)
        self.assertIn("The front desk calls your room.", text)
        self.assertNotIn("Before", text)
        # on the way back to the sign the place is known
        self.assertIn("My place in the list", self.get_text(self.see(f"/charge/{self.sign.code}")))
        self.see(f"/charge/{self.sign.code}/wait")
        self.assertTrue(self.answer.url.endswith(f"/charge/wait/{place.key}"))

    def test_guest_joins_by_pin_booking_number_or_address(self):
        self.env["sale.order"]._iicharge_make_pins()
        _page, by_pin = self.join(pin=self.folio.iicharge_pin)
        self.assertEqual(by_pin.folio_id, self.folio)
        self.forget()
        _page, again = self.join(room="101", name=self.folio.name)
        self.assertEqual(again, by_pin)
        self.forget()
        page, by_mail = self.join(email="Ada@Example.com")
        self.assertEqual((by_mail.email, by_mail.lang), ("ada@example.com", "en_US"))
        self.assertIn("Open the link that we sent to a…@example.com", self.get_text(page))

    def test_form_that_is_sent_twice_gives_one_place(self):
        values, action = self.get_fields(self.see(f"/charge/{self.sign.code}/wait"))
        values |= {"email": "ada@example.com"}
        self.see(action, data=values)
        self.forget()
        values["csrf_token"] = self.get_fields(self.see(f"/charge/{self.sign.code}/wait"))[0][
            "csrf_token"
        ]
        self.see(action, data=values)
        self.assertEqual(len(self.places.search([])), 1)

    def test_wrong_names_are_counted_as_where_it_is_paid(self):
        page, _place = self.join(room="101", name="Miller")
        self.assertIn("Tries left: 4", self.get_text(page))
        for _again in range(4):
            self.join(room="101", name="Miller")
        page, _place = self.join(room="101", name="Weber")
        self.assertIn("Five tries did not match", self.get_text(page))
        self.assertFalse(self.places.search([]))

    def test_address_that_is_none_and_no_name_are_refused(self):
        self.assertIn("no e-mail address", self.get_text(self.join(email="nobody")[0]))
        self.assertIn("Please give your room", self.get_text(self.join()[0]))
        self.assertFalse(self.places.search([]))

    def test_new_places_of_an_address_are_limited(self):
        self.patch(guest_waiting, "JOINS_OF_ADDRESS", guest_waiting.RateLimit(1, 3600))
        self.join(email="ada@example.com")
        self.forget()
        values, action = self.get_fields(self.see(f"/charge/{self.sign.code}/wait"))
        self.see(action, data={**values, "email": "bo@example.com"}, status=429)

    def test_offer_leads_to_the_start_by_room(self):
        page, place = self.join(room="101", name="weber")
        self.free()
        page = self.see(f"/charge/wait/{place.key}")
        text = self.get_text(page)
        self.assertIn("It is your turn", text)
        self.assertIn("15:00", text.replace("14:59", "15:00").replace("14:58", "15:00"))
        [link] = page.xpath("//section[@class='act']//a/@href")
        page = self.see(link)
        self.assertIn("Kept for you", self.get_text(page))
        page, visit = self.start_for_room()
        self.assertEqual(visit.token_id, place.reservation_id.token_id)
        self.assertEqual(visit.token_id.folio_id, self.folio)
        self.answer_start(visit)
        self.plug_in(visit, minutes_ago=0)
        self.assertEqual(place.state, "claimed")
        self.assertIn("Your car is charging", self.get_text(self.see(f"/charge/wait/{place.key}")))

    def test_pages_have_the_one_clock_of_the_language(self):
        self.site.write({"quiet_from": 22, "quiet_until": 7})
        place = self.wait("Ada")
        place._pass()
        for time_format, has_halves in (("%I:%M:%S %p", True), ("%H:%M:%S", False)):
            self.env["res.lang"]._lang_get("en_US").time_format = time_format
            for path, count in (
                (f"/charge/wait/{place.key}", 3),
                (f"/charge/{self.sign.code}/wait", 2),
            ):
                self.opener.cookies.clear()
                text = self.get_text(self.see(path))
                shown = re.findall(r"\b\d\d?:\d\d(?: [AP]M)?", text)
                self.assertEqual(len(shown), count, text)
                self.assertEqual({one.endswith("M") for one in shown}, {has_halves}, shown)

    def test_others_read_until_when_it_is_kept_and_start_nothing(self):
        place = self.wait("Other")
        self.free()
        text = self.get_text(self.see(f"/charge/{self.sign.code}"))
        self.assertIn("kept for another guest until", text)
        self.assertIn("You would be number 2.", text)
        text = self.get_text(self.name_stay(room="101", name="Weber"))
        self.assertIn("Somebody was faster", text)
        self.assertFalse(self.env["iicharge.guest.visit"].search([]))
        self.assertEqual(place.state, "offered")

    def test_guest_without_a_room_has_a_room_pay_and_keeps_it_while_starting(self):
        place = self.join(email="ada@example.com")[1]
        self.free()
        self.see(f"/charge/wait/{place.key}")
        # the last minute
        place.reservation_id.expires_at = fields.Datetime.now() + timedelta(minutes=1)
        _page, visit = self.start_for_room()
        token = place.reservation_id.token_id
        self.assertEqual((visit.token_id, token.folio_id), (token, self.folio))
        self.assertEqual(place.offered_until, token.valid_until)

    def test_nothing_to_pay_starts_with_the_key_only(self):
        self.site.tariff_id = self.free_tariff
        place = self.wait("Ada", email="ada@example.com")
        self.free()
        page = self.see(f"/charge/{self.sign.code}")
        self.assertNotIn("Start charging", self.get_text(page))
        self.see(f"/charge/wait/{place.key}")
        values, action = self.get_fields(self.see(f"/charge/{self.sign.code}"))
        self.see(action, data=values)
        visit = self.env["iicharge.guest.visit"].search([])
        self.assertEqual(visit.token_id, place.reservation_id.token_id)
        self.assertEqual(visit.token_id.group, "visitor")

    def test_guest_passes_and_leaves(self):
        place = self.wait("Ada")
        self.wait("Bo")
        text = self.press(place, "pass")
        self.assertIn("You let the next guest go first", text)
        self.assertEqual(place.state, "passed")
        self.assertIn("You have left the list", self.press(place, "leave"))
        self.assertEqual(place.state, "left")
        # pressed again on an old page
        token = self.get_fields(self.see(f"/charge/{self.sign.code}/wait"))[0]["csrf_token"]
        self.see(f"/charge/wait/{place.key}/pass", data={"csrf_token": token})
        self.assertEqual(place.state, "left")

    def test_figures_say_when_the_page_is_another_one(self):
        place = self.wait("Ada")
        path = f"/charge/wait/{place.key}/figures"
        live = self.url_open(path).json()
        self.assertEqual((live["state"], live["texts"]["place"]), ("in_line", "1"))
        self.assertTrue(place._is_watching())
        self.free()
        self.env.flush_all()
        # in a test all of it is one moment to PostgreSQL
        self.env.cr.execute("UPDATE iicharge_waiting SET write_date = '2020-01-01'")
        live = self.url_open(path).json()
        self.assertEqual(live["state"], f"offered-{self.sign.code}")
        self.assertGreater(live["wait_s"], 800)

    def test_stranger_without_the_key_sees_and_changes_nothing(self):
        place = self.wait("Ada", email="ada@example.com")
        token = self.get_fields(self.see(f"/charge/{self.sign.code}/wait"))[0]["csrf_token"]
        for key in (place.key[:-1] + "x", str(place.id), place.key.swapcase()):
            for route in ROUTES:
                self.assertEqual(self.url_open(f"/charge/wait/{key}{route}").status_code, 404)
            for route in POSTS:
                answer = self.url_open(f"/charge/wait/{key}{route}", data={"csrf_token": token})
                self.assertEqual(answer.status_code, 404)
        self.assertEqual(place.state, "waiting")
        self.opener.cookies.set("iicharge_wait", "x" * 22)
        self.free()
        self.assertNotIn("Kept for you", self.get_text(self.see(f"/charge/{self.sign.code}")))

    def test_page_has_the_headers_of_the_guest_pages(self):
        place = self.wait("Ada")
        self.see(f"/charge/wait/{place.key}")
        self.assertEqual(self.answer.headers["Cache-Control"], "no-store")
        self.assertIn("default-src 'none'", self.answer.headers["Content-Security-Policy"])
        cookie = self.answer.headers["Set-Cookie"]
        self.assertIn("HttpOnly", cookie)
        self.assertIn("Path=/charge", cookie)
