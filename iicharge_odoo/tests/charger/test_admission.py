# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...core import identity, timestamps
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestAdmission(ChargingCase):
    def register(self, key="new-1", secret="a secret of the charger"):
        return self.env["iicharge.charger"]._register_unknown(key, secret, "192.0.2.7")

    def test_unknown_charger_is_refused_where_no_site_allows_it(self):
        self.env["iicharge.site"].search([]).accept_unknown_chargers = False
        self.assertFalse(self.register())

    def test_unknown_charger_waits_on_the_list(self):
        self.site.accept_unknown_chargers = True
        self.site.sequence = -1
        charger = self.register()
        self.assertEqual(charger.admission, "pending")
        self.assertEqual(charger.site_id, self.site)
        self.assertTrue(identity.verify_secret("a secret of the charger", charger.secret_hash))
        charger.with_user(self.users["technician"]).action_accept()
        self.assertEqual(charger.admission, "accepted")

    def test_charger_that_came_without_password_is_listed_as_such(self):
        self.site.write({"accept_unknown_chargers": True, "sequence": -1})
        self.assertEqual(self.register(secret=None).security_profile, "0")
        self.assertEqual(self.register("new-2").security_profile, "1")

    def test_list_of_new_chargers_is_bounded(self):
        self.site.accept_unknown_chargers = True
        self.site.sequence = -1
        self.env["iicharge.charger"].create(
            [
                {
                    "name": f"N{i}",
                    "identity": f"flood-{i}",
                    "site_id": self.site.id,
                    "admission": "pending",
                }
                for i in range(50)
            ]
        )
        self.assertFalse(self.register())

    def test_archived_charger_is_not_registered_again(self):
        self.site.accept_unknown_chargers = True
        self.charger.active = False
        self.assertFalse(self.register(self.charger.identity_key))

    def test_identity_in_other_case_is_the_same_charger(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.charger.copy({"identity": "test-garage-1"})

    def test_identity_with_slash_says_what_is_wrong(self):
        with self.assertRaisesRegex(ValidationError, "charger id"):
            self.charger.identity = "a/b"

    def test_time_zone_that_the_machine_lacks_is_refused_with_advice(self):
        with patch.object(timestamps, "ZoneInfo", side_effect=KeyError):
            for record in (self.site, self.charger):
                with self.assertRaisesRegex(ValidationError, "US/Pacific.*tzdata"):
                    record.time_zone = "US/Pacific"
        self.charger.time_zone = False

    def test_new_password_is_shown_once_and_kept_hashed(self):
        charger = self.charger.with_user(self.users["technician"])
        action = charger.action_set_secret()
        secret = action["context"]["iicharge_secret"]
        self.assertTrue(identity.verify_secret(secret, self.charger.secret_hash))
        self.assertTrue(charger.has_secret)
        with self.assertRaises(AccessError):
            charger.read(["secret_hash"])

    def test_front_desk_may_not_set_a_password(self):
        with self.assertRaises(AccessError):
            self.charger.with_user(self.users["front_desk"]).action_set_secret()
