# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .loyalty_card import PREPAID_GROUPS
from .loyalty_program import PREPAID_TYPES


class Token(models.Model):
    _inherit = "iicharge.token"

    loyalty_card_id = fields.Many2one(
        "loyalty.card",
        string="Prepaid Card",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=PREPAID_GROUPS,
        domain=[("program_type", "in", PREPAID_TYPES)],
        help="Charging with this card is paid with this eWallet or gift card and stops at its "
        "balance.",
    )

    @api.constrains("loyalty_card_id", "folio_id", "contract_id", "company_id")
    def _check_loyalty_card(self):
        # sudo: who keeps tokens need not see the cards of their programs
        for token in self.sudo().filtered("loyalty_card_id"):
            card = token.loyalty_card_id
            if token.folio_id or token.contract_id:
                raise ValidationError(
                    self.env._(
                        "%(token)s is paid by one of them: a stay, a company, or a prepaid card.",
                        token=token.display_name,
                    )
                )
            is_fit = (
                card.program_type in PREPAID_TYPES
                and card.currency_id == token.company_id.currency_id
            )
            if not is_fit:
                raise ValidationError(
                    self.env._(
                        "%(card)s cannot pay for charging: it is no eWallet or gift card in "
                        "%(currency)s.",
                        card=card.display_name,
                        currency=token.company_id.currency_id.name,
                    )
                )

    @api.onchange("loyalty_card_id")
    def _onchange_loyalty_card_id(self):
        self.partner_id = self.partner_id or self.loyalty_card_id.partner_id

    @api.model
    def _get_payer_fields(self):
        return super()._get_payer_fields() | {"loyalty_card_id"}

    def _get_prepaid_card(self):
        """Get the card that pays for what this token starts; maybe empty."""
        # sudo: who may charge is asked by whoever starts, and need not see the card
        token = self.sudo()
        is_paid_otherwise = token.folio_id or token.contract_id
        return token.loyalty_card_id.browse() if is_paid_otherwise else token.loyalty_card_id

    def _get_allowed_amount(self, amount):
        """Allow no more than what is left on the card that pays. Without an amount charging stops
        at its balance, which is looked at all the time: a top-up counts at once."""
        amount = super()._get_allowed_amount(amount)
        card = self._get_prepaid_card()
        if not amount or not card:
            return amount
        running = card._iicharge_find_unpaid_sessions().filtered(
            lambda session: session.token_id == self and session.state != "stopped"
        )
        own = sum(session._get_cost_on_card() for session in running)
        return min(amount, max(card._iicharge_get_available() + own, 0))
