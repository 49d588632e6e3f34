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
        return self._get_open_requests().get(self, self.env["maintenance.request"])

    def _get_open_requests(self):
        """Get the open request of each charger that has one. :return: {charger: request}"""
        requests = self.env["maintenance.request"]
        if not self.equipment_id:
            return {}
        found = requests.search(
            [
                ("equipment_id", "in", self.equipment_id.ids),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
            ]
        )
        # the first of each, as the model orders them
        by_equipment = {request.equipment_id: request for request in reversed(found)}
        return {
            charger: by_equipment[charger.equipment_id]
            for charger in self
            if charger.equipment_id in by_equipment
        }

    def action_view_maintenance(self):
        return {
            **self._get_related_action("maintenance.request", self.env._("Maintenance")),
            "domain": [("equipment_id", "=", self.equipment_id.id)],
            "context": {"default_equipment_id": self.equipment_id.id},
        }
