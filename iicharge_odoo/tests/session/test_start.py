# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

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

    def wizard(self, room="101", name=None):
        form = Form(
            self.env["iicharge.start"]
            .with_user(self.users["front_desk"])
            .with_context(default_connector_id=self.connector.id)
        )
        form.room = room
        if name:
            form.guest_name = name
        return form

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

    def test_room_unknown_says_what_to_do(self):
        form = self.wizard("999")
        self.assertIn("No guest in house", form.message)
        with self.assertRaises(UserError):
            form.save().action_start()

    def test_sharers_of_a_room_are_offered_for_choice(self):
        other = self.make_stay(self.env["res.partner"].create({"name": "Ben Weber"}), "101")
        form = self.wizard()
        self.assertIn("Several", form.message)
        self.assertFalse(form.folio_id)
        self.assertEqual(set(form.stay_ids.ids), {self.folio.id, other.id})

    def test_name_narrows_the_room(self):
        self.make_stay(self.env["res.partner"].create({"name": "Carl Otto"}), "101")
        self.assertEqual(self.wizard(name="weber").folio_id, self.folio)

    def test_room_with_percent_matches_only_itself(self):
        self.assertFalse(self.wizard("1%").stay_ids)

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
