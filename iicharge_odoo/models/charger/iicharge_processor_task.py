# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the processor does besides the journal: small pieces of work that each room adds."""

from typing import NamedTuple

from odoo import api, models

CLOSE_COMMANDS_EVERY_S = 5


class Task(NamedTuple):
    """A call of `method` on `model`, without records, in a transaction of its own.

    It does a bounded piece of work, keeps one record's failure from the others, and returns
    something true where more may wait. It may run in several processes at once.

    :param every_s: seconds between two calls; 0: in each round
    """

    model: str
    method: str
    every_s: float = 0


class ProcessorTask(models.AbstractModel):
    _name = "iicharge.processor.task"
    _description = "Tasks of the Processor"

    @api.model
    def _get_tasks(self):
        """Extend: `[*super()._get_tasks(), Task(...)]`."""
        return [Task("iicharge.command", "_expire", CLOSE_COMMANDS_EVERY_S)]
