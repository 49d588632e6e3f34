# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

from ..hoot import HootCase


@tagged("post_install", "-at_install")
class TestPosUnit(HootCase):
    def test_unit_tests_of_the_register_pass(self):
        self.run_hoot("iicharge_odoo")
