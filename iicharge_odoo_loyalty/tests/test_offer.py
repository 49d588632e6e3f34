# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from odoo.addons.iicharge_odoo.tests.pos.register import RegisterCase


@tagged("post_install", "-at_install")
class TestOffer(RegisterCase):
    """Loyalty programs among the offers that guests read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.today = cls.site._get_today()
        cls.charging = cls.company._iicharge_get_product()
        cls.wine = cls.env["product.product"].create({"name": "Wine", "list_price": 8})
        cls.program = cls.make_offer("Spring week")

    @classmethod
    def make_offer(cls, name, rule=None, reward=None, **values):
        reward = reward or {"discount_applicability": "order"}
        return cls.env["loyalty.program"].create(
            {
                "name": name,
                "program_type": "promotion",
                "trigger": "auto",
                "company_id": cls.company.id,
                "rule_ids": [Command.clear(), Command.create(rule or {})],
                "reward_ids": [Command.clear(), Command.create({"discount": 10, **reward})],
                **values,
            }
        )

    def get_names(self):
        return [text.partition(":")[0] for text in self.site._get_offer()]

    def test_program_is_an_offer_next_to_the_sites_text(self):
        self.site.offer = "Coffee while you charge"
        self.program.reward_ids.description = "10 % off"
        offers = ["Coffee while you charge", "Spring week: 10 % off"]
        self.assertEqual(self.site._get_offer(), offers)
        guest = self.site.with_user(self.env.ref("base.public_user")).sudo()
        self.assertEqual(guest._get_offer(), offers)

    def test_program_holds_on_its_days_of_the_site(self):
        day = timedelta(days=1)
        for since, until, holds in (
            (self.today, self.today, True),
            (self.today + day, False, False),
            (False, self.today - day, False),
        ):
            self.program.write({"date_from": since, "date_to": until})
            self.assertEqual(self.get_names(), ["Spring week"] if holds else [], (since, until))

    def test_program_is_for_charging_by_what_earns_or_by_what_it_gives(self):
        self.program.active = False
        wine = {"product_ids": [Command.set(self.wine.ids)]}
        other = {
            "discount_applicability": "specific",
            "discount_product_ids": [Command.set(self.wine.ids)],
        }
        charging = {
            "discount_applicability": "specific",
            "discount_product_ids": [Command.set(self.charging.ids)],
        }
        self.make_offer("Wine for wine", wine, other)
        self.assertEqual(self.get_names(), [])
        self.make_offer("Wine for charging", wine, charging)
        self.make_offer(
            "Charging for wine", {"product_ids": [Command.set(self.charging.ids)]}, other
        )
        self.assertEqual(self.get_names(), ["Wine for charging", "Charging for wine"])

    def test_free_charging_is_an_offer_and_free_wine_for_wine_is_not(self):
        self.program.active = False
        wine = {"product_ids": [Command.set(self.wine.ids)]}
        for product, name in ((self.wine, "A second glass"), (self.charging, "A free charge")):
            reward = {"reward_type": "product", "reward_product_id": product.id}
            self.make_offer(name, wine, reward)
        self.assertEqual(self.get_names(), ["A free charge"])

    def test_program_of_another_company_or_register_is_no_offer(self):
        register = self.config.copy({"name": "Annexe"})
        self.program.pos_config_ids = register
        self.assertEqual(self.get_names(), ["Spring week"])
        elsewhere = self.env["iicharge.site"].create({"name": "Annexe", "time_zone": "UTC"})
        register.iicharge_site_ids = elsewhere
        self.assertEqual(self.get_names(), [])
        self.program.pos_config_ids = False
        self.program.pos_ok = False
        self.assertEqual(self.get_names(), [])
        self.program.write(
            {"pos_ok": True, "company_id": self.env["res.company"].create({"name": "B"}).id}
        )
        self.assertEqual(self.get_names(), [])

    def test_coupon_and_wallet_are_no_offers_for_all_and_one_used_up_is_none(self):
        self.program.program_type = "coupons"
        self.assertEqual(self.get_names(), [])
        other = self.make_offer("First ten")
        self.assertEqual(self.get_names(), ["First ten"])
        other.write({"limit_usage": True, "max_usage": 1})
        self.patch(type(other), "total_order_count", 1)
        self.assertEqual(self.get_names(), [])

    def test_offer_is_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.program.with_context(lang="de_DE").name = "Frühlingswoche"
        self.program.reward_ids.with_context(lang="de_DE").description = "10 % Nachlass"
        german = self.site.with_context(lang="de_DE")
        self.assertEqual(german._get_offer(), ["Frühlingswoche: 10 % Nachlass"])

    def test_register_and_list_of_prices_show_it(self):
        self.assertIn("Spring week", " ".join(self.site._prepare_info()["today"]))
