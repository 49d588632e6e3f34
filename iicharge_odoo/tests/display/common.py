# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from ..common import ChargingCase

# What a charger says that shows prices.
SHOWS = {
    "CustomDisplayCostAndPrice": "true",
    "NumberOfDecimalsForCostValues": "2",
    "Language": "en",
}


class DisplayCase(ChargingCase):
    """A charger that is connected and has just started, at a standing clock."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(fields.Datetime.now()))
        type(self).t0 = fields.Datetime.now() - timedelta(minutes=12)
        self.env["iicharge.connection"].create(
            {"charger_id": self.charger.id, "online": True, "fence": 1}
        )
        self.charger._set_booted(fields.Datetime.now())

    def work(self, seconds=0):
        """Let time pass, and the processor do what is due for displays."""
        self.clock.tick(timedelta(seconds=seconds))
        for model, method in (
            ("iicharge.command", "_expire"),
            ("iicharge.charger", "_ask_display"),
            ("iicharge.charger", "_want_display_settings"),
            ("iicharge.desired.state", "_reconcile"),
            ("iicharge.session", "_show_running"),
            ("iicharge.session", "_show_final"),
        ):
            self.env.flush_all()
            getattr(self.env[model], method)()

    def list_commands(self, *requests):
        """List the commands, the first one first."""
        domain = [("charger_id", "=", self.charger.id)]
        if requests:
            domain.append(("request", "in", requests))
        return self.env["iicharge.command"].search(domain, order="id")

    def list_shown(self):
        """List what the display was sent: message and content."""
        commands = self.list_commands("show_price", "show_running_cost", "show_final_cost")
        found = []
        for command in commands:
            payload = json.loads(command.secret_payload or command.payload)
            found.append((payload["messageId"], json.loads(payload["data"])))
        return found

    def answer(self, command, answer=None, error_code=None, reason=None):
        """Let the charger answer a command; with nothing it does not."""
        command.write({"state": "sent", "sent_at": fields.Datetime.now()})
        text = json.dumps(answer) if answer is not None else None
        command._set_outcome(text, error_code, reason, fields.Datetime.now())

    def say_display(self, **settings):
        """Let the charger be asked, and say what its display can."""
        self.work()
        [question] = self.list_commands("ask_display").filtered(lambda one: one.state == "queued")
        listed = [{"key": k, "readonly": True, "value": v} for k, v in settings.items()]
        self.answer(question, {"configurationKey": listed})

    def accept_all(self, status="Accepted"):
        for command in self.list_commands().filtered(lambda one: one.state == "queued"):
            self.answer(command, {"status": status})
