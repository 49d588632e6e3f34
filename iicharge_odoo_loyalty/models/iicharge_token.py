# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A prepaid card that is tapped: its balance, and why it may not start."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.iicharge_odoo.core import errors
from odoo.addons.iicharge_odoo.core.conversion import get_local_day

from .loyalty_card import PREPAID_GROUPS
from .loyalty_program import PREPAID_TYPES

# OCPP 1.6 knows no word for a card without money (section 7.2); 2.0.1's is NoCredit.
STATUS_OF_REFUSAL = {errors.PrepaidExpired.code: "Expired"}


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
        help="Charging with this token is paid with this eWallet or gift card and stops at its "
        "balance.",
    )

    @api.constrains("loyalty_card_id", "folio_id", "contract_id", "company_id")
    def _check_loyalty_card(self):
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
        """The card that pays for what this token starts; maybe empty."""
        # sudo: who may charge is asked by whoever starts, and need not see the card
        token = self.sudo()
        is_paid_otherwise = token.folio_id or token.contract_id
        return token.loyalty_card_id.browse() if is_paid_otherwise else token.loyalty_card_id

    def _check_prepaid(self, site, now):
        """:raise core.errors.Refusal: why its card may not pay for charging that starts now"""
        card = self._get_prepaid_card()
        if card:
            card._iicharge_check_usable(self.company_id, get_local_day(now, site.time_zone))
            card._iicharge_check_balance()

    def _get_authorization_status(self, charger, now, connector_number):
        status = super()._get_authorization_status(charger, now, connector_number)
        if status != "Accepted":
            return status
        try:
            self._check_prepaid(charger.site_id, now)
        except errors.Refusal as refusal:
            return STATUS_OF_REFUSAL.get(refusal.code, "Blocked")
        return status

    # --- at the register ----------------------------------------------------------------
    def _check_card(self, connector=None):
        """Name the reason of a card without money, before the charger only refuses."""
        super()._check_card()
        if connector:
            self._check_prepaid(connector.site_id, fields.Datetime.now())
        return super()._check_card(connector)
