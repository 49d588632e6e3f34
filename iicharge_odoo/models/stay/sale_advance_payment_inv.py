# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class CheckoutInvoice(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def create_invoices(self):
        return self._iicharge_ask_before_checkout(self.sale_order_ids) or super().create_invoices()

    def _iicharge_ask_before_checkout(self, orders):
        """Ask before a whole bill is invoiced: the stay checks out. A down payment does not."""
        if self.advance_payment_method != "delivered":
            return None
        return orders._iicharge_ask_before_checkout("invoice", invoice_wizard_id=self.id)
