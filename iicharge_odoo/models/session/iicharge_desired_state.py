# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class DesiredState(models.Model):
    """A session that must end; met when the session has stopped."""

    _inherit = "iicharge.desired.state"

    kind = fields.Selection(
        selection_add=[("ended", "Charging Has Ended")], ondelete={"ended": "cascade"}
    )

    def _is_met(self):
        if self.kind != "ended":
            return super()._is_met()
        return self.session_id.state == "stopped"

    def _get_request(self):
        if self.kind != "ended":
            return super()._get_request()
        return "stop", {"transaction_id": self.session_id.transaction_id}
