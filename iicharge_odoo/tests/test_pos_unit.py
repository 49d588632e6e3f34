# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker

# Each is a file of static/tests/unit.
SUITES = ("charging_board", "charging_page", "requests", "services/room_charge")


@tagged("post_install", "-at_install")
class TestPosUnit(HttpCase):
    def test_unit_tests_of_the_till_pass(self):
        for suite in SUITES:
            with self.subTest(suite):
                self.browser_js(
                    f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
                    f"&filter=@iicharge_odoo/{suite}",
                    "",
                    "",
                    login="admin",
                    timeout=300,
                    success_signal="[HOOT] Test suite succeeded",
                    error_checker=unit_test_error_checker,
                )
