# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models


class GuestPayerMember(models.AbstractModel):
    """What else pays for the charging of who has logged in: a subscription, a prepaid card or
    whatever an addon adds as a destination that is asked before the register."""

    _name = "iicharge.guest.payer.member"
    _description = "The Membership of Who Has Logged In"
    _inherit = "iicharge.guest.payer.own"

    _group = "visitor"

    @api.model
    def _is_paid_so(self, token, connector):
        destination, values = self._decide(token, connector)
        last = self.env["iicharge.destination"]._get_asked()[-1]
        return destination._name != last._name and not values.get("contract_id")

    @api.model
    def _prepare_choice(self):
        return {
            "value": self._get_value(),
            "icon": "ticket",
            "label": self.env._("Your membership pays"),
            "note": self.env._("Your charging card or balance with us"),
        }

    @api.model
    def _describe(self, visit):
        return self.env._("Your membership pays.")
