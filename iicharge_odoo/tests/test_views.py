# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import SUPERUSER_ID, fields
from odoo.tests import HttpCase, tagged

from odoo.addons.bus.models.bus import channel_with_db, dispatch, hashable
from odoo.addons.bus.tests.common import WebsocketCase

from ..models.charger.iicharge_ocpp_message import OcppMessage
from ..models.charger.ir_websocket import CHANNEL
from .common import ChargingCase, process_messages

MENUS = {
    "front_desk": {
        "live",
        "sessions",
        "late",
        "disputes",
        "chargers",
        "reservations",
        "desired_states",
        "tokens",
        "night_audit",
    },
    "accountant": {
        "sessions",
        "late",
        "disputes",
        "report_analysis",
        "report_charges",
        "night_audit",
        "contracts",
        "settlements",
        "accrual",
        "accrual_items",
        "reconciliation",
        "vat_report",
    },
    "technician": {
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
MENUS["manager"] = set().union(*MENUS.values(), {"sites", "guides", "tariffs"})


def get_specification(node):
    """Get the fields that a view shows, in the form in which the web client requests them."""
    specification = {}
    for child in node.iterchildren(etree.Element):
        if child.tag != "field":
            specification.update(get_specification(child))
            continue
        subview = next(iter(child.xpath("./list | ./kanban")), None)
        fields_of = {} if subview is None else {"fields": get_specification(subview)}
        specification[child.get("name")] = fields_of
    return specification


class ScreenCase(ChargingCase):
    """Two connectors that are online: one free, on the other a session that runs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.connection"].create(
            {
                "charger_id": cls.charger.id,
                "online": True,
                "connected_at": cls.t0,
                "last_seen_at": fields.Datetime.now(),
                "fence": 1,
            }
        )
        cls.status("Available", connectorId=1)
        cls.start(901, connectorId=2)
        for minute in range(1, 6):
            cls.sample(901, minute, 1000 + 120 * minute, power=7200, connectorId=2)
        cls.process()
        cls.running = cls.other_connector.current_session_id

    @classmethod
    def status(cls, status, **payload):
        payload = {
            "connectorId": 1,
            "status": status,
            "errorCode": "NoError",
            "timestamp": cls.wire_time(cls.t0),
            **payload,
        }
        return cls.journal_message("StatusNotification", payload)


@tagged("post_install", "-at_install")
class TestScreensByGroup(ScreenCase):
    """Each group opens what its menus offer, and only that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start(902, minutes=10)
        cls.stop(902, minutes=60, meter_stop=8000)
        cls.process()
        cls.env["iicharge.charge"]._post_due()
        cls.session(902)._open_dispute("price", "It said less.")
        cls.start(903, minutes=70)
        cls.process()
        cls.folio.locked = True
        cls.stop(903, minutes=90, meter_stop=8000)
        cls.process()
        cls.env["iicharge.charge"]._post_due()
        cls.charger.send_command("TriggerMessage", {"requestedMessage": "Heartbeat"})
        cls.env["iicharge.desired.state"]._want(
            "out_of_service", cls.charger, "test", connector_id=cls.connector
        )
        later = fields.Datetime.now() + timedelta(minutes=30)
        cls.connector._reserve_for_stay(cls.make_stay(cls.guest, "102"), later)
        yesterday = fields.Date.today() - timedelta(days=1)
        cls.env["iicharge.night.audit"]._create_for(cls.site, yesterday)
        cls.env["iicharge.contract"].create({"partner_id": cls.guest.id})
        month = fields.Date.today().replace(day=1)
        cls.env["iicharge.settlement"]._get_draft(cls.company, cls.guest, month)
        cls.make_accrual_item(cls.session(902))
        cls.env["iicharge.refused.connection"].create(
            {"identity_key": "NEW", "identity": "NEW", "reason": "unknown", "last_at": later}
        )

    def get_menus(self, user):
        root = self.env.ref("iicharge_odoo.menu_root").id
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        ours = [menu for menu in menus.values() if menu.get("app_id") == root]
        return {
            menu["xmlid"].removeprefix("iicharge_odoo.menu_"): menu["action_id"]
            for menu in ours
            if menu["action_id"]
        }

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
        for action_id in menus.values():
            action = self.env["ir.actions.act_window"].browse(action_id)
            with self.subTest(action=action.name):
                self.open_views(user, action)

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
        typed = arch.xpath("//field[not(@readonly) and not(@invisible='1' or @invisible='True')]")
        shown = [node.get("name") for node in typed if node.getparent().tag == "group"]
        self.assertEqual(shown[0], "room", "whoever types at once types the room number")

    def test_live_card_says_until_when_and_for_whom_it_is_reserved(self):
        for group in ("front_desk", "technician"):
            connector = self.connector.with_user(self.users[group])
            self.assertEqual(connector.reserved_room, "102")
            self.assertEqual(connector.reserved_for_id, self.guest)
            self.assertTrue(connector.reserved_until)

    def test_start_wizard_names_stay_by_room_and_guest(self):
        stays = self.folio.with_user(self.users["front_desk"])
        choice = stays.with_context(iicharge_connector_id=self.connector.id)
        self.assertEqual(choice.display_name, f"101 · Anna Weber · {self.folio.name}")
        self.assertNotIn("101", stays.display_name)

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
