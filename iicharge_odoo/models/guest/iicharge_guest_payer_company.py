# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class GuestPayerCompany(models.AbstractModel):
    """The company whose account covers the person who has logged in, by a card or by belonging
    to the company."""

    _name = "iicharge.guest.payer.company"
    _description = "The Company of Who Has Logged In"
    _inherit = "iicharge.guest.payer.own"

    _group = "company"

    @api.model
    def _is_paid_so(self, token, connector):
        return bool(self._decide(token, connector)[1].get("contract_id"))

    @api.model
    def _prepare_choice(self):
        return {
            "value": self._get_value(),
            "icon": "house",
            "label": self.env._("Your company pays"),
            "note": self.env._("It goes on the company's monthly invoice"),
        }

    @api.model
    def _prepare_payer_values(self, connector, who):
        """Name the contract: it pays for this start, whatever changes meanwhile."""
        contract_id = self._decide(who, connector)[1]["contract_id"]
        return {**super()._prepare_payer_values(connector, who), "contract_id": contract_id}

    @api.model
    def _describe(self, visit):
        return self.env._("Your company pays.")
