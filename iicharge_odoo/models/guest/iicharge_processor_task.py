# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..charger.iicharge_processor_task import Task
from .iicharge_token import PINS_AT_ONCE

PINS_EVERY_S = 60
NOTICES_EVERY_S = 20


class ProcessorTask(models.AbstractModel):
    _inherit = "iicharge.processor.task"

    @api.model
    def _get_tasks(self):
        return [
            *super()._get_tasks(),
            Task(
                "sale.order",
                "_iicharge_make_pins",
                PINS_EVERY_S,
                "_iicharge_find_without_pin",
                PINS_AT_ONCE,
            ),
            Task(
                "iicharge.guest.notice",
                "_write_due",
                NOTICES_EVERY_S,
                "_find_due",
            ),
        ]
