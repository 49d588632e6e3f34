# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


def _responsible(role):
    """Make the field of who is asked first for a role; `iicharge.alert.kind` finds it by its name.

    :param role: its label
    """
    return fields.Many2one(
        "res.users",
        string=role,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        index="btree_not_null",
        help="Has the activities of this site. Empty: the first person of the role.",
    )


class AlertedSite(models.Model):
    _inherit = "iicharge.site"

    responsible_technician_id = _responsible("Technician")
    responsible_accountant_id = _responsible("Accountant")
    responsible_manager_id = _responsible("Manager")
