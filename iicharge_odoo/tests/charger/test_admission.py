# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import datetime
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.safe_eval import safe_eval

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

    def make_new(self, count, online, address="198.51.100.1"):
        self.site.write({"accept_unknown_chargers": True, "sequence": -1})
        made = self.env["iicharge.charger"].create(
            [
                {
                    "name": f"N{i}",
                    "identity": f"flood-{address}-{i}",
                    "site_id": self.site.id,
                    "admission": "pending",
                }
                for i in range(count)
            ]
        )
        self.env["iicharge.connection"].create(
            [
                {"charger_id": one.id, "online": online, "fence": 1, "remote_address": address}
                for one in made
            ]
        )
        return made

    def test_list_of_new_chargers_is_bounded(self):
        self.make_new(50, online=True)
        self.assertFalse(self.register())

    def test_invented_identities_keep_no_real_charger_off_the_list(self):
        invented = self.make_new(50, online=False)
        touched = invented[0]
        touched.with_user(self.users["technician"]).name = "Ours, to be connected"
        self.assertTrue(self.register())
        self.assertEqual(invented - invented.exists(), invented[1])

    def test_one_address_has_half_of_the_list(self):
        self.make_new(25, online=True, address="192.0.2.7")
        self.assertFalse(self.register())
        self.assertTrue(self.env["iicharge.charger"]._register_unknown("new-1", None, "192.0.2.8"))

    def test_new_charger_makes_no_connectors_and_no_sessions(self):
        charger = self.charger
        charger.write({"admission": "pending", "vendor": False})
        charger.connector_ids.unlink()
        self.journal_message("BootNotification", {"chargePointVendor": "V"}, {"status": "Pending"})
        for number in range(1, 301):
            self.status("Available", connectorId=number)
        self.start(7001)
        self.sample(7001, 10, 5000)
        self.process_all()
        self.assertEqual((charger.vendor, len(charger.connector_ids)), ("V", 0))
        self.assertFalse(charger.session_ids)
        charger.action_accept()
        self.status("Available", connectorId=1)
        self.process_all()
        self.assertEqual(charger.connector_ids.mapped("offered"), [True])

    def test_invented_connectors_are_kept_and_offered_to_nobody(self):
        for number in range(1, 101):
            self.status("Available", connectorId=number)
        self.sample(999, 10, 5000, connectorId=200)
        self.process_all()
        connectors = self.charger.connector_ids
        self.assertEqual(len(connectors), 64)
        offered = connectors.filtered("offered")
        self.assertEqual(offered.mapped("number"), [1, 2, 3, 4])
        live = self.env.ref("iicharge_odoo.iicharge_connector_action_live")
        self.assertNotIn(
            connectors[-1], self.env["iicharge.connector"].search(safe_eval(live.domain))
        )
        self.assertFalse(offered[0]._find_others() & (connectors - offered))
        connectors[-1].with_user(self.users["technician"]).offered = True

    def process_all(self):
        for _ in range(20):
            self.process()

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
        self.assertRegex(secret, "^[0-9a-f]{40}$")
        self.assertTrue(identity.verify_secret(secret, self.charger.secret_hash))
        self.assertTrue(charger.has_secret)
        with self.assertRaises(AccessError):
            charger.read(["secret_hash"])

    def test_front_desk_may_not_set_a_password(self):
        with self.assertRaises(AccessError):
            self.charger.with_user(self.users["front_desk"]).action_set_secret()

    # --- changes of a password ---------------------------------------------------------------
    def change_secret(self, secret="site's own pass-word", **values):
        """Set a password in the dialog, as the browser saves it."""
        dialog = self.env["iicharge.charger.secret.change"].with_user(self.users["technician"])
        dialog = dialog.with_context(default_charger_id=self.charger.id)
        values = dialog.default_get(["charger_id", "secret"]) | {"secret": secret} | values
        dialog.create(values).action_set()
        return self.env["iicharge.command"].search([("charger_id", "=", self.charger.id)], limit=1)

    def answer_secret(self, command, status):
        command.state = "sent"
        answer = f'{{"status":"{status}"}}' if status else None
        command._set_outcome(answer, False, False, datetime.now())

    def accepts(self, secret):
        hashes = (self.charger.secret_hash, self.charger.next_secret_hash)
        return any(identity.verify_secret(secret, hashed) for hashed in hashes if hashed)

    def go_online(self):
        self.charger._set_secret("old" * 8)
        self.env["iicharge.connection"].create(
            {"charger_id": self.charger.id, "online": True, "fence": 1}
        )

    def test_password_sent_to_the_charger_locks_nobody_out(self):
        self.go_online()
        command = self.change_secret()
        self.assertEqual((command.action, command.request), ("ChangeConfiguration", "set_secret"))
        self.assertNotIn("pass-word", command.payload)
        # the charger may have taken it though its answer is lost
        for status in (None, "Accepted"):
            self.answer_secret(command, status)
            self.assertTrue(self.accepts("old" * 8))
            self.assertTrue(self.accepts("site's own pass-word"))

    def test_password_that_the_charger_refused_is_dropped(self):
        self.go_online()
        self.answer_secret(self.change_secret(), "Rejected")
        self.assertTrue(self.accepts("old" * 8))
        self.assertFalse(self.accepts("site's own pass-word"))
        command = self.change_secret()
        command.expires_at = datetime(2020, 1, 1)
        self.env["iicharge.command"]._expire(command.ids)
        self.assertFalse(self.accepts("site's own pass-word"), "it was never sent")

    def test_second_change_starts_from_what_the_charger_has(self):
        self.go_online()
        command = self.change_secret()
        with self.assertRaisesRegex(UserError, "on its way"):
            self.change_secret("another password")
        self.answer_secret(command, "Accepted")
        self.answer_secret(self.change_secret("another password"), "Rejected")
        self.assertTrue(self.accepts("site's own pass-word"))

    def test_password_set_by_a_program_is_let_in_as_well(self):
        self.go_online()
        payload = {"key": "authorizationkey", "value": "x" * 20}
        self.charger.send_command("ChangeConfiguration", payload)
        self.assertTrue(self.accepts("x" * 20))

    def test_password_of_an_offline_charger_is_set_here_only(self):
        self.assertFalse(self.change_secret())
        self.assertTrue(self.accepts("site's own pass-word"))

    def test_password_of_another_length_is_refused(self):
        for secret in ("x" * 15, "x" * 41, "\N{EURO SIGN}" * 20):
            with self.assertRaises(UserError):
                self.change_secret(secret)
        self.change_secret("x" * 16)
        self.change_secret("x" * 40)

    def test_password_is_in_no_column_once_it_is_sent(self):
        self.go_online()
        command = self.change_secret()
        self.answer_secret(command, "Accepted")
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying', 'jsonb')"
        )
        for table, column in self.env.cr.fetchall():
            found = SQL(
                "SELECT 1 FROM %s WHERE %s::text LIKE '%%pass-word%%' LIMIT 1",
                SQL.identifier(table),
                SQL.identifier(column),
            )
            self.assertFalse(self.env.execute_query(found), f"{table}.{column}")
