# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo.tests import tagged

from .tap import TapCase

REFUSED = ("/again", "/stop", "/wrong", "/rate", "/mail", "/notify", "/limit")


@tagged("post_install", "-at_install")
class TestGuestTap(TapCase):
    """A guest holds a card to the charger, and the page follows the charging."""

    # --- the way --------------------------------------------------------------------------------
    def test_way_is_offered_where_the_plug_is_free_and_cards_are_used(self):
        way = self.env["iicharge.guest.payer.tap"]
        self.assertTrue(way._is_offered(self.connector))
        self.assertIn(
            "I have a charging card", self.get_text(self.see(f"/charge/{self.sign.code}"))
        )
        self.connector.status = "charging"
        self.assertFalse(way._is_offered(self.connector))
        self.connector.status = "available"
        self.env["iicharge.token"].search([("kind", "=", "rfid")]).blocked = True
        self.assertFalse(way._is_offered(self.connector))

    def test_charger_is_sent_nothing(self):
        visit = self.wait_for_card()
        self.assertFalse(visit.command_id or visit.token_id)
        self.assertFalse(
            self.env["iicharge.command"].search([("connector_id", "=", self.connector.id)])
        )
        text = self.get_visit_text(visit)
        self.assertIn("Hold your card to the reader, then plug in", text)
        self.assertIn("Cancel", text)
        # 16 bytes
        self.assertEqual(len(visit.key), 22)

    def test_page_follows_the_card_to_the_end_and_names_nobody(self):
        visit = self.wait_for_card(9)
        session = self.tap(minutes=-8)
        self.assertEqual(visit.session_id, session)
        self.assertEqual(session.folio_id, self.folio)
        self.assertEqual(visit.tariff_id, session.tariff_id)
        self.sample(9001, -1, 1000 + 1200, power=11000)
        self.process()
        page = self.see(f"/charge/my/{visit.key}")
        text = self.get_text(page)
        self.assertIn("Speed now", text)
        self.assertIn("1.2 kWh", text)
        self.assertIn("To stop, hold your card to the reader again.", text)
        self.assertFalse(page.xpath("//main//form | //a[contains(@href, 'ask=')]"))
        self.assert_anonymous(text, session)
        live = self.url_open(f"/charge/my/{visit.key}/figures").json()
        self.assertEqual((live["state"], live["texts"]["limit"]), ("charging", ""))
        self.assert_anonymous(str(live), session)
        self.stop(9001, minutes=0, meter_stop=1000 + 1400)
        self.process()
        page = self.see(f"/charge/my/{visit.key}")
        text = self.get_text(page)
        self.assertIn("1.4 kWh at", text)
        self.assertIn("Your card's bill has it.", text)
        self.assertFalse(page.xpath("//main//form"))
        self.assertNotIn("PDF", text)
        self.assert_anonymous(text, session)

    def assert_anonymous(self, text, session):
        for part in ("Weber", "101", "04A1B2C3", "04:A1:B2:C3", "37.00", self.folio.name):
            self.assertNotIn(part, text)

    def test_followed_charging_is_changed_by_nothing(self):
        visit = self.wait_for_card()
        csrf = self.see(f"/charge/my/{visit.key}").xpath("//input[@name='csrf_token']/@value")[0]
        session = self.tap()
        typed = {
            "csrf_token": csrf,
            "address": "a@example.com",
            "by": "energy",
            "kwh": "50",
            "reason": "energy",
            "statement": "It is mine",
            "stars": "1",
        }

        def send():
            for route in REFUSED:
                self.drop_counts()
                answer = self.url_open(f"/charge/my/{visit.key}{route}", data=typed)
                self.assertEqual(answer.status_code, 403, route)
            self.assertEqual(self.url_open(f"/charge/my/{visit.key}/receipt").status_code, 403)
            for ask in ("stop", "limit"):
                page = self.see(f"/charge/my/{visit.key}?ask={ask}")
                self.assertFalse(page.xpath("//main//form | //*[@class='act']//form"))

        send()
        self.assertFalse(session.desired_state_ids)
        self.assertEqual((self.card.limit_amount, self.card.limit_wh), (37, 0))
        self.stop(9001, minutes=1, meter_stop=11000)
        self.process()
        send()
        self.assertFalse(session.dispute_ids or session.rating_ids or visit.notify_email)

    def test_guest_who_names_the_room_gets_a_page_that_can_stop(self):
        visit = self.wait_for_card()
        session = self.tap()
        self.drop_counts()
        self.name_stay(room="101", name="weber")
        own = self.env["iicharge.guest.visit"].search([], limit=1)
        self.assertNotEqual(own, visit)
        self.assertEqual((own.session_id, own.payer), (session, "room"))

    # --- what is not followed -------------------------------------------------------------------
    def test_two_pages_wait_and_neither_follows(self):
        first, second = self.wait_for_card(6), self.wait_for_card(5)
        for visit in (first, second):
            self.assertIn("Another phone waits", self.get_visit_text(visit))
        session = self.tap()
        self.assertTrue(session)
        self.assertFalse((first | second).session_id)
        for visit in (first, second):
            text = self.get_visit_text(visit)
            self.assertIn("two phones waited for it", text)
            self.assertIn("This page has charged nothing", text)
            self.assertNotIn("kWh", text.partition("tax included")[2])

    def test_page_follows_once_the_other_one_has_cancelled(self):
        first, second = self.wait_for_card(6), self.wait_for_card(5)
        page = self.see(f"/charge/my/{second.key}")
        values, action = self.get_fields(page, "//form[contains(@action, '/cancel')]")
        self.see(action, data=values)
        second.cancelled_at = self.t0 - timedelta(minutes=2)
        self.assertNotIn("Another phone waits", self.get_visit_text(first))
        self.assertEqual(self.tap(), first.session_id)
        self.assertIn("Cancelled", self.get_visit_text(second))

    def test_page_that_cancels_after_the_card_came_was_still_one_of_two(self):
        first, second = self.wait_for_card(6), self.wait_for_card(5)
        second.cancelled_at = self.t0
        self.tap()
        self.assertFalse((first | second).session_id)

    def test_page_that_opens_after_the_card_came_is_one_of_two(self):
        first, second = self.wait_for_card(6), self.wait_for_card(0)
        self.tap()
        self.assertFalse((first | second).session_id)

    def test_page_whose_time_ended_meanwhile_was_one_of_two(self):
        first, second = self.wait_for_card(10.5), self.wait_for_card(5)
        self.tap()
        self.assertFalse((first | second).session_id)

    def test_other_plug_is_another_wait(self):
        visit = self.wait_for_card()
        self.tap(connectorId=2)
        self.assertTrue(self.find_session())
        self.assertFalse(visit.session_id)
        self.assertIn("Hold your card", self.get_visit_text(visit))

    def test_charging_that_began_before_is_not_followed(self):
        visit = self.wait_for_card()
        session = self.tap(minutes=-6)
        self.assertTrue(session)
        self.assertFalse(visit.session_id)
        text = self.get_visit_text(visit)
        self.assertIn("cannot be sure that it began with your card", text)

    def test_start_that_the_gateway_got_before_is_not_followed(self):
        """The charger's clock is ahead."""
        visit = self.wait_for_card()
        message = self.start(9001, -1)
        message.received_at = self.t0 - timedelta(minutes=6)
        self.process()
        self.assertTrue(self.find_session())
        self.assertFalse(visit.session_id)

    def test_offline_start_of_earlier_that_comes_late_is_not_followed(self):
        visit = self.wait_for_card()
        message = self.start(9001, -60)
        message.received_at = self.t0
        self.process()
        self.assertTrue(self.find_session())
        self.assertFalse(visit.session_id)

    def test_offline_start_of_the_wait_that_comes_late_is_followed(self):
        visit = self.wait_for_card()
        message = self.start(9001, -3)
        message.received_at = self.t0
        self.process()
        self.assertTrue(visit.session_id)

    def test_refused_and_unknown_cards_are_not_followed(self):
        visit = self.wait_for_card()
        for number, start in enumerate(
            ({"status": "Invalid"}, {"idTag": "UNKNOWN"}, {"idTag": "UNKNOWN", "status": "Invalid"})
        ):
            with self.subTest(**start):
                self.start(9100 + number, -2, **start)
                self.process()
                self.assertFalse(visit.session_id)

    def test_start_of_front_desk_is_not_followed(self):
        visit = self.wait_for_card()
        command = self.connector._start_for_stay(self.folio)
        self.start(9001, idTag=command.token_id.uid)
        self.process()
        self.assertTrue(self.find_session())
        self.assertFalse(visit.session_id)

    def test_start_of_front_desk_with_the_card_is_not_followed(self):
        visit = self.wait_for_card()
        self.connector._send_start(self.card)
        self.assertTrue(self.tap())
        self.assertFalse(visit.session_id)

    def test_no_card_comes_in_time(self):
        visit = self.wait_for_card(11)
        text = self.get_visit_text(visit)
        self.assertIn("No card came in time", text)
        self.assertIn("Nothing was charged", text)
        self.assertTrue(self.tap(minutes=0))
        self.assertFalse(visit.session_id)
        self.assertNotIn("Speed now", self.get_visit_text(visit))

    def test_page_that_was_refreshed_learns_of_the_other_one(self):
        visit = self.wait_for_card(6)
        path = f"/charge/my/{visit.key}/figures"
        self.assertFalse(self.url_open(path).json()["texts"]["contested"])
        other = self.wait_for_card(5)
        # in a test all of it is one moment to PostgreSQL
        self.env.cr.execute(
            "UPDATE iicharge_guest_visit SET write_date = '2050-01-01' WHERE id = %s", [other.id]
        )
        self.assertTrue(self.url_open(path).json()["texts"]["contested"])
