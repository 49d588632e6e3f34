# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import ast
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.bus.models.bus import channel_with_db, json_dump
from odoo.addons.http_routing.tests.common import MockRequest

from .rights import RightsCase

ADDON = Path(__file__).parents[1]
# Where this addon sends on the bus, and by what.
SENDERS = {
    ("models/charger/iicharge_charger.py", "_sendone"),
    ("models/pos/iicharge_charger.py", "_notify"),
}
# Who hears what of the company's changes.
HEARERS = {
    "company": {"front_desk", "technician", "manager"},
    "register": {"front_desk", "manager"},
}


def find_senders():
    """Find the calls that send on the bus: {(file, method)}."""
    found = set()
    for path in ADDON.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = node.func.attr
                # of a register; a record's own `_notify` takes no name
                is_notice = name == "_notify" and node.args
                if is_notice or name in ("_sendone", "_bus_send", "_bus_send_store"):
                    found.add((str(path.relative_to(ADDON)), name))
    return found


@tagged("post_install", "-at_install")
class TestChannelRights(RightsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        room = cls.env["pos.payment.method"].create({"name": "Room", "iicharge_room": True})
        cls.config = cls.env["pos.config"].create({"name": "Desk", "payment_method_ids": room.ids})
        cls.config.open_ui()

    def test_channels_are_those_that_are_tried_here(self):
        self.assertEqual(find_senders(), SENDERS)

    def send(self):
        """Let a charger change. :return: {name: the channel that says so}"""
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        self.charger._notify_changed()
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].search([])
        self.assertEqual(len(sent), 2)
        company = sent.filtered(lambda one: "iicharge/changed" in one.message)
        return {"company": company.channel, "register": (sent - company).channel}

    def list_names(self, user):
        """List all that a socket of a user may ask for by name: what it can guess, and read."""
        names = [
            f"res.company({self.company.id},)",
            f"res.company_{self.company.id}_iicharge",
            f'["{self.env.cr.dbname}","res.company",{self.company.id},"iicharge"]',
            f"pos.config_{self.config.id}",
            f"iicharge.charger_{self.charger.id}",
            "iicharge",
            "iicharge/changed",
            "IICHARGE_CHANGED",
        ]
        try:
            registers = self.env["pos.config"].with_user(user)
            registers = registers.with_context(allowed_company_ids=None)
            registers = registers.browse(self.config.ids)
            return [*names, *(each["access_token"] for each in registers.read(["access_token"]))]
        except AccessError:
            return names

    def get_channels(self, user):
        with MockRequest(self.env(user=user)) as request:
            request.session.uid = user.id
            asked = request.env["ir.websocket"]._prepare_subscribe_data(self.list_names(user), 0)
        return {
            json_dump(channel_with_db(self.env.cr.dbname, channel)) for channel in asked["channels"]
        }

    def test_changes_are_heard_by_whom_they_are_for(self):
        sent = self.send()
        heard = {name: set() for name in sent}
        for caller, user in self.callers.items():
            self.env.invalidate_all()
            channels = self.get_channels(user)
            for name, channel in sent.items():
                if channel in channels:
                    heard[name].add(caller)
        self.assertEqual(heard, HEARERS)
