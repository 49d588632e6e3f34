# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Tasks of the processor next to the journal; each domain adds its own."""

from typing import NamedTuple

from odoo import api, models

from .iicharge_command import EXPIRED_AT_ONCE
from .iicharge_desired_state import TRIED_AT_ONCE

CLOSE_COMMANDS_EVERY_S = 5
RECONCILE_EVERY_S = 2
# Workers; each has a thread of its own, so that none waits for the others.
APPLY, POST, WATCH, PAY = WORKERS = ("apply", "post", "watch", "pay")


class Task(NamedTuple):
    """Call of `method` on `model`, without records, in short transactions of its own.

    The work is bounded. It may run in several processes at once: it locks what it changes, and
    skips what another process has locked. No statement waits longer than a second for a lock.

    With `find` the work is cut into pieces, such as bills or sessions. `find(skip)` returns
    their keys (whole numbers), the most urgent first, without those to skip; `method(keys)` does
    up to `at_once` of them in one transaction. Where that fails, each is done alone, and the one
    that fails pauses alone. `method` may return a dict: the keys that it could not do, with the
    seconds for which each must wait at least; None: another process is at it.

    Without `find` the method has no arguments, and returns a true value if more may be waiting.

    :param every_s: seconds between two calls; 0: in each round
    """

    model: str
    method: str
    every_s: float = 0
    find: str = ""
    at_once: int = 1
    worker: str = WATCH


class ProcessorTask(models.AbstractModel):
    _name = "iicharge.processor.task"
    _description = "Tasks of the Processor"

    @api.model
    def _get_tasks(self):
        """Extend: `[*super()._get_tasks(), Task(...)]`."""
        return [
            Task(
                "iicharge.command",
                "_expire",
                CLOSE_COMMANDS_EVERY_S,
                "_find_overdue",
                EXPIRED_AT_ONCE,
            ),
            Task(
                "iicharge.desired.state",
                "_reconcile",
                RECONCILE_EVERY_S,
                "_find_due",
                TRIED_AT_ONCE,
            ),
        ]
