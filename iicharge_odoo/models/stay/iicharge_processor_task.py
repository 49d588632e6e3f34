# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..charger.iicharge_processor_task import Task
from ..session.iicharge_session_limit import LOOKED_AT_ONCE, POLL_S
from .iicharge_reservation import EXPIRED_AT_ONCE

EXPIRE_EVERY_S = 5


class ProcessorTask(models.AbstractModel):
    _inherit = "iicharge.processor.task"

    @api.model
    def _get_tasks(self):
        return [
            *super()._get_tasks(),
            Task(
                "iicharge.reservation", "_expire_due", EXPIRE_EVERY_S, "_find_due", EXPIRED_AT_ONCE
            ),
            Task(
                "iicharge.session", "_stop_at_limit", POLL_S, "_find_limited_stays", LOOKED_AT_ONCE
            ),
        ]
