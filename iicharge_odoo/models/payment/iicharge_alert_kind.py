# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ..operations.iicharge_alert_kind import Kind


class AlertKind(models.AbstractModel):
    _inherit = "iicharge.alert.kind"

    @api.model
    def _get_kinds(self):
        return [*super()._get_kinds(), Kind("card_hold", "accountant")]

    @api.model
    def _find_card_hold(self, company):
        """Find the card payments whose hold ends soon, or that the provider does not settle."""
        return self.env["iicharge.card.payment"]._find_in_trouble(company)

    @api.model
    def _get_card_hold_summary(self, payment):
        return self.env._(
            "Card payment %(payment)s is not settled with the provider",
            payment=payment.display_name,
        )
