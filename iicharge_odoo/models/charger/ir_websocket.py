# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models

# With a company's record: the channel that says which of its chargers have changed.
CHANNEL = "iicharge"

LIVE_GROUPS = ("iicharge_odoo.group_front_desk", "iicharge_odoo.group_technician")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Add the channel of each company of a user who sees chargers.

        A client names channels by text only, so it cannot ask for another company's.
        """
        user = self.env.user
        if any(user.has_group(group) for group in LIVE_GROUPS):
            channels.extend((company, CHANNEL) for company in user.company_ids)
        return super()._build_bus_channel_list(channels)
