# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from ..common import ChargingCase


class QuoteCase(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.tariff.rule"].search([]).unlink()
        cls.tariff.component_ids = [
            Command.create({"dimension": name, "price": price, "tax_ids": cls.tax.ids})
            for name, price in (("FLAT", 1), ("PARKING_TIME", 6))
        ]


@tagged("post_install", "-at_install")
class TestQuote(QuoteCase):
    def test_energy_is_priced_and_timed_in_one_call(self):
        found = self.connector.quote(energy_kwh=22)
        self.assertEqual(found["price"]["from"], {"excl_vat": "10.90", "incl_vat": "11.99"})
        self.assertEqual(found["price"]["to"], found["price"]["from"])
        self.assertEqual(found["duration_s"], {"from": 7200, "to": 10703})
        self.assertEqual(found["average_power_kw"], {"from": "7.4", "to": "11"})
        self.assertEqual(found["energy_kwh"], {"from": "22", "to": "22"})
        self.assertIn("2 h 0 min to 2 h 58 min", found["summary"])

    def test_quote_and_bill_agree(self):
        quoted = self.connector.quote(energy_kwh="10", car_power_kw="10")
        session = self.charge_kwh(kwh=10)
        self.assertEqual(quoted["price"]["to"]["incl_vat"], f"{session.amount_total:.2f}")
        self.assertEqual(quoted["price"]["to"]["excl_vat"], f"{session.amount_untaxed:.2f}")

    def test_components_come_in_the_order_of_afir_with_tax(self):
        components = self.connector.quote()["components"]
        self.assertEqual(
            [(part["type"], part["unit"], part["price"]["incl_vat"]) for part in components],
            [
                ("ENERGY", "kWh", "0.495"),
                ("PARKING_TIME", "min", "0.11"),
                ("FLAT", "session", "1.1"),
            ],
        )
        self.assertIn("per minute of idle time", components[1]["text"])

    def test_answer_is_json(self):
        found = self.connector.quote(battery_kwh=60, from_percent=10, to_percent="90")
        self.assertEqual(json.loads(json.dumps(found)), found)
        self.assertEqual(found["energy_kwh"]["to"], "48")

    def test_battery_alone_goes_from_20_to_80_percent(self):
        self.assertEqual(self.connector.quote(battery_kwh=50)["energy_kwh"]["to"], "30")

    def test_fast_charger_takes_longer_above_80_percent(self):
        self.charger.current_type = "dc"
        self.connector.rated_power_w = 60000
        values = {"battery_kwh": 60, "car_power_kw": 60}
        low = self.connector.quote(from_percent=60, to_percent=80, **values)
        high = self.connector.quote(from_percent=80, to_percent=100, **values)
        self.assertEqual(low["duration_s"]["to"], 720)
        self.assertGreater(high["duration_s"]["to"], 1000)

    def test_departure_counts_idle_time_after_the_end(self):
        start = fields.Datetime.now()
        found = self.connector.quote(
            energy_kwh=11,
            car_power_kw=11,
            start_at=start,
            depart_at=f"{(start + timedelta(hours=2)).isoformat()}Z",
        )
        self.assertEqual(found["idle_s"]["from"], 3600)
        self.assertEqual(found["price"]["from"]["excl_vat"], "11.95")

    def test_group_has_its_own_price(self):
        self.env["iicharge.tariff"].create(
            {"name": "Free", "rule_ids": [Command.create({"group": "staff"})]}
        )
        found = self.connector.quote(group="staff")
        self.assertEqual(found["price"]["to"]["incl_vat"], "0.00")
        self.assertEqual(found["reason"], "set for Staff everywhere")

    def test_terms_of_the_hotel_are_shown(self):
        self.tariff.write(
            {
                "idle_grace_minutes": 15,
                "quiet_start": "22:00",
                "quiet_end": "8",
                "free_kwh": 5,
                "has_min_price": True,
                "min_price_untaxed": 0.5,
                "has_max_price": True,
                "max_price_untaxed": 20,
            }
        )
        text = self.connector.quote()["text"]
        for part in (
            "first 15 minutes",
            "10:00 PM to 08:00 AM",
            "first 5 kWh",
            "At least",
            "At most",
        ):
            self.assertIn(part, text)

    def test_text_comes_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        text = self.connector.with_context(lang="nl_NL").quote(energy_kwh=22)["text"]
        self.assertIn("11,99", text)

    def test_connector_without_tariff_is_named(self):
        self.site.tariff_id = False
        with self.assertRaisesRegex(UserError, "Garage 1 · 1: no tariff"):
            self.connector.quote()

    def test_unusable_parameter_is_named(self):
        for values, named in (
            ({"energy_kwh": "many"}, "energy_kwh"),
            ({"energy_kwh": "NaN"}, "energy_kwh"),
            ({"energy_kwh": 0}, "energy_wh"),
            ({"depart_at": "soon"}, "depart_at"),
            ({"depart_at": "2020-01-01T00:00:00Z"}, "departs_at"),
            ({"battery_kwh": 50, "from_percent": 90}, "to_percent"),
            ({"group": "kings"}, "kings"),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, named):
                self.connector.quote(**values)

    def test_front_desk_sees_the_quote_before_a_start(self):
        env = self.env(user=self.users["front_desk"].id)
        wizard = Form(env["iicharge.start"].with_context(default_connector_id=self.connector.id))
        self.assertEqual(wizard.tariff_reason, "set on Hotel")
        self.assertIn("per kWh", wizard.quote_text)
        wizard.target_kwh = 100
        self.assertIn("100 kWh", wizard.quote_text)
        wizard.target_kwh = 0
        self.assertIn("must be above zero", wizard.quote_text)


@tagged("post_install", "-at_install")
class TestQuoteApi(QuoteCase, HttpCase):
    session = None  # HttpCase keeps the browser's web session here

    def test_front_desk_quotes_by_the_external_api(self):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.users["front_desk"])
            ._generate("rpc", "test", fields.Datetime.now() + timedelta(hours=1))
        )
        answer = self.url_open(
            "/json/2/iicharge.connector/quote",
            json={"ids": self.connector.ids, "energy_kwh": 22},
            headers={"Authorization": f"bearer {key}"},
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(answer.json()["price"]["to"]["incl_vat"], "11.99")
