# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..charger.iicharge_processor_task import POST, Task
from .iicharge_charge import POSTED_AT_ONCE


class ProcessorTask(models.AbstractModel):
    _inherit = "iicharge.processor.task"

    @api.model
    def _get_tasks(self):
        post = Task(
            "iicharge.charge",
            "_post_bills",
            find="_find_due_bills",
            at_once=POSTED_AT_ONCE,
            worker=POST,
        )
        return [*super()._get_tasks(), post]
