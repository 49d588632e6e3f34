# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models

WHO_IS_ASKED = "Has the activities of this site. Empty: the first person of the role."


class AlertedSite(models.Model):
    _inherit = "iicharge.site"

    responsible_technician_id = fields.Many2one(
        "res.users",
        string="Technician",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        index="btree_not_null",
        help=WHO_IS_ASKED,
    )
    responsible_accountant_id = fields.Many2one(
        "res.users",
        string="Accountant",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        index="btree_not_null",
        help=WHO_IS_ASKED,
    )
    responsible_manager_id = fields.Many2one(
        "res.users",
        string="Manager",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        index="btree_not_null",
        help=WHO_IS_ASKED,
    )
