# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def create_invoices(self):
        """Ask first: the hotel module's part replaces the folio's id by the order's."""
        if self.env.context.get("active_model") == "hotel.folio":
            folios = self.env["hotel.folio"].browse(self.env.context.get("active_ids", []))
            asked = self._iicharge_ask_before_checkout(folios.order_id)
            if asked:
                return asked
        return super().create_invoices()
