# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class BilledChargeLine(models.Model):
    _inherit = "iicharge.charge.line"

    def _is_invoiced(self):
        """Return whether any of these lines is on an invoice: it is settled there."""
        return bool(self._get_invoice_lines())
