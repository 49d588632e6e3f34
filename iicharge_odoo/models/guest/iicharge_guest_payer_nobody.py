# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class GuestPayerNobody(models.AbstractModel):
    """A tariff without a price: it starts with one tap."""

    _name = "iicharge.guest.payer.nobody"
    _description = "Nothing to Pay"
    _inherit = "iicharge.guest.payer"

    _group = "visitor"

    @api.model
    def _send_start(self, connector, who, **limits):
        return connector._start_for_visitor(**limits)
