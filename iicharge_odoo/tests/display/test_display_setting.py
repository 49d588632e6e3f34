# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo.tests import tagged

from ...models.charger.iicharge_desired_state import PAUSES_S
from .common import SHOWS, DisplayCase


@tagged("post_install", "-at_install")
class TestDisplaySetting(DisplayCase):
    """Settings that the charger keeps: the price for all, and the address of a sign."""

    def list_settings(self):
        payloads = [
            json.loads(command.payload)
            for command in self.list_commands("set_default_price", "change_setting")
        ]
        return [(payload["key"], payload["value"]) for payload in payloads]

    def get_wish(self, kind):
        wishes = self.env["iicharge.desired.state"]
        return wishes.search([("charger_id", "=", self.charger.id), ("kind", "=", kind)], limit=1)

    # --- the price ------------------------------------------------------------------------
    def test_price_for_all_is_set_until_it_is_taken_and_again_when_it_changes(self):
        self.say_display(**SHOWS)
        self.work(60)
        [(key, value)] = self.list_settings()
        self.assertEqual(key, "DefaultPrice")
        self.assertIn("0.495", json.loads(value)["priceText"])
        self.work(PAUSES_S[0] + 60)  # lost
        self.assertEqual(len(self.list_settings()), 2)
        self.answer(self.list_commands("set_default_price")[-1], {"status": "Accepted"})
        self.assertEqual(self.get_wish("default_price").state, "met")
        self.work(600)
        self.assertEqual(len(self.list_settings()), 2)
        self.tariff.component_ids.price = 0.6
        self.work(60)
        self.work(60)
        self.assertIn("0.66", json.loads(self.list_settings()[-1][1])["priceText"])

    def test_price_that_the_charger_shows_already_is_not_set(self):
        text = self.charger._get_default_price_text()
        _action, payload = self.charger._get_version().prepare["set_default_price"](text)
        self.say_display(**SHOWS, DefaultPrice=payload["value"])
        self.work(60)
        self.assertEqual(self.list_settings(), [])

    def test_price_is_not_asked_of_a_display_that_keeps_none(self):
        self.say_display(**SHOWS)
        self.work(60)
        self.answer(self.list_commands("set_default_price"), {"status": "NotSupported"})
        self.assertEqual(self.get_wish("default_price").state, "dropped")
        self.work(3600)
        self.assertEqual(len(self.list_settings()), 1)

    def test_plugs_with_other_prices_have_a_line_each(self):
        self.other_connector.tariff_id = self.tariff.copy({"name": "Fast"})
        self.other_connector.tariff_id.component_ids.price = 0.6
        first, second = self.charger._get_default_price_text().split("\n")
        self.assertIn("plug 1: ", first)
        self.assertIn("0.495", first)
        self.assertIn("plug 2: ", second)
        self.assertIn("0.66", second)

    # --- the sign -------------------------------------------------------------------------
    def test_address_of_each_sign_is_set_and_again_when_it_is_renewed(self):
        charger = self.charger.with_user(self.users["technician"])
        charger.sign_key = "QRCode#"
        self.work(60)
        connectors = self.connector | self.other_connector
        urls = [connector.sign_id._get_url() for connector in connectors]
        self.assertCountEqual(self.list_settings(), zip(["QRCode1", "QRCode2"], urls, strict=True))
        self.accept_all()
        self.assertEqual(self.get_wish("sign_address").state, "met")
        self.connector.action_renew_sign()
        self.work(60)
        self.assertEqual(self.list_settings()[2:], [("QRCode1", self.connector.sign_id._get_url())])
        self.assertNotIn(self.connector.sign_id._get_url(), urls)

    def test_charger_with_one_code_for_several_plugs_gets_the_page_that_asks(self):
        self.charger.sign_key = "QRCode"
        self.work(60)
        [(key, address)] = self.list_settings()
        self.assertEqual(key, "QRCode")
        self.assertTrue(address.endswith("/charge"), address)

    def test_charger_with_one_plug_gets_its_sign(self):
        self.other_connector.offered = False
        self.charger.sign_key = "QRCode"
        self.work(60)
        self.assertEqual(self.list_settings(), [("QRCode", self.connector.sign_id._get_url())])

    def test_setting_that_is_not_known_is_told_to_a_technician(self):
        self.other_connector.offered = False
        self.charger.sign_key = "QRCod"
        for pause in (60, *PAUSES_S[:3]):
            self.work(pause)
            self.accept_all("NotSupported")
        self.work(PAUSES_S[3])
        wish = self.get_wish("sign_address")
        self.assertTrue(wish.notified_at)
        self.charger.invalidate_recordset()
        self.assertIn("Sign's Address on the Display", self.charger.display_trouble)
        groups = self.env.ref("iicharge_odoo.group_front_desk")
        self.assertFalse(wish.activity_ids.user_id.filtered(lambda u: groups in u.all_group_ids))
        self.charger.sign_key = False
        self.work(600)
        self.assertEqual(wish.state, "dropped")
        self.charger.invalidate_recordset()
        self.assertFalse(self.charger.display_trouble)

    def test_charger_without_such_a_setting_is_sent_nothing(self):
        self.say_display(HeartbeatInterval="300")
        self.work(60)
        self.assertEqual(self.list_settings(), [])
        self.assertEqual(self.list_commands().mapped("request"), ["ask_display"])
