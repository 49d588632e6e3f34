# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.iicharge_odoo.models.charger.iicharge_connector import REMOTE_START_WAIT


class GuestPayerPrepaid(models.AbstractModel):
    """The balance of a gift card or an eWallet, by its code."""

    _name = "iicharge.guest.payer.prepaid"
    _description = "Prepaid Card on the Guest's Page"
    _inherit = "iicharge.guest.payer"

    _group = "visitor"
    _template = "iicharge_odoo_loyalty.guest_prepaid"
    _asks = ("card",)

    @api.model
    def _is_offered(self, connector):
        """Whether anybody can have such a card."""
        if not super()._is_offered(connector):
            return False
        domain = self.env["loyalty.card"]._iicharge_get_prepaid_domain(connector.company_id)
        return bool(self.env["loyalty.card"].search_count(domain, limit=1))

    @api.model
    def _prepare_choice(self):
        return {
            "value": self._get_value(),
            "icon": "ticket",
            "label": self.env._("Prepaid card or code"),
            "note": self.env._("Use up what is on it"),
        }

    @api.model
    def _find_who(self, connector, typed):
        cards = self.env["loyalty.card"]
        code = typed["card"].strip()
        domain = cards._iicharge_get_prepaid_domain(connector.company_id)
        return cards.search(domain & Domain("code", "=", code), limit=1) if code else cards

    @api.model
    def _send_start(self, connector, who, **limits):
        token = connector._create_remote_token(
            fields.Datetime.now() + REMOTE_START_WAIT,
            group=self._group,
            partner_id=who.partner_id.id,
            loyalty_card_id=who.id,
        )
        token._set_limits(**limits)
        token._check_card(connector)
        return connector._send_start(token)

    @api.model
    def _describe(self, visit):
        card = visit.token_id.loyalty_card_id
        if not card:
            return ""
        left = card.currency_id.format(card._iicharge_get_available())
        return self.env._("Your prepaid card pays. %(amount)s can be used.", amount=left)

    @api.model
    def _get_notes(self, visit):
        """Say what is left, once the card has paid."""
        notes, session = super()._get_notes(visit), visit.session_id
        card = session.loyalty_card_id
        if not card or session.billing not in ("posted", "paid"):
            return notes
        left = card.currency_id.format(card._iicharge_get_left())
        return [*notes, self.env._("%(amount)s are left on your prepaid card.", amount=left)]
