# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ...service.pg_store import PgConnections
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestRefusedConnection(ChargingCase):
    def refuse(self, reason, minutes_ago=0, charger=None, **values):
        at = fields.Datetime.now() - timedelta(minutes=minutes_ago)
        charger = self.charger if charger is None else charger
        key = charger.identity_key or values.pop("identity_key")
        return self.env["iicharge.refused.connection"].create(
            {
                "identity_key": key,
                "identity": key.upper(),
                "charger_id": charger.id,
                "reason": reason,
                "address": "192.0.2.7",
                "first_at": at,
                "last_at": at,
                "count": 1,
                **values,
            }
        )

    def connect(self, minutes_ago):
        self.env["iicharge.connection"].create(
            {
                "charger_id": self.charger.id,
                "online": True,
                "fence": 1,
                "connected_at": fields.Datetime.now() - timedelta(minutes=minutes_ago),
            }
        )
        self.charger.invalidate_recordset()

    def test_rows_of_the_gateway_are_what_the_form_shows(self):
        self.env.flush_all()
        now = fields.Datetime.now()
        row = (self.charger.identity_key, "TEST-garage-1", "other_version", "192.0.2.7")
        columns = [[value] for value in (*row, "ocpp2.0.1", now, 3)]
        self.env.cr.execute(PgConnections._REFUSED, columns)
        self.assertEqual(self.env.cr.fetchall(), [(self.charger.id,)])
        self.env.cr.execute(PgConnections._REFUSED, columns)
        self.env.cr.execute(PgConnections._KEEP_FEW, (1, 1))
        charger = self.charger.with_user(self.users["technician"])
        self.assertEqual(charger.refused_address, "192.0.2.7")
        self.assertEqual(charger.refused_at, now)
        self.assertIn("ocpp2.0.1", charger.refused_text)
        self.assertEqual(charger.refusal_ids.count, 6)

    def test_last_refusal_is_shown_until_the_charger_is_let_in(self):
        self.refuse("no_password", 20)
        last = self.refuse("wrong_password", 10)
        self.assertEqual(self.charger.refusal_id, last)
        self.connect(minutes_ago=5)
        self.assertFalse(self.charger.refusal_id)
        self.assertFalse(self.charger.refused_text)

    def test_two_devices_are_shown_although_one_is_connected(self):
        self.connect(minutes_ago=1)
        refusal = self.refuse("two_devices", 5, detail="192.0.2.1, 192.0.2.2")
        self.assertEqual(self.charger.refusal_id, refusal)
        self.assertIn("192.0.2.1, 192.0.2.2", self.charger.refused_text)
        refusal.last_at -= timedelta(days=2)
        self.charger.invalidate_recordset()
        self.assertFalse(self.charger.refusal_id)

    def test_every_reason_has_a_text(self):
        for number, (reason, _label) in enumerate(
            self.env["iicharge.refused.connection"]._fields["reason"].selection
        ):
            refusal = self.refuse(reason, detail=f"100 %s {number}")
            self.assertTrue(refusal.text, reason)

    def test_unknown_identity_becomes_a_charger(self):
        nobody = self.env["iicharge.charger"]
        refusal = self.refuse("unknown", charger=nobody, identity_key="new-9")
        action = refusal.with_user(self.users["technician"]).action_add_charger()
        self.assertEqual(action["context"]["default_identity"], "NEW-9")

    def test_refusals_are_for_those_who_set_up_chargers_of_the_company(self):
        mine = self.refuse("tls", charger=self.env["iicharge.charger"], identity_key="@a")
        own = self.refuse("unknown")
        company = self.env["res.company"].create({"name": "Other hotel"})
        rival = new_test_user(
            self.env,
            login="test_rival_technician",
            groups="base.group_user,iicharge_odoo.group_technician",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        refusals = self.env["iicharge.refused.connection"]
        self.assertEqual(refusals.with_user(rival).search([("id", "in", (mine | own).ids)]), mine)
        with self.assertRaises(AccessError):
            refusals.with_user(self.users["front_desk"]).search([])
        with self.assertRaises(AccessError):
            own.with_user(self.users["technician"]).count = 5

    def test_connection_says_which_version_was_assumed(self):
        self.connect(0)
        connection = self.charger.connection_ids
        self.assertEqual(connection.version_text, "OCPP 1.6, assumed: the charger offered none")
        connection.subprotocol = "ocpp1.6"
        self.assertEqual(connection.version_text, "OCPP 1.6")
        connection.subprotocol = "ocpp2.0.1"
        self.charger.ocpp_version = "1.6"
        self.assertEqual(connection.version_text, "OCPP 1.6, as set: the charger offered ocpp2.0.1")
