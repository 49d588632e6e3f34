# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..charger.iicharge_processor_task import Task
from .iicharge_session import GIVEN_BACK_AT_ONCE

POLL_S = 5


class ProcessorTask(models.AbstractModel):
    _inherit = "iicharge.processor.task"

    @api.model
    def _get_tasks(self):
        return [
            *super()._get_tasks(),
            Task(
                "iicharge.session",
                "_release_abandoned_payments",
                POLL_S,
                "_find_abandoned_payments",
                GIVEN_BACK_AT_ONCE,
            ),
        ]
