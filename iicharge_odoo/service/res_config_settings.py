# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from . import state


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    @api.model
    def _iicharge_get_gateway_state(self):
        found = state.get_state(self.env.cr.dbname)
        texts = {
            state.RUNNING: self.env._("Runs. Chargers connect to %(place)s."),
            state.WAITING: self.env._("Waits: another process runs it, or it is starting."),
            state.OFF: self.env._("Is switched off."),
            state.WORKERS: self.env._(
                "Does not run, and no charger can connect: this Odoo has workers. Set workers = 0 "
                "in its configuration and restart it."
            ),
            state.NOT_STARTED: self.env._("Does not run in this process. Restart Odoo."),
            state.TAKEN: self.env._(
                "Does not run: another program listens on %(place)s. Choose another port."
            ),
            state.FAILED: self.env._("Does not run. The log of Odoo says why."),
        }
        text = texts[found.kind]
        if found.other:
            text = self.env._(
                "Does not run: database %(other)s of this Odoo listens on %(place)s. Choose "
                "another port here or there."
            )
        return found.kind == state.RUNNING, text % {"place": found.place, "other": found.other}
