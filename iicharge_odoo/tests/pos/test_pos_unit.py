# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from pathlib import Path

from odoo.tests import tagged

from ..hoot import HootCase

UNIT = Path(__file__).parents[2] / "static/tests/unit"
SUITES = sorted(str(path.relative_to(UNIT))[: -len(".test.js")] for path in UNIT.rglob("*.test.js"))


@tagged("post_install", "-at_install")
class TestPosUnit(HootCase):
    def test_unit_tests_of_the_register_pass(self):
        self.assertTrue(SUITES)
        for suite in SUITES:
            with self.subTest(suite):
                self.run_hoot(f"iicharge_odoo/{suite}")
