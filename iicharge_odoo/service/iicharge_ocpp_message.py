# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from . import processor, threaded


class OcppMessage(models.Model):
    """Start gateway and processor with the database, and process where no thread does."""

    _inherit = "iicharge.ocpp.message"

    def _register_hook(self):
        super()._register_hook()
        threaded.start_for(self.env.cr.dbname)

    @api.model
    def _cron_process(self):
        """Process messages where no processor thread runs, in transactions of its own."""
        worker = processor.Processor(lambda: self.env.registry)
        while worker.run_once() == 0:
            pass
