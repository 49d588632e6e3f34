# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields
from odoo.tests import tagged

from ...controllers import guest
from .common import GuestCase


@tagged("post_install", "-at_install")
class TestGuestStart(GuestCase):
    def visits(self):
        return self.env["iicharge.guest.visit"].search([])

    def test_room_and_last_name_start_for_the_stay(self):
        page, visit = self.start_for_room()
        self.assertEqual(visit.token_id.folio_id, self.folio)
        self.assertEqual(visit.command_id.token_id, visit.token_id)
        self.assertTrue(self.answer.url.endswith(f"/charge/my/{visit.key}"))
        self.assertGreaterEqual(len(visit.key), 22)
        self.assertIn("We ask the charger", self.get_text(page))

    def test_booking_number_and_pin_start_too(self):
        self.name_stay(room="101", name=self.folio.name.lower())
        self.assertEqual(self.visits().token_id.folio_id, self.folio)
        self.visits().command_id._set_outcome("{}", None, None, fields.Datetime.now())
        self.visits()._cancel()
        self.env["sale.order"]._iicharge_make_pins()
        self.name_stay(pin=self.folio.iicharge_pin)
        self.assertEqual(len(self.visits()), 2)
        self.assertEqual(self.visits().token_id.folio_id, self.folio)

    def test_form_that_is_sent_twice_starts_once(self):
        values, action = self.get_fields(self.ask_room())
        values |= {"room": "101", "name": "Weber"}
        first = self.see(action, data=values)
        url = self.answer.url
        self.see(action, data=values)
        self.assertEqual(self.answer.url, url)
        self.assertEqual(len(self.visits()), 1)
        self.assertIsNotNone(first)

    def test_second_phone_at_the_connector_is_told(self):
        page = self.ask_room()
        self.start_for_room()
        text = self.get_text(self.name_stay(page, room="101", name="Weber"))
        self.assertIn("Somebody was faster", text)
        self.assertEqual(len(self.visits()), 1)

    def test_price_that_changed_meanwhile_is_shown_again(self):
        page = self.ask_room()
        self.tariff.component_ids.price = 0.9
        text = self.get_text(self.name_stay(page, room="101", name="Weber"))
        self.assertIn("The price has changed", text)
        self.assertFalse(self.visits())

    def test_price_that_was_shown_holds_for_the_session(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        self.tariff.component_ids.price = 9
        session = self.plug_in(visit)
        self.assertEqual(session.tariff_snapshot, visit.tariff_snapshot)
        self.assertIn("0.45", session.tariff_snapshot)

    def test_limit_of_the_estimate_stops_there(self):
        self.name_stay(self.ask_room(by="energy", kwh=30, limit=1), room="101", name="Weber")
        self.assertEqual(self.visits().token_id.limit_wh, 30000)

    def test_refusal_is_in_the_words_of_a_guest(self):
        self.folio.iicharge_no_post = True
        text = self.get_text(self.name_stay(room="101", name="Weber"))
        self.assertIn(self.env["iicharge.refusal"]._get_guest_text("no_post"), text)
        self.assertFalse(self.visits())

    def test_connector_reserved_for_another_stay_is_not_started(self):
        page = self.ask_room()
        other = self.make_stay(self.env["res.partner"].create({"name": "Ben Ode"}), "102")
        until = fields.Datetime.add(fields.Datetime.now(), minutes=30)
        self.connector._reserve_for_stay(other, until)
        self.name_stay(page, room="101", name="Weber")
        self.assertFalse(self.visits())

    def test_connector_reserved_for_the_stay_is_started(self):
        until = fields.Datetime.add(fields.Datetime.now(), minutes=30)
        reservation = self.connector._reserve_for_stay(self.folio, until)
        self.name_stay(room="101", name="Weber")
        self.assertTrue(reservation)
        self.assertEqual(self.visits().token_id.folio_id, self.folio)

    def test_start_of_front_desk_that_is_on_its_way_makes_the_guest_wait(self):
        page = self.ask_room()
        other = self.make_stay(self.env["res.partner"].create({"name": "Ben Ode"}), "102")
        self.connector._start_for_stay(other)
        text = self.get_text(self.name_stay(page, room="101", name="Weber"))
        self.assertIn("Somebody was faster", text)
        self.assertFalse(self.visits())

    def test_guest_who_lost_the_link_finds_the_charging_again(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        self.plug_in(visit)
        self.assertIn("It is mine", self.get_text(self.see(f"/charge/{self.sign.code}")))
        self.name_stay(room="101", name="Weber")
        self.assertTrue(self.answer.url.endswith(f"/charge/my/{visit.key}"))
        self.make_stay(self.env["res.partner"].create({"name": "Ben Ode"}), "102")
        text = self.get_text(self.name_stay(room="102", name="Ode"))
        self.assertIn("not free any more", text)
        self.assertEqual(self.visits(), visit)

    def test_charging_that_a_card_began_is_shown_to_its_stay(self):
        self.start(9001)
        self.status("Charging")
        self.process()
        text = self.get_text(self.name_stay(room="101", name="Weber"))
        self.assertIn("Room 101 pays.", text)
        self.assertEqual(self.visits().session_id.folio_id, self.folio)

    def test_forged_form_is_refused(self):
        values, action = self.get_fields(self.ask_room())
        values |= {"room": "101", "name": "Weber", "csrf_token": "x"}
        with self.assertLogs("odoo.http", "WARNING"):
            self.assertEqual(self.url_open(action, data=values).status_code, 400)
        self.assertFalse(self.visits())


@tagged("post_install", "-at_install")
class TestWrongTries(GuestCase):
    def problem(self, page):
        [note] = page.xpath("//div[@role='alert']")
        return " ".join(note.text_content().split())

    def test_each_mismatch_has_one_answer(self):
        self.make_stay(self.env["res.partner"].create({"name": "Ben Ode"}), "102")
        answers = set()
        for typed in (
            {"room": "999", "name": "Weber"},
            {"room": "101", "name": "Ode"},
            {"pin": "00000000"},
        ):
            self.env["iicharge.guest.try"].search([]).unlink()
            answers.add(self.problem(self.name_stay(**typed)))
        self.assertEqual(len(answers), 1, answers)

    def test_two_stays_that_match_are_none(self):
        self.make_stay(self.env["res.partner"].create({"name": "Eva Weber"}), "101")
        self.assertIn("no stay", self.problem(self.name_stay(room="101", name="Weber")))

    def test_room_alone_and_name_alone_are_no_stay(self):
        for typed in ({"room": "101"}, {"name": "Weber"}, {}):
            self.assertIn("no stay", self.problem(self.name_stay(**typed)))

    def test_guest_of_another_property_is_not_found(self):
        self.folio.iicharge_site_id = self.site.copy({"name": "Other"})
        self.assertIn("no stay", self.problem(self.name_stay(room="101", name="Weber")))

    def test_sixth_wrong_name_is_not_looked_at_and_front_desk_is_told(self):
        for _try in range(5):
            self.name_stay(room="101", name="Wrong")
        page = self.name_stay(room="101", name="Wrong")
        self.assertIn("Five tries", self.problem(page))
        # the right name is not taken either, on this phone and connector
        self.assertIn(
            "Five tries", self.problem(self.name_stay(self.ask_room(), room="101", name="Weber"))
        )
        self.assertEqual(self.env["iicharge.guest.try"].search_count([]), 5)
        self.env["iicharge.alert"]._reconcile_name("guest_tries", self.company)
        alert = self.env["iicharge.alert"].search([("kind", "=", "guest_tries")])
        self.assertEqual(alert.res_id, self.connector.id)
        self.assertTrue(alert.activity_id)

    def test_tries_are_forgotten_after_an_hour_and_name_nobody(self):
        for _try in range(5):
            self.name_stay(room="101", name="Wrong")
        tries = self.env["iicharge.guest.try"].search([])
        self.assertNotIn("127.0.0.1", str(tries.read()))
        tries.at = fields.Datetime.subtract(fields.Datetime.now(), hours=1, minutes=1)
        self.start_for_room()
        self.assertTrue(self.env["iicharge.guest.visit"].search([]))

    def test_room_is_locked_at_other_connectors_and_phones_however_it_is_written(self):
        tries, page = self.env["iicharge.guest.try"], self.env["iicharge.guest.payer.room"]
        others = self.other_connector.copy({"number": 3}) | self.other_connector
        for number in range(5):
            tries._count_wrong(others[number % 2], f"10.0.0.{number}", " 1A ")
        typed = {"room": "1a", "name": "Weber", "pin": ""}
        self.assertTrue(page._identify(self.connector, "10.9.9.9", typed).locked_until)
        typed["room"] = "101"
        self.assertEqual(page._identify(self.connector, "10.9.9.9", typed).who, self.folio)

    def test_phone_is_locked_at_other_connectors_and_rooms(self):
        tries, page = self.env["iicharge.guest.try"], self.env["iicharge.guest.payer.room"]
        for number in range(5):
            tries._count_wrong(self.other_connector, "10.0.0.1", f"2{number}")
        typed = {"room": "101", "name": "Weber", "pin": ""}
        self.assertTrue(page._identify(self.connector, "10.0.0.1", typed).locked_until)
        self.assertEqual(page._identify(self.connector, "10.0.0.2", typed).who, self.folio)

    def test_old_tries_are_deleted(self):
        tries = self.env["iicharge.guest.try"]
        for number in range(2):
            tries._count_wrong(self.connector, "10.0.0.1", f"2{number}")
        old, new = tries.search([])
        old.at = fields.Datetime.subtract(fields.Datetime.now(), days=8)
        new.at = fields.Datetime.subtract(fields.Datetime.now(), days=6)
        self.assertEqual(tries._gc_old(), (1, 0))
        self.assertEqual(tries.search([]), new)

    def test_card_and_blocked_pin_are_no_pin(self):
        self.env["sale.order"]._iicharge_make_pins()
        room = self.env["iicharge.guest.payer.room"]
        pin = self.folio.iicharge_pin
        found = room._find_pin(self.connector, pin)
        self.assertTrue(found.is_pin)
        card = self.env["iicharge.token"].create({"uid": "77778888", "folio_id": self.folio.id})
        self.assertFalse(room._find_pin(self.connector, card.uid))
        found.blocked = True
        self.assertFalse(room._find_pin(self.connector, pin))

    def test_connector_is_locked_for_other_phones_too(self):
        tries = self.env["iicharge.guest.try"]
        for number in range(5):
            tries._count_wrong(self.connector, f"10.0.0.{number}", f"2{number}")
        room = self.env["iicharge.guest.payer.room"]
        typed = {"room": "101", "name": "Weber", "pin": ""}
        self.assertTrue(room._identify(self.connector, "10.9.9.9", typed).locked_until)
        answer = room._identify(self.other_connector, "10.9.9.9", typed)
        self.assertEqual(answer.who, self.folio)

    def test_robot_is_let_in_no_more(self):
        self.patch(guest, "CHANGES_OF_ADDRESS", guest.RateLimit(3, 60))
        for _try in range(3):
            self.url_open("/charge?code=222222")
        self.see("/charge?code=222222", 429)
