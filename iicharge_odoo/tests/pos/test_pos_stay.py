# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_pos_front_desk import FrontDeskCase


@tagged("post_install", "-at_install")
class TestPayers(FrontDeskCase):
    def find(self, text=""):
        return self.register.iicharge_find_payers(self.connector.id, text)

    def find_rooms(self, text):
        return [stay["room"] for stay in self.find(text)["stays"]]

    def make_guest(self, name, room, **values):
        return self.make_stay(self.env["res.partner"].create({"name": name}), room, **values)

    def test_stays_are_found_while_they_are_typed(self):
        self.folio.iicharge_plate = "K AB 118"
        for text in ("1", "101", "web", "Anna W", "we 10", self.folio.name, "k ab"):
            (stay,) = self.find(text)["stays"]
            self.assertEqual((stay["id"], stay["room"]), (self.folio.id, "101"), text)
        self.assertEqual(self.find_rooms("999"), [])
        self.assertEqual(self.find_rooms("01"), [])

    def test_stays_in_house_are_listed_by_room(self):
        self.make_guest("Ruth Adler", "9")
        self.make_guest("Ben Otto", "A10")
        self.make_guest("Eva Sand", "A2")
        gone = fields.Datetime.now() - timedelta(hours=1)
        self.make_guest("Gone Guest", "55", iicharge_checkout=gone)
        found = self.find()
        rooms = [stay["room"] for stay in found["suggested"] + found["stays"]]
        self.assertEqual(rooms, ["9", "101", "A2", "A10"])

    def test_who_arrived_today_or_charged_before_is_suggested(self):
        self.make_guest("Ruth Adler", "9")
        self.make_guest("Ben Otto", "12", iicharge_checkin=fields.Datetime.now())
        self.charge_kwh()
        suggested = self.find()["suggested"]
        self.assertEqual([stay["room"] for stay in suggested], ["12", "101"])

    def test_stay_that_charges_says_where_and_is_not_suggested(self):
        self.start(7001)
        self.process()
        found = self.find()
        self.assertEqual(found["suggested"], [])
        (stay,) = found["stays"]
        self.assertEqual(stay["charges_at"], "Garage 1 · 1")

    def test_arrival_of_today_is_shown_as_one(self):
        at = fields.Datetime.now() + timedelta(seconds=5)
        self.make_guest("Late Guest", "7", iicharge_checkin=at)
        (stay,) = [stay for stay in self.find("late")["stays"] if stay["room"] == "7"]
        self.assertTrue(stay["is_arrival"])
        self.assertFalse(self.find("anna")["stays"][0]["is_arrival"])

    def test_card_is_found_by_the_beginning_of_its_number(self):
        card = {"id": self.token.id, "uid": "04:A1:B2:C3", "who": "Anna Weber"}
        self.assertEqual(self.find("04A1")["cards"], [card])
        self.assertEqual(self.find("04")["cards"], [])
        self.assertEqual(self.find("04A%")["cards"], [])
        self.token.blocked = True
        self.assertEqual(self.find("04A1")["cards"], [])

    def test_start_of_a_register_is_no_card(self):
        self.register.iicharge_start(self.connector.id)
        uid = self.env["iicharge.token"].search([("kind", "=", "remote")]).uid
        self.assertEqual(self.find(uid[:6])["cards"], [])


@tagged("post_install", "-at_install")
class TestReserveAtRegister(FrontDeskCase):
    def test_row_and_reserve_keep_the_connector(self):
        answer = self.register.iicharge_reserve(self.connector.id, self.folio.id, self.guest.id, 60)
        command = self.env["iicharge.command"].browse(answer["command_id"])
        self.assertEqual(command.action, "ReserveNow")
        reservation = self.connector.reservation_id
        self.assertEqual((reservation.folio_id, reservation.partner_id), (self.folio, self.guest))
        left = reservation.expires_at - fields.Datetime.now()
        self.assertTrue(timedelta(minutes=58) < left <= timedelta(minutes=60))
        self.register.iicharge_cancel_reservation(self.connector.id)
        self.assertEqual(reservation.state, "cancelled")

    def test_walk_in_is_told_before_the_start_that_it_is_reserved(self):
        self.register.iicharge_reserve(self.connector.id, self.folio.id)
        with self.assertRaisesRegex(UserError, "reserved until"):
            self.register.iicharge_start(self.connector.id)
        self.assertFalse(
            self.env["iicharge.command"].search([("action", "=", "RemoteStartTransaction")])
        )

    def test_stay_that_takes_no_charges_reserves_nothing(self):
        self.folio.iicharge_no_post = True
        answer = self.register.iicharge_reserve(self.connector.id, self.folio.id)
        self.assertEqual(answer["refusal"]["code"], "no_post")
        self.assertFalse(self.connector.reservation_id)

    def test_guest_of_another_stay_is_refused(self):
        other = self.env["res.partner"].create({"name": "Ben Otto"})
        with self.assertRaisesRegex(UserError, "does not belong"):
            self.register.iicharge_reserve(self.connector.id, self.folio.id, other.id)


@tagged("post_install", "-at_install")
class TestQuoteOfAmount(FrontDeskCase):
    def test_amount_is_quoted_with_how_far_it_goes(self):
        quote = self.register.iicharge_quote(self.connector.id, amount=5)
        self.assertEqual(quote["energy_kwh"]["to"], "10.1")
        self.assertLessEqual(float(quote["price"]["to"]["incl_vat"]), 5)
        typical = self.register.iicharge_quote(self.connector.id)
        self.assertEqual(typical["energy_kwh"]["to"], "20")

    def test_amount_that_buys_nothing_is_refused(self):
        with self.assertRaisesRegex(UserError, "too little"):
            self.register.iicharge_quote(self.connector.id, amount=0.01)
