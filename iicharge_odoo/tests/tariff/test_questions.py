# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import datetime
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..pos.test_pos_front_desk import FrontDeskCase


@tagged("post_install", "-at_install")
class TestQuestions(FrontDeskCase):
    def read_kind(self, **args):
        (site,) = self.register.iicharge_read_questions(**args)["sites"]
        (kind,) = site["kinds"]
        return kind

    def test_connectors_of_a_kind_are_grouped_with_price_and_time(self):
        self.status("Available")
        self.status("Charging", connector=2)
        self.process()
        kind = self.read_kind()
        self.assertEqual((kind["free"], kind["total"], kind["power"]), (1, 2, "22 kW"))
        self.assertEqual(kind["free_text"], "1 of 2 free now")
        self.assertIn("0.495", kind["prices"][0])
        self.assertEqual([row["battery"] for row in kind["examples"]], [40, 60, 80])
        self.assertTrue(all(row["money"] and row["duration"] for row in kind["examples"]))

    def test_prices_are_in_the_order_of_afir(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 1, "tax_ids": self.tax.ids}),
            Command.create({"dimension": "TIME", "price": 6, "tax_ids": self.tax.ids}),
        ]
        prices = self.read_kind()["prices"]
        self.assertEqual(
            [price.split("per ")[1] for price in prices], ["kWh", "minute of charging", "start"]
        )

    def test_price_that_holds_by_the_hour_is_named_while_it_holds(self):
        self.tariff.component_ids.write({"start_time": "22:00", "end_time": "06:00"})
        # Amsterdam is an hour ahead of UTC in winter
        for utc, holds in ("20:59", False), ("21:00", True), ("04:59", True), ("05:00", False):
            now = datetime.fromisoformat(f"2026-01-05 {utc}")
            with patch.object(fields.Datetime, "now", lambda now=now: now):
                (site,) = self.register.iicharge_read_questions()["sites"]
            self.assertEqual(len(site["today"]), int(holds), utc)

    def test_free_energy_is_named_today(self):
        self.tariff.free_kwh = 5
        (site,) = self.register.iicharge_read_questions()["sites"]
        self.assertIn("5 kWh", site["today"][0])

    def test_offer_holds_until_the_end_of_its_last_day_at_the_site(self):
        self.site.write({"offer": "Coffee while you charge", "offer_until": "2026-01-05"})
        # Amsterdam is an hour ahead of UTC in winter
        for utc, holds in (("2026-01-05 22:59", True), ("2026-01-05 23:01", False)):
            now = datetime.fromisoformat(utc)
            with patch.object(fields.Datetime, "now", lambda now=now: now):
                (site,) = self.register.iicharge_read_questions()["sites"]
            self.assertEqual("Coffee while you charge" in site["today"], holds, utc)
        self.site.offer_until = False
        (site,) = self.register.iicharge_read_questions()["sites"]
        self.assertIn("Coffee while you charge", site["today"])

    def test_connector_without_a_tariff_says_so_and_hides_no_other(self):
        self.site.tariff_id = False
        self.other_connector.tariff_id = self.tariff
        (site,) = self.register.iicharge_read_questions()["sites"]
        problems = [bool(kind["problem"]) for kind in site["kinds"]]
        self.assertEqual(sorted(problems), [False, True])

    def test_site_on_the_map(self):
        self.site.write({"latitude": 52.3702157, "longitude": 4.8951679, "directions": "Level -1"})
        (site,) = self.register.iicharge_read_questions()["sites"]
        self.assertIn("mlat=52.370216&mlon=4.895168", site["map_url"])
        self.assertEqual(site["directions"], "Level -1")

    def test_page_prints_for_front_desk(self):
        self.site.write(
            {"directions": "Level -1", "opening_hours": "Always open", "house_rules": "No trailers"}
        )
        report = self.env["ir.actions.report"].with_user(self.cashier)
        html, _type = report._render_qweb_html("iicharge_odoo.report_prices", self.site.ids)
        for text in (b"Level -1", b"Always open", b"No trailers", b"60 kWh", b"0.495"):
            self.assertIn(text, html)

    def get_mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", "iicharge.site"), ("res_id", "=", self.site.id)]
        )

    def test_mail_goes_to_the_address_and_is_logged(self):
        self.register.iicharge_email_prices(self.site.id, " Guest@Example.com ")
        mail = self.get_mails()
        self.assertEqual((len(mail), mail.email_to), (1, "guest@example.com"))
        self.assertIn("0.495", mail.body_html)
        self.assertFalse(mail.recipient_ids)
        logged = self.site.message_ids.filtered(lambda message: "sent the charging" in message.body)
        self.assertIn("test_cashier", logged.body)
        self.assertNotIn("guest@", logged.body)

    def test_what_is_no_address_is_refused(self):
        for email in ("", "guest", "a@example.com, b@example.com", None):
            with self.assertRaisesRegex(UserError, "not an e-mail address"):
                self.register.iicharge_email_prices(self.site.id, email)
        self.assertFalse(self.get_mails())

    def test_site_of_another_register_sends_nothing(self):
        self.config.iicharge_site_ids = self.site.copy({"name": "Annexe"})
        with self.assertRaises(AccessError):
            self.register.iicharge_email_prices(self.site.id, "guest@example.com")
