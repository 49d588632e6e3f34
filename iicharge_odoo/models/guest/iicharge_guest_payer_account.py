# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class GuestPayerAccount(models.AbstractModel):
    """The offer to log in. What pays for who has done so is another way."""

    _name = "iicharge.guest.payer.account"
    _description = "Log In on the Guest's Page"
    _inherit = "iicharge.guest.payer"

    _template = "iicharge_odoo.guest_account"

    @api.model
    def _is_offered(self, connector):
        """Offer it to who has not logged in, where anybody could have something to pay with."""
        if not self.env.user._is_public() or not super()._is_offered(connector):
            return False
        of_company = fields.Domain("company_id", "=", connector.company_id.id)
        held = fields.Domain("partner_id", "!=", False)
        held &= self.env["iicharge.guest.payer.own"]._get_card_domain()
        return bool(
            self.env["iicharge.contract"].search_count(of_company, limit=1)
            or self.env["iicharge.token"].search_count(of_company & held, limit=1)
        )

    @api.model
    def _prepare_choice(self):
        return {
            "value": self._get_value(),
            "icon": "house",
            "label": self.env._("My company or membership"),
            "note": self.env._("Log in once"),
        }
