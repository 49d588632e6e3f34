# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from .loyalty_program import PREPAID_TYPES


class PrepaidPortal(models.AbstractModel):
    _inherit = "iicharge.portal"

    @api.model
    def _find_prepaid_cards(self, person):
        """Find the person's own gift cards and eWallets that charging is paid with."""
        cards = self.env["loyalty.card"].search(
            Domain("partner_id", "=", person.id)
            & Domain("program_id.program_type", "in", PREPAID_TYPES)
        )
        return cards | self._find_cards(person).loyalty_card_id

    @api.model
    def _prepare_balances(self, person):
        return super()._prepare_balances(person) + [
            {
                "name": card.program_id.name,
                "amount": card.currency_id.format(card._iicharge_get_left()),
                "until": format_date(self.env, card.expiration_date),
            }
            for card in self._find_prepaid_cards(person)
        ]

    @api.model
    def _get_payer_text(self, card):
        prepaid = card._get_prepaid_card()
        return prepaid.program_id.name if prepaid else super()._get_payer_text(card)

    @api.model
    def _find_droppable_cards(self, person):
        """Keep cards with a balance, which would be lost."""
        return super()._find_droppable_cards(person).filtered(lambda card: not card.loyalty_card_id)
