# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..charger.iicharge_processor_task import Task
from .iicharge_charger import ASKED_AT_ONCE

ASK_EVERY_S = 5
SETTINGS_EVERY_S = 30
COSTS_EVERY_S = 2
# Chargers or sessions in a transaction.
AT_ONCE = 10


class ProcessorTask(models.AbstractModel):
    _inherit = "iicharge.processor.task"

    @api.model
    def _get_tasks(self):
        return [
            *super()._get_tasks(),
            Task(
                "iicharge.charger",
                "_ask_display",
                ASK_EVERY_S,
                "_find_display_unasked",
                ASKED_AT_ONCE,
            ),
            Task(
                "iicharge.charger",
                "_want_display_settings",
                SETTINGS_EVERY_S,
                "_find_display_settings",
                AT_ONCE,
            ),
            Task("iicharge.session", "_show_running", COSTS_EVERY_S, "_find_shown", AT_ONCE),
            Task("iicharge.session", "_show_final", COSTS_EVERY_S, "_find_final", AT_ONCE),
        ]
