# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import HttpCase

from odoo.addons.web.tests.test_js import unit_test_error_checker


class HootCase(HttpCase):
    """Runs the tests of `static/tests/unit` in a browser."""

    def run_hoot(self, suite):
        """Run a suite.

        :param str suite: an addon, or one file of it, as Hoot names them
        """
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&filter=@{suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )
