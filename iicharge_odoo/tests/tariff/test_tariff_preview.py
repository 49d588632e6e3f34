# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import Form, tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestTariffPreview(ChargingCase):
    """The form as a manager fills it in."""

    def form(self, record=None):
        tariffs = self.env["iicharge.tariff"].with_user(self.users["manager"])
        return Form(tariffs.browse(record.id) if record else tariffs)

    def test_example_session_is_priced_while_editing(self):
        form = self.form(self.tariff)
        self.assertRegex(form.preview_total, r"9\.90.* with tax .*9\.00")
        with form.component_ids.edit(0) as price:
            price.price = 1
        self.assertRegex(form.preview_total, r"22\.00.* with tax .*20\.00")
        form.preview_kwh = 10
        self.assertRegex(form.preview_total, r"11\.00.* with tax .*10\.00")

    def test_rows_of_the_example_show_idle_time_after_grace(self):
        self.company.iicharge_product_id.taxes_id = self.tax
        form = self.form()
        form.preset = "energy_idle"
        form.preview_start_at = "2026-11-23 12:00:00"
        (energy, price), (idle_time, fee) = form.preview_rows
        self.assertIn("20 kWh", energy)
        self.assertIn("9.90", price)
        # 45 minutes less 15 of grace, at 6 per hour without tax
        self.assertIn("30 min of idle time", idle_time)
        self.assertIn("3.30", fee)

    def test_day_shows_the_night_rate_with_tax(self):
        self.company.iicharge_product_id.taxes_id = self.tax
        form = self.form()
        form.preset = "night"
        prices = [(price["minute"], price["price"]) for price in form.preview_day["prices"]]
        self.assertEqual(prices, [(0, "0.33"), (360, "0.495"), (1320, "0.33")])

    def test_every_preset_saves(self):
        labels = dict(self.env["iicharge.tariff"]._fields["preset"].selection)
        for preset, label in labels.items():
            with self.subTest(preset=preset):
                form = self.form()
                form.preset = preset
                tariff = form.save()
                self.assertEqual(tariff.name, label)
                self.assertTrue(tariff.component_ids)
                self.assertEqual(tariff.version_number, 1)

    def test_free_for_guests_is_free_and_for_guests(self):
        form = self.form()
        form.preset = "free"
        tariff = form.save()
        self.assertEqual(tariff.summary, "free of charge")
        self.assertEqual(tariff.rule_ids.group, "guest")
        self.assertEqual(self.connector._find_tariff("guest")[0], tariff)
        self.assertEqual(self.connector._find_tariff("visitor")[0], self.tariff)

    def test_another_preset_takes_the_place_of_the_first(self):
        form = self.form()
        form.preset = "free"
        form.preset = "night"
        tariff = form.save()
        self.assertFalse(tariff.rule_ids)
        self.assertEqual(tariff.name, "Night rate")
        self.assertEqual(len(tariff.component_ids), 2)

    def test_half_typed_value_is_shown_and_not_raised(self):
        form = self.form(self.tariff)
        form.quiet_start = "22"
        self.assertTrue(form.preview_total)
        with form.component_ids.edit(0) as price:
            price.start_time = "noon"
        self.assertIn("noon", form.preview_total)
        self.assertFalse(form.preview_day)

    def test_example_makes_no_version(self):
        form = self.form(self.tariff)
        form.preview_kwh = 50
        form.save()
        self.assertEqual(self.tariff.version_number, 1)

    def test_discount_and_limit_are_in_the_rows(self):
        self.tariff.write({"free_kwh": 5, "has_max_price": True, "max_price_untaxed": 2})
        texts = [what for what, _amount in self.tariff.preview_rows]
        self.assertIn("Free energy: 5 kWh", texts)
        self.assertIn("Reduced to the maximum price", texts)
        self.tariff.write({"has_max_price": False, "has_min_price": True, "min_price_untaxed": 30})
        self.assertEqual(self.tariff.preview_rows[-1][0], "Raised to the minimum price")
