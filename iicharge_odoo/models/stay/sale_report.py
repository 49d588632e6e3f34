# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class SaleReport(models.Model):
    _inherit = "sale.report"

    def _where_pos(self):
        """Exclude POS orders charged to a room: the stay's bill already includes them."""
        return f"{super()._where_pos()} AND pos.iicharge_folio_id IS NULL"
