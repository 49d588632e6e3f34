# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..models.charger.iicharge_processor_task import APPLY, Task
from .applying import CHARGERS_AT_ONCE


class ProcessorTask(models.AbstractModel):
    _inherit = "iicharge.processor.task"

    @api.model
    def _get_tasks(self):
        apply = Task(
            "iicharge.ocpp.message",
            "_apply_waiting",
            find="_find_waiting_chargers",
            at_once=CHARGERS_AT_ONCE,
            worker=APPLY,
        )
        return [apply, *super()._get_tasks()]
