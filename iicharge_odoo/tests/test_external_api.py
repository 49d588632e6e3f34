# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..core import jsontext
from .common import ChargingCase


@tagged("post_install", "-at_install")
class TestExternalApi(ChargingCase, HttpCase):
    """Programs use Odoo's JSON-2 API with their user's rights."""

    session = None  # HttpCase keeps the browser's web session here

    def call(self, group, model, method, **params):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.users[group])
            ._generate("rpc", f"test {group}", fields.Datetime.now() + timedelta(hours=1))
        )
        return self.url_open(
            f"/json/2/{model}/{method}",
            json=params,
            headers={"Authorization": f"bearer {key}"},
        )

    def test_technician_sends_a_command_and_reads_its_state(self):
        answer = self.call(
            "technician",
            "iicharge.charger",
            "send_command",
            ids=self.charger.ids,
            action="Reset",
            payload={"type": "Soft"},
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        command_ids = answer.json()
        answer = self.call(
            "technician", "iicharge.command", "read", ids=command_ids, fields=["state", "action"]
        )
        self.assertEqual(
            answer.json(), [{"id": command_ids[0], "state": "queued", "action": "Reset"}]
        )

    def test_accountant_takes_a_session_as_cdr(self):
        self.company.partner_id.write(
            {"street": "Kade 1", "city": "Amsterdam", "country_id": self.env.ref("base.nl").id}
        )
        self.site.write({"latitude": 52.37, "longitude": 4.89})
        self.start(7001)
        self.stop(7001)
        self.process()
        session = self.env["iicharge.session"]._find_transaction(self.charger, "7001")
        answer = self.call("accountant", "iicharge.session", "export_cdr", ids=session.ids)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(jsontext.loads(answer.json())["total_energy"], 10)

    @mute_logger("odoo.http")
    def test_accountant_may_not_command(self):
        answer = self.call(
            "accountant",
            "iicharge.charger",
            "send_command",
            ids=self.charger.ids,
            action="Reset",
            payload={"type": "Soft"},
        )
        self.assertEqual(answer.status_code, 403)

    @mute_logger("odoo.http")
    def test_private_methods_are_out_of_reach(self):
        answer = self.call("manager", "iicharge.charger", "_set_secret", ids=self.charger.ids)
        self.assertGreaterEqual(answer.status_code, 400)
