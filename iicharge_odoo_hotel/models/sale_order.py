# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    iicharge_hotel_folio_ids = fields.One2many("hotel.folio", "order_id", string="Hotel Folios")
