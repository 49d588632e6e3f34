# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestEvse(ChargingCase):
    def evses(self, charger=None):
        domain = [("charger_id", "=", (charger or self.charger).id)]
        return self.env["iicharge.evse"].search(domain)

    def test_each_connector_gets_an_evse_of_its_number(self):
        self.assertEqual(self.evses().mapped("number"), [1, 2])
        self.assertEqual(self.evses().connector_ids, self.connector + self.other_connector)
        self.assertEqual(self.connector.evse_id.number, 1)

    def test_connector_seen_for_the_first_time_gets_an_evse(self):
        self.status("Available", connector=3)
        self.process()
        self.assertEqual(self.evses().mapped("number"), [1, 2, 3])

    def test_evse_takes_a_second_connector(self):
        second = self.env["iicharge.connector"].create(
            {"charger_id": self.charger.id, "number": 3, "evse_id": self.connector.evse_id.id}
        )
        self.assertEqual(self.connector.evse_id.connector_ids, self.connector + second)
        self.assertEqual(len(self.evses()), 2)
        second.number = 4
        self.assertEqual(second.evse_id, self.connector.evse_id)

    def test_connector_renumbered_takes_its_evse_along(self):
        user = self.users["technician"]
        self.other_connector.with_user(user).number = 5
        self.assertEqual(self.evses().mapped("number"), [1, 5])
        self.assertEqual(self.other_connector.evse_id.number, 5)

    def test_connector_moved_to_another_charger_gets_an_evse_there(self):
        other = self.charger.copy({"identity": "test-other"})
        self.other_connector.charger_id = other
        self.assertEqual(self.other_connector.evse_id, self.evses(other))
        self.assertEqual(self.evses().mapped("number"), [1])

    def test_evse_goes_with_its_last_connector(self):
        self.other_connector.unlink()
        self.assertEqual(self.evses().mapped("number"), [1])

    def test_evse_of_another_charger_is_refused(self):
        other = self.charger.copy({"identity": "test-other"})
        evse = self.env["iicharge.evse"].create({"charger_id": other.id, "number": 1})
        with self.assertRaises(ValidationError):
            self.connector.evse_id = evse

    def test_technician_makes_chargers_with_connectors(self):
        charger = (
            self.env["iicharge.charger"]
            .with_user(self.users["technician"])
            .create(
                {
                    "name": "New",
                    "identity": "test-new",
                    "site_id": self.site.id,
                    "connector_ids": [(0, 0, {"number": 1}), (0, 0, {"number": 2})],
                }
            )
        )
        self.assertEqual(charger.connector_ids.evse_id.mapped("number"), [1, 2])
