# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import time

from odoo import api, models

from . import applying, homes
from .processor import Processor

# A run of the scheduled action; what is left then waits for the next one.
CRON_S = 30


class OcppMessage(models.Model):
    """Start gateway and processor with the database, and process where no thread does."""

    _inherit = "iicharge.ocpp.message"

    def _register_hook(self):
        super()._register_hook()
        homes.start_for(self.env.cr.dbname)

    @api.model
    def _find_waiting_chargers(self, skip):
        return applying.find_waiting_chargers(self.env, skip)

    @api.model
    def _apply_waiting(self, charger_ids):
        return applying.apply_messages(self.env, charger_ids).waits

    @api.model
    def _cron_process(self):
        """Process messages where no processor thread runs, in transactions of its own.

        Bounded: a run that takes longer than Odoo's limit for scheduled actions would restart
        the server.
        """
        ends_at = time.monotonic() + CRON_S
        worker = Processor(
            lambda: self.env.registry, is_stopping=lambda: time.monotonic() > ends_at
        )
        while worker.run_once() == 0:
            pass
        if time.monotonic() > ends_at:
            self.env["ir.cron"]._commit_progress(1, remaining=1)  # run again soon
