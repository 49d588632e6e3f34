# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...models.guest import iicharge_guest_payer_tap as payer_tap
from .tap import TapCase


@tagged("post_install", "-at_install")
class TestGuestTapLimits(TapCase):
    """A page that waits for a card hinders another one there: programs could open many."""

    def close_page(self, *visits):
        """Let the page have been closed, or the phone be in a pocket, for a while."""
        for visit in visits:
            visit.seen_at = self.t0 - timedelta(minutes=3)

    def try_to_wait(self):
        """Send the form once more. :return: the text of what follows"""
        self.drop_counts()
        values, action = self.get_fields(self.ask_room(pay="tap"))
        return self.get_text(self.see(action, data=values))

    # --- pages that are not open any more ---------------------------------------------------------
    def test_page_that_was_closed_does_not_hinder_the_open_one(self):
        first, closed = self.wait_for_card(6), self.wait_for_card(5)
        self.assertIn("Another phone waits", self.get_visit_text(first))
        self.close_page(closed)
        self.assertNotIn("Another phone waits", self.get_visit_text(first))
        session = self.tap()
        self.assertEqual(first.session_id, session)
        self.assertFalse(closed.session_id)
        self.assertIn("We cannot show this charging here", self.get_visit_text(closed))

    def test_phone_in_a_pocket_follows_where_no_other_one_waits(self):
        visit = self.wait_for_card()
        self.close_page(visit)
        self.assertEqual(self.tap(), visit.session_id)

    def test_two_phones_in_pockets_and_neither_follows(self):
        first, second = self.wait_for_card(6), self.wait_for_card(5)
        self.close_page(first, second)
        self.assertTrue(self.tap())
        self.assertFalse((first | second).session_id)
        self.assertEqual(len((first | second).filtered("passed_over_at")), 2)

    def test_figures_say_that_the_page_is_open(self):
        visit = self.wait_for_card()
        path = f"/charge/my/{visit.key}/figures"
        self.close_page(visit)
        self.url_open(path)
        visit.invalidate_recordset()
        self.assertGreater(visit.seen_at, fields.Datetime.now() - timedelta(seconds=20))
        lately = fields.Datetime.now() - timedelta(seconds=5)
        visit.seen_at = lately
        self.url_open(path)
        visit.invalidate_recordset()
        self.assertEqual(visit.seen_at, lately, "noted every ten seconds")

    def test_other_charging_is_not_noted(self):
        _page, visit = self.start_for_room()
        self.url_open(f"/charge/my/{visit.key}/figures")
        self.assertFalse(visit.seen_at or visit.address_key)

    # --- limits -----------------------------------------------------------------------------------
    def test_address_waits_at_five_connectors_at_once(self):
        visits = [self.wait_for_card() for _number in range(5)]
        before = self.env["iicharge.guest.visit"].search([])
        text = self.try_to_wait()
        self.assertIn("Too many pages wait for a card just now", text)
        self.assertEqual(self.env["iicharge.guest.visit"].search([]), before)
        for ended in ({"cancelled_at": self.t0}, {"seen_at": self.t0 - timedelta(minutes=3)}):
            known = {name: visits[0][name] for name in ended}
            visits[0].write(ended)
            self.assertIn("Hold your card to the reader, then plug in", self.try_to_wait())
            self.env["iicharge.guest.visit"].search([], limit=1).unlink()
            visits[0].write(known)

    def test_other_address_is_not_limited_by_it(self):
        for _number in range(5):
            self.wait_for_card().address_key = "elsewhere"
        self.assertIn("Hold your card to the reader, then plug in", self.try_to_wait())

    def test_pages_of_an_hour_are_limited(self):
        for limit in ("MOST_OF_ADDRESS", "MOST_AT_CONNECTOR"):
            with self.subTest(limit=limit):
                self.env["iicharge.guest.visit"].search([]).unlink()
                self.patch(payer_tap, "MOST_OF_ADDRESS", 100)
                self.patch(payer_tap, "MOST_AT_CONNECTOR", 100)
                self.patch(payer_tap, limit, 2)
                visits = [self.wait_for_card() for _number in range(2)]
                if limit == "MOST_AT_CONNECTOR":
                    visits[0].address_key = "elsewhere"
                self.close_page(*visits)
                self.assertIn("Too many pages", self.try_to_wait())
                self.move_begin(visits[0], 61)
                self.assertNotIn("Too many pages", self.try_to_wait())

    def test_address_is_not_kept_for_long(self):
        old, new = self.wait_for_card(), self.wait_for_card()
        self.move_begin(old, 7 * 24 * 60 + 1)
        self.env["iicharge.guest.visit"]._gc_address_keys()
        self.assertFalse(old.address_key)
        self.assertTrue(new.address_key)
