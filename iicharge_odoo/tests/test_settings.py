# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from ipaddress import ip_network
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.modules.neutralize import neutralize_database
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..service.gateway_settings import read_settings


@tagged("post_install", "-at_install")
class TestSettings(TransactionCase):
    def set(self, **values):
        prefixed = {f"iicharge_{name}": value for name, value in values.items()}
        self.env["res.config.settings"].create(prefixed).execute()

    def test_proxies_are_trusted_as_set(self):
        self.assertEqual(read_settings(self.env).trusted_proxies, ())
        self.set(trusted_proxies="127.0.0.1, 10.0.0.0/8")
        self.assertEqual(
            read_settings(self.env).trusted_proxies,
            (ip_network("127.0.0.1"), ip_network("10.0.0.0/8")),
        )

    def test_proxy_that_is_no_address_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "proxy.example"):
            self.set(trusted_proxies="proxy.example")

    def test_proxy_that_cannot_be_read_keeps_no_gateway_from_starting(self):
        self.env["ir.config_parameter"].set_param("iicharge.trusted_proxies", "proxy.example")
        with mute_logger("odoo.addons.iicharge_odoo.service.gateway_settings"):
            self.assertEqual(read_settings(self.env).trusted_proxies, ())

    def test_neutralized_copy_never_takes_the_chargers(self):
        with patch.dict("os.environ", IICHARGE_GATEWAY="1"):
            self.assertTrue(read_settings(self.env))
            neutralize_database(self.env.cr)
            self.env.registry.clear_all_caches()
            self.assertIsNone(read_settings(self.env))
            # somebody tests with a charger of the workshop
            self.set(gateway_enabled=True)
            self.assertTrue(read_settings(self.env))
