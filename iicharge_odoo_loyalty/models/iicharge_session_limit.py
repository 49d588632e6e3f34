# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models
from odoo.fields import Domain


class PrepaidLimit(models.Model):
    """Charging that ends at the balance of the card that pays for it."""

    _inherit = "iicharge.session"

    @api.model
    def _get_limited_domain(self):
        return super()._get_limited_domain() | Domain("loyalty_card_id", "!=", False)

    def _get_limit_reason(self):
        reason = super()._get_limit_reason()
        if not reason and self._reaches_card_balance():
            return self.env._("The prepaid card is used up: the charger is told to stop.")
        return reason

    def _reaches_card_balance(self):
        """Looked at anew each time: a top-up counts at once, and what other cars with the same
        card use is not there twice."""
        card = self.loyalty_card_id
        if not card:
            return False
        return card.currency_id.compare_amounts(card._iicharge_get_available(), 0) <= 0
