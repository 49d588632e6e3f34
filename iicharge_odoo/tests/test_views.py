# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from unittest.mock import patch

from lxml import etree

from odoo import SUPERUSER_ID, fields
from odoo.tests import HttpCase, tagged

from odoo.addons.bus.models.bus import channel_with_db, dispatch, hashable
from odoo.addons.bus.tests.common import WebsocketCase

from ..models.charger.iicharge_ocpp_message import OcppMessage
from ..models.charger.ir_websocket import CHANNEL
from .common import process_messages
from .screens import HouseCase, ScreenCase, get_specification

MENUS = {
    "front_desk": {
        "home",
        "live",
        "sessions",
        "late",
        "disputes",
        "card_payments",
        "chargers",
        "reservations",
        "desired_states",
        "tokens",
        "night_audit",
        "feedback",
        "blocked_bays",
        "waiting",
    },
    "accountant": {
        "home",
        "sessions",
        "late",
        "disputes",
        "report_analysis",
        "report_charges",
        "card_payments",
        "card_differences",
        "night_audit",
        "contracts",
        "settlements",
        "accrual",
        "accrual_items",
        "reconciliation",
        "vat_report",
        "hotel_settings",
    },
    "technician": {
        "home",
        "live",
        "sessions",
        "chargers",
        "chargers_new",
        "connectors",
        "commands",
        "desired_states",
        "refused_connections",
        "ocpp_messages",
    },
}
MENUS["manager"] = set().union(*MENUS.values(), {"sites", "guides", "tariffs", "registers"})


@tagged("post_install", "-at_install")
class TestScreensByGroup(HouseCase):
    """Each group opens what its menus offer, and only that."""

    def open_views(self, user, action):
        """Request what the web client does when it opens an action: views, then records."""
        views = [*action.views, (False, "search")]
        model = self.env[action.res_model].with_user(user)
        loaded = model.get_views(views, {"toolbar": True, "load_filters": True})
        records = model.create({}) if model._transient else model.search([], limit=5)
        self.assertTrue(records)
        for mode in {"list", "kanban", "form"} & set(loaded["views"]):
            arch = etree.fromstring(loaded["views"][mode]["arch"])
            self.assertEqual(len(records.web_read(get_specification(arch))), len(records))

    def check_group(self, group):
        user = self.users[group]
        menus = self.get_menus(user)
        # those of another addon, which has its name in it, are that addon's to test
        menus = {name: action_id for name, action_id in menus.items() if "." not in name}
        self.assertEqual(set(menus), MENUS[group])
        self.assertTrue(self.env["iicharge.home"].with_user(user).read_home()["panels"])
        for action_id in (menus[name] for name in menus if name != "home"):
            action = self.env["ir.actions.act_window"].browse(action_id)
            with self.subTest(action=action.name):
                self.open_views(user, action)

    def test_record_that_a_form_offers_is_found_by_its_name(self):
        """What is typed into a field is looked for in the name that the field shows."""
        offered = {
            field.comodel_name
            for model in self.env.registry.values()
            for field in model._fields.values()
            if field.type == "many2one" and (field.comodel_name or "").startswith("iicharge.")
        }
        for model in sorted(offered):
            records = self.env[model]
            named = records._rec_names_search or records._rec_name
            self.assertTrue(named or records._transient, f"{model} is not found by a name")
        contract = self.env["iicharge.contract"].search([], limit=1)
        found = self.env["iicharge.contract"].name_search(contract.partner_id.name)
        self.assertEqual([number for number, _name in found], contract.ids)
        self.assertFalse(self.env["iicharge.contract"].name_search("nobody of that name"))

    def test_front_desk_opens_menus_without_access_error(self):
        self.check_group("front_desk")

    def test_accountant_opens_menus_without_access_error(self):
        self.check_group("accountant")

    def test_technician_opens_menus_without_access_error(self):
        self.check_group("technician")

    def test_manager_opens_menus_without_access_error(self):
        self.check_group("manager")

    def test_administrator_opens_settings_with_gateway(self):
        admin = self.env.ref("base.user_admin")
        action = self.env.ref("iicharge_odoo.iicharge_settings_action").sudo()
        loaded = self.env["res.config.settings"].with_user(admin).get_views(action.views)["views"]
        self.assertIn('name="iicharge_gateway_port"', loaded["form"]["arch"])

    def test_front_desk_opens_start_wizard_for_free_connector(self):
        connector = self.connector.with_user(self.users["front_desk"])
        action = connector.action_start_wizard()
        wizard = self.env[action["res_model"]].with_user(self.users["front_desk"])
        arch = etree.fromstring(wizard.get_views([(False, "form")])["views"]["form"]["arch"])
        finder = arch.xpath("//field[@widget='iicharge_payer']")
        self.assertEqual([node.get("name") for node in finder], ["folio_id"])

    def test_live_card_says_until_when_and_for_whom_it_is_reserved(self):
        for group in ("front_desk", "technician"):
            connector = self.connector.with_user(self.users[group])
            self.assertEqual(connector.reserved_room, "102")
            self.assertEqual(connector.reserved_for_id, self.guest)
            self.assertTrue(connector.reserved_until)

    def test_token_of_front_desk_start_is_named_in_words(self):
        token = self.token.copy({"uid": "8e2086b01fe502d9a60d", "kind": "remote"})
        self.assertEqual(token.display_name, "Started by Front Desk")
        self.assertEqual(self.token.display_name, "04:A1:B2:C3")

    def test_command_refused_shows_front_desk_what_to_do(self):
        command = self.charger.send_command("UnlockConnector", {"connectorId": 1})
        self.assertEqual(command.display_name, "Unlock the plug")
        self.assertIn("has been asked", command.result_text)
        command._set_outcome('{"status": "UnlockFailed"}', None, None, fields.Datetime.now())
        self.assertIn("The plug is stuck", command.result_text)

    def test_command_unanswered_names_charger(self):
        command = self.charger.send_command("Reset", {"type": "Soft"}, timeout_s=-1)
        command.write({"state": "sent", "sent_at": fields.Datetime.now()})
        self.env["iicharge.command"]._expire()
        self.assertIn("Garage 1 has not answered", command.result_text)

    def test_command_accepted_says_so_for_any_action(self):
        for action in ("TriggerMessage", "ClearCache"):
            command = self.charger.send_command(action)
            command._set_outcome('{"status": "Accepted"}', None, None, fields.Datetime.now())
            self.assertEqual(command.result_text, "The charger has accepted.")

    def test_session_opens_readings_as_graph(self):
        action = self.running.with_user(self.users["front_desk"]).action_view_meter_values()
        values = self.env[action["res_model"]].with_user(self.users["front_desk"])
        values.get_views([(False, mode) for mode in action["view_mode"].split(",")])
        rows = values._read_group(action["domain"], [], ["power_w:avg", "energy_wh:max"])
        self.assertEqual(rows, [(7200, 600)])


@tagged("post_install", "-at_install")
class TestSessionScreen(ScreenCase, HttpCase):
    session = None  # where HttpCase keeps the browser's web session, not ours

    def test_session_without_readings_opens(self):
        self.stop(903, minutes=30)
        self.process()
        orphan = self.env["iicharge.session"].search([], order="id desc", limit=1)
        self.assertFalse(orphan.last_value_at)
        self.browser_js(
            f"/odoo/ev-sessions/{orphan.id}",
            "console.log('test successful')",
            "document.querySelector('.o_iicharge_curve')?.innerText.includes('no readings')",
            login="test_manager",
        )


@tagged("post_install", "-at_install")
class TestLiveScreen(ScreenCase, WebsocketCase):
    """A state changes on the screen, in a browser, when the charger reports it."""

    session = None  # where HttpCase keeps the browser's web session, not ours

    def test_status_reported_changes_word_without_reload(self):
        now = self.wire_time(fields.Datetime.now())
        self.status("Charging", timestamp=now).state = "parked"
        self.sample(901, 6, 1720, power=7200, connectorId=2).state = "parked"
        retry = OcppMessage.action_retry

        def retry_and_process(messages):
            """Process at once: the processor's thread does not see this transaction."""
            retry(messages)
            process_messages(messages.with_user(SUPERUSER_ID).env)
            self.deliver_bus(messages.env)

        with patch.object(OcppMessage, "action_retry", retry_and_process):
            self.start_tour("/odoo/ev-live", "iicharge_live_screen", login="test_manager")
        self.assertEqual(self.connector.status, "charging")
        self.assertEqual(self.running.energy_wh, 720)

    def deliver_bus(self, env):
        """Deliver bus messages as NOTIFY does after a commit, which a test never does."""
        env.cr.precommit.run()
        channel = hashable(channel_with_db(env.cr.dbname, (self.company, CHANNEL)))
        for websocket in dispatch._channels_to_ws.get(channel, []):
            websocket.trigger_notification_dispatching()
