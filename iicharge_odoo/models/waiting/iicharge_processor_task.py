# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..charger.iicharge_processor_task import Task

ADVANCE_EVERY_S = 2


class ProcessorTask(models.AbstractModel):
    _inherit = "iicharge.processor.task"

    @api.model
    def _get_tasks(self):
        return [
            *super()._get_tasks(),
            Task("iicharge.waiting", "_advance", ADVANCE_EVERY_S, "_find_sites"),
        ]
