# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class MaintainedConnector(models.Model):
    _inherit = "iicharge.connector"

    def _open_request(self, report):
        """Set the employee at the register as requester, if requests have employees."""
        request = super()._open_request(report)
        employee = self.env.user._iicharge_get_employee()
        if employee and "employee_id" in request._fields:
            request.employee_id = employee
        return request
