# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import WaitingCase


@tagged("post_install", "-at_install")
class TestWaitingDesk(WaitingCase):
    def as_desk(self, place):
        return place.with_user(self.users["front_desk"])

    def test_front_desk_moves_offers_and_removes(self):
        first, second, third = (self.wait(name) for name in ("First", "Second", "Third"))
        self.as_desk(third).action_move_up()
        self.assertEqual([one.place for one in (first, second, third)], [1, 3, 2])
        self.as_desk(first).action_move_up()
        self.as_desk(second).action_move_down()
        self.assertEqual([one.place for one in (first, second, third)], [1, 3, 2])
        with self.assertRaises(UserError):
            self.as_desk(second).action_offer()
        self.connector.status = "available"
        self.as_desk(second).action_offer()
        self.assertEqual((second.state, second.connector_id), ("offered", self.connector))
        with self.assertRaises(UserError):
            self.as_desk(second).action_offer()
        self.as_desk(second).action_remove()
        self.assertEqual((second.state, second.reservation_id.state), ("left", "cancelled"))
        self.advance()
        self.assertEqual(first.state, "offered")

    def test_front_desk_offers_at_night_too(self):
        self.site.write({"quiet_from": 0, "quiet_until": 24})
        place = self.wait(email="ada@example.com")
        self.free()
        self.assertEqual(place.state, "waiting")
        self.as_desk(place).action_offer()
        self.assertEqual(place.state, "offered")

    def test_others_than_front_desk_change_nothing(self):
        place = self.wait()
        for role in ("technician", "accountant"):
            for action in ("action_remove", "action_move_up", "action_move_down", "action_offer"):
                with self.assertRaises(AccessError):
                    getattr(place.with_user(self.users[role]), action)()

    def test_reservation_that_front_desk_cancels_gives_the_place_back(self):
        place = self.wait()
        self.free()
        place.reservation_id.with_user(self.users["front_desk"]).action_cancel()
        self.advance()
        self.assertEqual((place.state, place.place), ("passed", 1))
        self.assertEqual(self.connector.live_state, "available")

    def test_front_desk_is_asked_to_call_who_gets_no_e_mail(self):
        silent, mailed, watching = (
            self.wait("Silent"),
            self.wait("Mailed", email="ada@example.com"),
            self.wait("Watching"),
        )
        watching._set_seen()
        third = self.connector.copy({"charger_id": self.charger.id, "number": 3})
        for connector in (self.connector, self.other_connector, third):
            self.free(connector)
        self.assertEqual({one.state for one in silent | mailed | watching}, {"offered"})
        kinds = self.env["iicharge.alert.kind"]
        self.assertEqual(kinds._find_guest_to_call(self.company), silent)
        self.env["iicharge.alert"]._reconcile()
        self.assertIn("Call Silent", silent.activity_ids.summary)
        self.assertIn(self.connector.display_name, silent.activity_ids.summary)
        self.expire(silent)
        self.env["iicharge.alert"]._reconcile()
        self.assertFalse(silent.activity_ids)

    def test_front_desk_starts_for_the_stay_that_it_is_kept_for(self):
        place = self.wait(folio=self.folio)
        self.free()
        connector = self.connector.with_user(self.users["front_desk"])
        command = connector._start_for_stay(self.folio)
        self.assertEqual(command.sudo().token_id, place.reservation_id.token_id)
        other = self.make_stay(self.env["res.partner"].create({"name": "Bo"}), "102")
        with self.assertRaisesRegex(UserError, "reserved until"):
            connector._start_for_stay(other)
        with self.assertRaisesRegex(UserError, "reserved until"):
            connector._start_with_card(
                self.env["iicharge.token"]
                .create({"uid": "STRANGER", "folio_id": other.id})
                .with_env(connector.env)
            )

    def test_front_desk_starts_for_the_guest_without_a_stay(self):
        place = self.wait("Bo", email="bo@example.com")
        self.free()
        place.reservation_id.expires_at = fields.Datetime.now() + timedelta(minutes=1)
        config = self.env["pos.config"].create({"name": "Desk"})
        desk = config.with_user(self.users["front_desk"])
        [row] = [
            one
            for one in desk.iicharge_read_board()["connectors"]
            if one["id"] == self.connector.id
        ]
        self.assertEqual((row["reserved"]["is_walk_in"], row["reserved"]["guest"]), (True, "Bo"))
        found = desk.iicharge_start(self.connector.id, request_key="k")
        command = self.env["iicharge.command"].browse(found["command_id"])
        self.assertEqual(command.token_id, place.reservation_id.token_id)
        self.assertEqual(place.offered_until, command.token_id.valid_until)

    def test_register_adds_moves_offers_and_removes(self):
        config = self.env["pos.config"].create({"name": "Desk"})
        desk = config.with_user(self.users["front_desk"])
        self.assertEqual(desk.iicharge_read_board()["waiting"], [])
        for _lost_answer in range(2):
            desk.iicharge_add_waiting(self.connector.id, "a", name="Bo", email="bo@example.com")
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            desk.iicharge_add_waiting(self.connector.id, "b", name="Bo", email="bo")
        with self.assertRaisesRegex(UserError, "Choose a stay"):
            desk.iicharge_add_waiting(self.connector.id, "c")
        rows = desk.iicharge_add_waiting(self.connector.id, "d", folio_id=self.folio.id)
        self.assertEqual(
            [(row["place"], row["who"]) for row in rows], [(1, "Bo"), (2, "101 Anna Weber")]
        )
        rows = desk.iicharge_change_waiting(rows[1]["id"], "up")
        self.assertEqual([row["who"] for row in rows], ["101 Anna Weber", "Bo"])
        self.other_connector.status = "available"
        rows = desk.iicharge_change_waiting(rows[1]["id"], "offer", self.other_connector.id)
        self.assertEqual(
            (rows[1]["connector_id"], rows[1]["needs_call"]), (self.other_connector.id, False)
        )
        rows = desk.iicharge_change_waiting(rows[1]["id"], "remove")
        self.assertEqual([row["who"] for row in rows], ["101 Anna Weber"])
        elsewhere = self.env["iicharge.site"].create({"name": "Annex", "time_zone": "UTC"})
        config.iicharge_site_ids = elsewhere
        with self.assertRaises(AccessError):
            desk.iicharge_change_waiting(rows[0]["id"], "remove")

    def test_home_page_shows_whom_it_is_kept_for(self):
        self.wait("Bo Larsen")
        self.free()
        home = self.env["iicharge.home"].with_user(self.users["front_desk"])
        text = str(home.read_home("front_desk"))
        self.assertIn("Bo Larsen", text)
        self.assertIn("kept until", text)

    def test_addresses_and_names_are_read_by_front_desk_only(self):
        place = self.wait(email="ada@example.com")
        self.assertEqual(self.as_desk(place).email, "ada@example.com")
        self.assertNotIn("key", self.as_desk(place).fields_get())
        with self.assertRaises(AccessError):
            place.with_user(self.users["accountant"]).read(["name"])
