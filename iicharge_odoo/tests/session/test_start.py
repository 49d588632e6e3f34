# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestStart(ChargingCase):
    """Front desk starts a connector for a room."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )

    def wizard(self, text="101"):
        return self.open_stay_dialog("iicharge.start", text=text)

    def make_dialog(self, **values):
        dialogs = self.env["iicharge.start"].with_user(self.users["front_desk"])
        return dialogs.create({"connector_id": self.connector.id, **values})

    def find(self, text):
        connector = self.connector.with_user(self.users["front_desk"])
        return [stay["id"] for stay in connector.find_payers(text)["stays"]]

    def test_room_found_starts_with_a_token_of_the_stay(self):
        self.wizard().save().action_start()
        command = self.env["iicharge.command"].search([], limit=1)
        payload = json.loads(command.payload)
        self.assertEqual(command.action, "RemoteStartTransaction")
        self.assertEqual(payload["connectorId"], 1)
        token = self.env["iicharge.token"]._find(self.company, payload["idTag"])
        self.assertEqual(token.folio_id, self.folio)
        self.assertTrue(token.single_use)
        self.start(7001, idTag=payload["idTag"])
        self.process()
        self.assertEqual(self.session(7001).folio_id, self.folio)

    def test_start_without_a_stay_is_refused(self):
        form = self.wizard("999")
        self.assertFalse(form.folio_id or form.can_start)
        with self.assertRaisesRegex(UserError, "Choose the stay"):
            form.save().action_start()

    def test_sharers_of_a_room_are_offered_for_choice(self):
        other = self.make_stay(self.env["res.partner"].create({"name": "Ben Weber"}), "101")
        self.assertEqual(set(self.find("101")), {self.folio.id, other.id})

    def test_name_narrows_the_room(self):
        self.make_stay(self.env["res.partner"].create({"name": "Carl Otto"}), "101")
        self.assertEqual(self.wizard("weber 101").folio_id, self.folio)

    def test_stay_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        stays = self.env["iicharge.property"]._find_stays(
            self.env["iicharge.site"].create(
                {"name": "Other", "company_id": company.id, "time_zone": "UTC"}
            ),
            room="101",
        )
        self.assertFalse(stays)

    def test_stay_without_outside_charges_is_refused_in_words(self):
        self.folio.iicharge_no_post = True
        with self.assertRaisesRegex(UserError, "takes no charges"):
            self.wizard().save().action_start()

    def test_only_front_desk_finds_who_pays(self):
        for group in ("technician", "accountant"):
            with self.assertRaises(AccessError):
                self.connector.with_user(self.users[group]).find_payers("101")

    def test_walk_in_starts_with_what_was_noted_and_pays_at_front_desk(self):
        dialog = self.make_dialog(is_walk_in=True, walk_in_name="Kona", plate="B IR 4721")
        self.assertTrue(dialog.can_start)
        dialog.action_start()
        token = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1)
        self.assertEqual((token.group, token.plate), ("visitor", "B IR 4721"))
        self.assertEqual((token.walk_in_name, token.folio_id.id), ("Kona", False))

    def test_walk_in_begins_at_a_free_connector_of_those_shown(self):
        front_desk = self.connector.with_user(self.users["front_desk"])
        self.connector.status = "available"
        action = front_desk.action_start_walk_in()
        self.assertEqual(action["context"]["default_connector_id"], self.connector.id)
        self.connector.status = "charging"
        self.assertNotEqual(
            self.connector._find_free(self.company) & self.connector, self.connector
        )

    def test_card_that_is_found_starts_as_if_it_were_shown(self):
        dialog = self.make_dialog(card_id=self.token.id)
        self.assertTrue(dialog.can_start)
        dialog.action_start()
        command = self.env["iicharge.command"].search([], limit=1)
        self.assertEqual(command.token_id, self.token)

    def test_blocked_card_is_refused_before_the_start(self):
        self.token.blocked = True
        dialog = self.make_dialog(card_id=self.token.id)
        self.assertFalse(dialog.can_start or dialog.can_override)
        self.assertTrue(dialog.refusal_text)

    def test_start_that_waits_for_its_car_is_cancelled(self):
        self.connector.status = "available"
        self.wizard().save().action_start()
        command = self.env["iicharge.command"].search([], limit=1)
        command.write({"state": "answered", "outcome": "Accepted"})
        self.connector.invalidate_recordset()
        self.assertEqual(self.connector.live_state, "waiting")
        with self.assertRaises(AccessError):
            self.connector.with_user(self.users["technician"]).action_cancel_start()
        self.connector.with_user(self.users["front_desk"]).action_cancel_start()
        self.connector.invalidate_recordset()
        self.assertEqual(self.connector.live_state, "available")
