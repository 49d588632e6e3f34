# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..charger.iicharge_processor_task import Task
from .iicharge_session_limit import LOOKED_AT_ONCE, POLL_S
from .iicharge_session_lost import LOOK_FOR_LOST_EVERY_S, LOST_AT_ONCE


class ProcessorTask(models.AbstractModel):
    _inherit = "iicharge.processor.task"

    @api.model
    def _get_tasks(self):
        return [
            *super()._get_tasks(),
            Task(
                "iicharge.session", "_end_lost", LOOK_FOR_LOST_EVERY_S, "_find_lost", LOST_AT_ONCE
            ),
            Task("iicharge.session", "_stop_at_own_limit", POLL_S, "_find_limited", LOOKED_AT_ONCE),
        ]
