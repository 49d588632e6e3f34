# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import os
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ChargingCase


@tagged("post_install", "-at_install")
class TestHotelSettings(ChargingCase):
    def settings(self, group):
        return self.env["iicharge.hotel.settings"].with_user(self.users[group])

    def test_manager_sets_what_is_the_hotels_without_being_administrator(self):
        with Form(self.settings("manager")) as form:
            self.assertEqual(form.product_id, self.company.iicharge_product_id)
            form.anonymize_days = 90
            form.alert_minutes = 25
            form.accrue_monthly = True
        self.assertEqual(self.company.iicharge_anonymize_days, 90)
        self.assertEqual(self.company.iicharge_alert_minutes, 25)
        self.assertTrue(self.company.iicharge_accrue_monthly)
        with self.assertRaises(AccessError):
            self.company.with_user(self.users["manager"]).iicharge_anonymize_days = 1

    def test_accountant_sets_billing_and_no_data_protection(self):
        form = Form(self.settings("accountant"))
        self.assertNotIn("anonymize_days", form._view["fields"])
        form.accrue_monthly = True
        form.save()
        self.assertTrue(self.company.iicharge_accrue_monthly)
        for context, values in (
            ({}, {"anonymize_days": 1}),
            ({"default_anonymize_days": 1}, {}),
        ):
            with self.assertRaises(AccessError):
                self.settings("accountant").with_context(**context).create(values)

    def test_front_desk_sets_nothing(self):
        for group in ("front_desk", "technician"):
            with self.assertRaises(AccessError):
                self.settings(group).create({"accrue_monthly": True})

    def test_setting_of_the_environment_is_shown_in_place_of_the_pages(self):
        with patch.dict(os.environ, {"IICHARGE_GATEWAY_PORT": "9123"}):
            settings = self.env["res.config.settings"].create({})
            self.assertIn("gateway_port", settings.iicharge_gateway_fixed)
            self.assertIn("9123", settings.iicharge_gateway_fixed_text)
        with patch.dict(os.environ):
            os.environ.pop("IICHARGE_GATEWAY_PORT", None)
            settings = self.env["res.config.settings"].create({})
            self.assertNotIn("gateway_port", settings.iicharge_gateway_fixed or [])
