# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import time
from types import SimpleNamespace

from odoo.tests import tagged, test_cursor

from ...controllers import guest, guest_page
from ...models.waiting import iicharge_waiting_visitor
from .common import CardCase

# None: the form has no such field.
NOT_OURS = (None, "", "x", "é" * 22, "a" * 21, "a" * 64)


@tagged("post_install", "-at_install")
class TestRequestKey(CardCase):
    """Two guests whose forms have no key of ours, or the same words for one."""

    def send(self, path, key, **typed):
        """Send the form of a page from a phone of its own. :return: where it leads"""
        self.opener.cookies.clear()
        self.drop_counts()
        values, action = self.get_fields(self.see(path))
        values |= {**typed, "request_key": key}
        if key is None:
            del values["request_key"]
        self.see(action, data=values)
        return self.answer.url

    def test_two_guests_have_payments_of_their_own(self):
        path = f"/charge/{self.sign.code}/pay?pay=card"
        for key in NOT_OURS:
            with self.subTest(key=key):
                first, second = (self.send(path, key, amount="20") for _guest in range(2))
                self.assertIn("/charge/card/", first)
                self.assertIn("/charge/card/", second)
                self.assertNotEqual(first, second)

    def test_two_guests_have_places_of_their_own(self):
        path = f"/charge/{self.sign.code}/wait"
        self.patch(iicharge_waiting_visitor, "MOST_OF_ADDRESS", 100)
        for number, key in enumerate(NOT_OURS):
            with self.subTest(key=key):
                first, second = (
                    self.send(path, key, email=f"{name}{number}@example.com") for name in "ab"
                )
                self.assertIn("/charge/wait/", first)
                self.assertIn("/charge/wait/", second)
                self.assertNotEqual(first, second)

    def test_second_guest_is_not_shown_the_charging_of_the_first(self):
        self.site.tariff_id = self.free_tariff
        visits = self.env["iicharge.guest.visit"]
        for key in NOT_OURS:
            with self.subTest(key=key):
                self.assertIn("/charge/my/", self.send(f"/charge/{self.sign.code}", key))
                visit = visits.search([], limit=1)
                # the first guest goes on elsewhere
                self.answer_start(visit, "Rejected")
                self.assertIn("/charge/my/", self.send(f"/charge/{self.sign.code}", key))
                other = visits.search([], limit=1)
                self.assertNotEqual(other, visit)
                self.answer_start(other, "Rejected")

    def test_form_of_ours_that_is_sent_twice_leads_to_the_same(self):
        path = f"/charge/{self.sign.code}/pay?pay=card"
        key = self.get_fields(self.see(path))[0]["request_key"]
        first, second = (self.send(path, key, amount="20") for _time in range(2))
        self.assertEqual(first, second)

    def test_answers_that_take_their_time_hold_up_nobody(self):
        """What was done is committed before: its locks are let go."""
        steps = []
        self.patch(guest_page, "ANSWER_S", 5)
        clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _s: steps.append("sleep"))
        for model, method in (("guest.try", "_lock"), ("waiting", "_lock_list")):
            self.note(type(self.env[f"iicharge.{model}"]), method, steps, "lock")
        self.note(test_cursor.TestCursor, "commit", steps)
        room = {"room": "101", "name": "Nobody"}
        for path, action, typed in (
            ("pay?pay=room", "by/room", room),
            ("wait", "wait", room),
            ("wait", "wait", {"email": "ada@example.com"}),
        ):
            values = self.get_fields(self.see(f"/charge/{self.sign.code}/{path}"))[0]
            self.patch(guest, "time", clock)
            steps.clear()
            self.see(f"/charge/{self.sign.code}/{action}", data={**values, **typed})
            self.assertEqual(steps.count("sleep"), 1)
            before = steps[: steps.index("sleep")]
            self.assertIn("lock", before)
            self.assertEqual(before[-1], "commit")

    def note(self, place, name, steps, word=None):
        """Note when a method is called."""
        method = getattr(place, name)

        def noted(*arguments, **options):
            steps.append(word or name)
            return method(*arguments, **options)

        self.patch(place, name, noted)
