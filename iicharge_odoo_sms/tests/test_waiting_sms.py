# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import re
from urllib.parse import urlsplit

from odoo.tests import tagged

from odoo.addons.iicharge_odoo.tests.waiting.common import WaitingCase

from .common import PHONE, GuestSmsCase

HERE = "198.51.100.7"


@tagged("post_install", "-at_install")
class TestWaitingSms(WaitingCase, GuestSmsCase):
    """A phone number in the waiting list."""

    def join(self, phone=PHONE, address=HERE, **values):
        """Put a guest without a stay on the list, as the page does."""
        return self.places._join(
            self.site, f"key-{phone}-{address}", None, address, phone=phone, lang="en_US", **values
        )

    def open_link(self, sms):
        [url] = re.findall(r"https?://\S+", sms.body)
        return self.see(urlsplit(url).path)

    def close_page(self, place):
        place.seen_at = False

    def test_guest_joins_with_a_number_alone_confirms_it_and_gets_an_sms(self):
        values, action = self.get_fields(self.see(f"/charge/{self.sign.code}/wait"))
        text = self.get_text(self.see(action, data={**values, "phone": "06 12345678"}))
        self.assertIn("Open the link that we sent to +31…78", text)
        place = self.places.search([])
        self.assertEqual(place.phone, PHONE)
        [sms] = self.get_sms()
        self.close_page(place)
        self.free()
        self.assertEqual(place.state, "waiting")
        self.assertIn("We write to +31…78", self.get_text(self.open_link(sms)))
        self.assertTrue(place.phone_confirmed_at)
        self.assertFalse(place.confirmed_at)
        self.close_page(place)
        self.advance()
        self.assertEqual(place.state, "offered")
        self.assertFalse(place._needs_call())
        self.assertIn("Your turn", self.get_sms()[1].body)
        self.advance()
        self.assertEqual(len(self.get_sms()), 2)
        place._leave()
        self.assertFalse(place.phone)

    def test_wrong_number_puts_no_guest_on_the_list(self):
        values, action = self.get_fields(self.see(f"/charge/{self.sign.code}/wait"))
        page = self.see(action, data={**values, "phone": "12"})
        self.assertIn("This is no phone number", self.get_text(page))
        self.assertFalse(self.places.search([]))

    def test_each_of_two_addresses_is_written_to_once_it_is_confirmed(self):
        place = self.join(email="ada@example.com")
        mails = self.get_mails()
        self.open_link(self.get_sms())
        self.close_page(place)
        self.free()
        self.assertEqual(place.state, "offered")
        self.assertEqual(self.get_mails(), mails, "the e-mail address is not confirmed")
        self.assertEqual(len(self.get_sms()), 2)

    def test_number_has_one_place_and_the_page_does_not_say_so(self):
        self.join()
        again = self.join(address="198.51.100.8")
        self.assertEqual(len(self.get_sms()), 1)
        text = self.get_text(self.see(f"/charge/wait/{again.key}"))
        self.assertIn("Open the link that we sent to +31…78", text)

    def test_link_waits_for_the_morning(self):
        self.site.write({"quiet_from": 0, "quiet_until": 24})
        place = self.join()
        self.assertFalse(self.get_sms())
        self.assertIn("Keep this page open", self.get_text(self.see(f"/charge/wait/{place.key}")))
        self.advance()
        self.assertFalse(self.get_sms())
        self.site.write({"quiet_from": 0, "quiet_until": 0})
        self.advance()
        self.advance()
        self.assertEqual(len(self.get_sms()), 1)

    def test_number_that_is_mended_is_confirmed_once_more(self):
        place = self.join()
        self.open_link(self.get_sms())
        self.places._join(
            self.site, place.request_key, address=HERE, phone="+31687654321", lang="en_US"
        )
        self.assertFalse(place.phone_confirmed_at)
        self.assertEqual(self.get_sms()[-1].number, "+31687654321")
        self.assertEqual(self.url_open("/charge/ok/no-such-key").status_code, 404)

    def test_front_desk_calls_where_the_sms_failed(self):
        place = self.join()
        self.open_link(self.get_sms())
        self.close_page(place)
        self.free()
        self.send_queue(sms_allow_unlink=True, sim_error="unregistered")
        self.assertTrue(place._needs_call())

    def test_front_desk_sees_which_number_is_not_confirmed(self):
        place = self.join(email="ada@example.com")
        self.assertEqual(place.contact, f"ada@example.com (not confirmed), {PHONE} (not confirmed)")
        self.open_link(self.get_sms())
        self.assertEqual(place.contact, f"ada@example.com (not confirmed), {PHONE}")

    def test_stay_needs_no_link(self):
        stay = self.places._join(self.site, "stay", self.folio, HERE, phone=PHONE)
        self.assertFalse(self.get_sms())
        self.free()
        self.assertEqual(stay.state, "offered")
        self.assertEqual(self.get_sms().number, PHONE)
