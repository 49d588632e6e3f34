# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models

from odoo.addons.iicharge_odoo.models.res_users import Actor

REGISTER = "iicharge_register_id"
EMPLOYEE = "iicharge_employee_id"


class ResUsers(models.Model):
    _inherit = "res.users"

    def _iicharge_get_actor(self):
        """Get the employee who is signed in at a register, else the user."""
        employee = self._iicharge_get_employee()
        if not employee:
            return super()._iicharge_get_actor()
        return Actor(employee.name, employee.work_contact_id or self.partner_id)

    def _iicharge_get_employee(self):
        """Get the employee who is signed in, as the register reports.

        The register checks the PIN and is trusted, but only if the user works there and the
        employee may sign in there.
        """
        self.ensure_one()
        # sudo: a cashier may not read employees or which of them may work at a register
        context = self.env.context
        config = self.env["pos.config"].sudo().browse(context.get(REGISTER)).exists()
        employee = self.env["hr.employee"].sudo().browse(context.get(EMPLOYEE)).exists()
        may_work_there = (
            config.module_pos_hr
            and self.has_group("point_of_sale.group_pos_user")
            and config.company_id in self.company_ids
        )
        if not may_work_there:
            return self.env["hr.employee"]
        return employee.filtered_domain(config._employee_domain(self.id))
