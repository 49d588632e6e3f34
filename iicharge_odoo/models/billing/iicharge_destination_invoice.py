# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class DestinationInvoice(models.AbstractModel):
    """An invoice that a person makes of late charges."""

    _name = "iicharge.destination.invoice"
    _description = "Destination of Charges: Invoice"
    _inherit = "iicharge.destination"

    @api.model
    def _release(self, charges):
        """Release the charges; a credit goes where its session is paid."""
        result = super()._release(charges)
        for credit in charges.filtered(lambda charge: charge.kind == "credit"):
            credit.destination = credit.session_id.destination
        return result
