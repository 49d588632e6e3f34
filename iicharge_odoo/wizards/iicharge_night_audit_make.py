# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models

from ..core.conversion import get_local_day


class NightAuditMake(models.TransientModel):
    """Create the night audit of a past day, or open the existing one."""

    _name = "iicharge.night.audit.make"
    _description = "Make a Night Audit"
    _inherit = "iicharge.company.wall"

    site_id = fields.Many2one(
        "iicharge.site",
        required=True,
        default=lambda self: self.env["iicharge.site"].search([], limit=1),
    )
    day = fields.Date(
        string="Business Day",
        required=True,
        compute="_compute_day",
        store=True,
        precompute=True,
        readonly=False,
    )

    @api.depends("site_id")
    def _compute_day(self):
        for wizard in self:
            zone = wizard.site_id.time_zone or "UTC"
            wizard.day = get_local_day(fields.Datetime.now(), zone) - timedelta(days=1)

    def action_make(self):
        self.ensure_one()
        self.site_id.check_access("read")
        # sudo: audits are not written by hand, and who reads them need not read all that is
        # counted; the audit is the same as the one that is made by night
        audit = self.env["iicharge.night.audit"].sudo()._create_for(self.site_id.sudo(), self.day)
        return {
            "type": "ir.actions.act_window",
            "res_model": audit._name,
            "res_id": audit.id,
            "view_mode": "form",
        }
