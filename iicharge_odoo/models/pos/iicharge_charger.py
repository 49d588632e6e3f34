# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class Charger(models.Model):
    _inherit = "iicharge.charger"

    def _notify_changed(self):
        """Notify open registers as well; each reads what its user may see."""
        result = super()._notify_changed()
        open_sessions = self.env["pos.session"].search(
            [("state", "!=", "closed"), ("company_id", "in", self.company_id.ids)]
        )
        for config in open_sessions.config_id:
            sites = config._iicharge_get_sites()
            shown = self.filtered_domain([("site_id", "in", sites.ids)])
            if shown:
                config._notify("IICHARGE_CHANGED", {"charger_ids": shown.ids})
        return result
