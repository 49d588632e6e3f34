# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from .common import MARCH, MARCH_ENDS, ContractCase


@tagged("post_install", "-at_install")
class TestCloseMonths(ContractCase):
    def test_unexpected_error_of_one_step_stops_no_other(self):
        self.charge_until(MARCH_ENDS - timedelta(hours=1))
        logger = "odoo.addons.iicharge_odoo.models.billing.res_company"
        with (
            patch.object(type(self.contract), "_invoice", side_effect=ZeroDivisionError),
            patch.object(IrCron, "_commit_progress", return_value=0),
            patch.object(fields.Datetime, "now", return_value=MARCH_ENDS + timedelta(minutes=1)),
            mute_logger(logger),
        ):
            self.env["res.company"]._cron_close_months()
        self.assertEqual(self.company.iicharge_month_done, MARCH)
