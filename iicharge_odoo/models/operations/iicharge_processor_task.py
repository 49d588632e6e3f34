# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..charger.iicharge_processor_task import Task

LOOK_EVERY_S = 30
KINDS_AT_ONCE = 4


class ProcessorTask(models.AbstractModel):
    _inherit = "iicharge.processor.task"

    @api.model
    def _get_tasks(self):
        return [
            *super()._get_tasks(),
            Task("iicharge.alert", "_reconcile", LOOK_EVERY_S, "_find_due", KINDS_AT_ONCE),
        ]
