# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class HotelFolio(models.Model):
    _inherit = "hotel.folio"

    def action_view_iicharge_sessions(self):
        return self.order_id.action_view_iicharge_sessions()

    def action_iicharge_renew_pin(self):
        return self.order_id.action_iicharge_renew_pin()
