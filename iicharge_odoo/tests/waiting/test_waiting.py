# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import WaitingCase


@tagged("post_install", "-at_install")
class TestWaiting(WaitingCase):
    def test_first_of_the_list_gets_the_free_connector_then_the_next(self):
        first, second = self.wait("First"), self.wait("Second")
        self.advance()
        self.assertEqual((first.state, first.place, second.place), ("waiting", 1, 2))
        self.free()
        self.assertEqual((first.state, second.state), ("offered", "waiting"))
        reservation = first.reservation_id
        self.assertEqual(reservation.connector_id, self.connector)
        self.assertEqual(reservation.state, "active")
        kept = reservation.expires_at - fields.Datetime.now()
        self.assertAlmostEqual(kept.total_seconds(), 15 * 60, delta=60)
        self.assertEqual(self.connector.live_state, "reserved")
        self.expire(first)
        self.assertEqual((first.state, second.state), ("expired", "offered"))
        self.assertFalse(first.place)
        self.assertEqual(second.connector_id, self.connector)

    def test_places_of_all_are_read_at_once(self):
        annex = self.site.copy({"name": "Annex"})
        there = self.places._join(annex, "annex", name="There")
        guests = self.places
        for number in range(5):
            guests |= self.wait(f"Guest {number}")
        guests[1]._leave()
        guests[4].with_user(self.users["front_desk"]).action_move_up()
        numbers = [1, 0, 2, 4, 3, 1]

        def count_queries(places):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = places.mapped("place")
            return found, self.env.cr.sql_log_count - before

        of_one = count_queries(there)
        of_all = count_queries(guests | there)
        self.assertEqual((of_one[0], of_all[0]), ([1], numbers))
        self.assertEqual(of_all[1], of_one[1])

    def test_offer_costs_nothing_when_nobody_comes(self):
        self.tariff.component_ids = [
            fields.Command.create(
                {"dimension": "FLAT", "price": 4, "reservation": "RESERVATION_EXPIRES"}
            )
        ]
        place = self.wait(folio=self.folio)
        self.free()
        self.expire(place)
        self.assertFalse(place.reservation_id.session_ids)

    def test_site_says_how_long_it_is_kept(self):
        self.site.offer_minutes = 30
        place = self.wait()
        self.free()
        kept = place.offered_until - fields.Datetime.now()
        self.assertAlmostEqual(kept.total_seconds(), 30 * 60, delta=60)

    def test_charger_is_asked_to_reserve_and_what_it_answers_changes_nothing(self):
        place = self.wait()
        self.free()
        reservation = place.reservation_id
        for answer, error in (('{"status": "Rejected"}', None), (None, "NotImplemented")):
            reservation._restore()
            command = reservation.command_ids.sorted("id")[-1]
            self.assertEqual(command.action, "ReserveNow")
            self.assertEqual(json.loads(command.payload)["reservationId"], reservation.id)
            command._set_outcome(answer, error, None, fields.Datetime.now())
            self.assertEqual((reservation.state, place.state), ("active", "offered"))
            wishes = self.env["iicharge.desired.state"].search(
                [("reservation_id", "=", reservation.id), ("state", "=", "open")]
            )
            self.assertFalse(wishes, "a charger that knows no reservations is not asked again")

    def test_offer_moves_when_the_charger_fails_and_the_guest_keeps_the_place(self):
        first, second = self.wait("First", email="ada@example.com"), self.wait("Second")
        self.free()
        self.connector.status = "faulted"
        self.lose(first)
        self.other_connector.status = "available"
        self.advance()
        self.assertEqual((first.state, second.state), ("offered", "waiting"))
        self.assertEqual(first.connector_id, self.other_connector)
        lost = first.reservation_id.search([("connector_id", "=", self.connector.id)])
        self.assertEqual(lost.state, "cancelled")
        self.charger.connection_ids.online = False
        self.lose(first)
        self.assertEqual((first.state, first.place), ("waiting", 1))
        self.assertEqual(len(self.get_mails()), 2, "each charger is another one")

    def test_offer_is_kept_while_a_gateway_restarts(self):
        place = self.wait(email="ada@example.com")
        self.free()
        reservation = place.reservation_id
        for _restart in range(2):
            self.charger.connection_ids.online = False
            self.advance()
            place.unusable_since -= timedelta(minutes=2)
            self.advance()
            self.assertEqual((place.state, place.reservation_id), ("offered", reservation))
            self.charger.connection_ids.online = True
            self.advance()
            self.assertFalse(place.unusable_since, "the next one counts from its own begin")
        self.assertEqual(len(self.get_mails()), 1)

    def test_offer_that_staff_take_out_of_use_is_lost_at_once(self):
        place = self.wait()
        self.free()
        self.connector.offered = False
        self.advance()
        self.assertEqual(place.state, "waiting")

    def test_same_charger_is_written_about_once_while_it_was_kept(self):
        place = self.wait(email="ada@example.com")
        self.free()
        self.charger.connection_ids.online = False
        self.lose(place)
        self.assertEqual(place.state, "waiting")
        self.charger.connection_ids.online = True
        self.advance()
        self.assertEqual((place.state, place.connector_id), ("offered", self.connector))
        self.assertEqual(len(self.get_mails()), 1)
        # what the guest lets go is offered as another one
        place._pass()
        place.passed_until = fields.Datetime.now() - timedelta(seconds=1)
        self.advance()
        self.assertEqual(place.state, "offered")
        self.assertEqual(len(self.get_mails()), 2)

    def test_same_charger_is_written_about_again_after_its_time(self):
        place = self.wait(email="ada@example.com")
        self.free()
        self.charger.connection_ids.online = False
        self.lose(place)
        place.written_until = fields.Datetime.now()
        self.charger.connection_ids.online = True
        self.advance()
        self.assertEqual(place.state, "offered")
        self.assertEqual(len(self.get_mails()), 2)

    def test_offer_moves_when_a_stranger_charges_there(self):
        place = self.wait()
        self.free()
        stranger = self.env["iicharge.token"].create({"uid": "STRANGER", "group": "visitor"})
        self.start(9001, idTag=stranger.uid)
        self.process()
        self.advance()
        self.assertEqual((place.state, place.reservation_id.state), ("waiting", "cancelled"))

    def test_guest_lets_the_next_go_first_and_keeps_the_place(self):
        first, second, third = (self.wait(name) for name in ("First", "Second", "Third"))
        self.free()
        first._pass()
        self.assertEqual(first.reservation_id.state, "cancelled")
        self.advance()
        self.assertEqual((second.state, first.state), ("offered", "waiting"))
        self.assertEqual(first.place, 1)
        self.free(self.other_connector)
        self.assertEqual((first.state, third.state), ("offered", "waiting"))

    def test_guest_who_passes_alone_is_asked_again_later(self):
        place = self.wait()
        self.free()
        place._pass()
        self.advance()
        self.assertEqual(place.state, "passed")
        place.passed_until = fields.Datetime.now() - timedelta(seconds=1)
        self.advance()
        self.assertEqual(place.state, "offered")

    def test_guest_leaves(self):
        first, second = self.wait("First", email="a@example.com"), self.wait("Second")
        self.free()
        first._leave()
        self.advance()
        self.assertEqual((first.state, second.state), ("left", "offered"))
        self.assertFalse(first.email)
        self.assertEqual(second.connector_id, self.connector)

    def test_car_that_does_not_fit_is_passed_over(self):
        self.connector.standard = "ccs2"
        first, second = self.wait("First", plug="type2"), self.wait("Second", plug="ccs2")
        self.free()
        self.assertEqual((first.state, second.state), ("waiting", "offered"))
        self.other_connector.standard = "type2_cable"
        self.free(self.other_connector)
        self.assertEqual(first.state, "offered")

    def test_connector_that_is_not_free_is_not_offered(self):
        place = self.wait()
        self.connector.status = "preparing"
        self.advance()
        self.assertEqual(place.state, "waiting", "a car is plugged in")
        self.connector.status = "available"
        self.env["iicharge.blocked.bay"]._report(self.connector, "A van")
        self.advance()
        self.assertEqual(place.state, "waiting", "the bay is blocked")
        self.env["iicharge.blocked.bay"].search([]).action_done()
        self.connector._start_for_visitor()
        self.advance()
        self.assertEqual(place.state, "waiting", "a start is on its way")

    def test_stay_is_on_the_list_once_and_ends_with_the_stay(self):
        place = self.wait(folio=self.folio)
        again = self.places._join(self.site, "other", self.folio, email="a@example.com")
        self.assertEqual(again, place)
        self.assertEqual(place.email, "a@example.com")
        self.folio.iicharge_checkout = fields.Datetime.now() - timedelta(hours=1)
        self.advance()
        self.assertEqual(place.state, "left")

    def test_place_ends_after_a_day_and_is_deleted_after_a_month(self):
        place = self.wait()
        long_ago = fields.Datetime.now() - timedelta(hours=25)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE iicharge_waiting SET create_date = %s WHERE id = %s", (long_ago, place.id)
        )
        place.invalidate_recordset()
        self.advance()
        self.assertEqual(place.state, "left")
        place.ended_at = fields.Datetime.now() - timedelta(days=31)
        self.places._gc_ended()
        self.assertFalse(place.exists())

    # --- e-mails ----------------------------------------------------------------------------
    def test_guest_is_written_to_once_for_an_offer(self):
        place = self.wait(email="ada@example.com", lang="en_US")
        self.advance()
        self.assertFalse(self.get_mails())
        self.free()
        self.advance()
        mail = self.get_mails()
        self.assertEqual((mail.email_to, len(mail)), ("ada@example.com", 1))
        self.assertIn(f"/charge/wait/{place.key}", mail.body_html)
        self.assertIn(self.connector.display_name, mail.body_html)
        self.assertNotIn(place.key, "".join(place.message_ids.mapped("body")))
        self.expire(place)
        self.assertFalse(place.email)

    def test_guest_without_an_address_is_not_written_to(self):
        self.folio.partner_id.email = "weber@example.com"
        self.wait(folio=self.folio)
        self.free()
        self.assertFalse(self.get_mails())

    def test_at_night_only_who_has_the_page_open_gets_an_offer(self):
        self.site.write({"quiet_from": 0, "quiet_until": 24})
        asleep, awake = self.wait("Asleep", email="ada@example.com"), self.wait("Awake")
        awake._set_seen()
        self.free()
        self.assertEqual((asleep.state, awake.state), ("waiting", "offered"))
        self.free(self.other_connector)
        self.assertEqual(asleep.state, "waiting")
        self.assertFalse(self.get_mails())
        self.site.write({"quiet_from": 0, "quiet_until": 0})
        self.advance()
        self.assertEqual((asleep.state, asleep.place), ("offered", 1))

    # --- claiming ----------------------------------------------------------------------------
    def charge(self, place):
        self.t0 = fields.Datetime.now()
        type(self).t0 = self.t0
        self.start(9001, idTag=place.reservation_id.token_id.uid)
        self.process()
        return self.env["iicharge.session"]._find_transaction(self.charger, "9001")

    def test_start_with_the_kept_token_claims_it_once(self):
        place = self.wait(folio=self.folio)
        self.free()
        session = self.charge(place)
        self.assertEqual(place.state, "claimed")
        self.assertEqual(session.reservation_id, place.reservation_id)
        self.assertEqual(session.folio_id, self.folio)
        self.assertTrue(session.tariff_snapshot, "the price of the start, as there is no other")
        self.advance()
        self.assertEqual(place.reservation_id.state, "used")

    def test_start_in_time_that_is_reported_late_claims_it(self):
        place = self.wait(folio=self.folio)
        self.free()
        self.expire(place)
        self.assertEqual(place.state, "expired")
        place.reservation_id.write(
            {"reserved_at": self.t0, "expires_at": self.t0 + timedelta(minutes=15)}
        )
        self.start(9001, minutes=1, idTag=place.reservation_id.token_id.uid)
        self.process()
        self.assertEqual(place.state, "claimed")

    def test_other_cards_start_nothing_where_it_is_kept(self):
        place = self.wait(folio=self.folio)
        self.free()
        stranger = self.env["iicharge.token"].create(
            {"uid": "STRANGER", "group": "guest", "folio_id": self.make_stay(self.guest, "9").id}
        )
        now = fields.Datetime.now()
        decide = self.env["iicharge.token"]._decide
        self.assertEqual(decide(self.charger, stranger.uid, now, 1).status, "Blocked")
        self.assertEqual(decide(self.charger, stranger.uid, now, 2).status, "Accepted")
        self.assertEqual(decide(self.charger, self.token.uid, now, 1).status, "Accepted")
        self.assertEqual(
            decide(self.charger, place.reservation_id.token_id.uid, now, 1).status, "Accepted"
        )

    def test_card_of_the_same_stay_claims_it(self):
        place = self.wait(folio=self.folio)
        self.free()
        self.t0 = fields.Datetime.now()
        type(self).t0 = self.t0
        self.start(9001)
        self.process()
        self.assertEqual(place.state, "claimed")
