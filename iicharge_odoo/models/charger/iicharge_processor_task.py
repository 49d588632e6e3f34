# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Tasks of the processor next to the journal; each domain adds its own."""

from typing import NamedTuple

from odoo import api, models

CLOSE_COMMANDS_EVERY_S = 5


class Task(NamedTuple):
    """A call of `method` on `model`, without records, in a transaction of its own.

    The work is bounded, and an error at one record leaves the others unaffected. It returns a
    true value if more may be waiting, and may run in several processes at once.

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
