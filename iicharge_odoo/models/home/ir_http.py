# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Open our home after log-in for those who work with charging, unless they have chosen
        another home action; who administers Odoo begins where Odoo does."""
        info = super().session_info()
        user = self.env.user
        if (
            not info.get("home_action_id")
            and user._is_internal()
            and not user.has_group("base.group_system")
            and self.env["iicharge.home"]._get_roles()
        ):
            info["home_action_id"] = self.env.ref("iicharge_odoo.iicharge_home_action").id
        return info
