# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class MaintainedCharger(models.Model):
    _inherit = "iicharge.charger"

    equipment_id = fields.Many2one(
        "maintenance.equipment",
        check_company=True,
        copy=False,
        index="btree_not_null",
        help="The charger in Maintenance; made when a technician is called for the first time.",
    )

    def _get_equipment(self):
        self.ensure_one()
        if not self.equipment_id:
            self.equipment_id = self.env["maintenance.equipment"].create(
                {
                    "name": f"{self.name} ({self.site_id.name})",
                    "company_id": self.company_id.id,
                    "model": " ".join(filter(None, [self.vendor, self.model])) or False,
                    "serial_no": self.serial_number or False,
                }
            )
        return self.equipment_id

    def _get_open_request(self):
        self.ensure_one()
        if not self.equipment_id:
            return self.env["maintenance.request"]
        return self.env["maintenance.request"].search(
            [
                ("equipment_id", "=", self.equipment_id.id),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
            ],
            limit=1,
        )

    def action_view_maintenance(self):
        return {
            **self._get_related_action("maintenance.request", self.env._("Maintenance")),
            "domain": [("equipment_id", "=", self.equipment_id.id)],
            "context": {"default_equipment_id": self.equipment_id.id},
        }
