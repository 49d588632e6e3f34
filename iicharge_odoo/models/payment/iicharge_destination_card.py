# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ...core import errors


class DestinationCard(models.AbstractModel):
    """A customer invoice that a payment online pays: to the guest, or a receipt for a walk-in."""

    _name = "iicharge.destination.card"
    _description = "Destination of Charges: Card Online"
    _inherit = "iicharge.destination"

    _rank = 15
    _posts_at_once = True

    # --- who pays --------------------------------------------------------------------------
    @api.model
    def _prepare_payer_values(self, token, site, at):
        payment = token.card_payment_id
        if not payment:
            return None
        return {"partner_id": token.partner_id.id, "card_payment_id": payment.id}

    @api.model
    def _check_token(self, token, charger, connector_number, now):
        """Refuse to start once the money is let go."""
        payment = token.card_payment_id
        if payment and payment.state != "started":
            raise errors.CardNotValid(token.uid)

    @api.model
    def _describe_payer(self, token, site, at):
        what, _note = super()._describe_payer(token, site, at)
        payment = token.card_payment_id
        return what, self.env._(
            "Pays online by card, up to %(amount)s.",
            amount=payment.currency_id.format(payment.amount),
        )

    # --- charging --------------------------------------------------------------------------
    @api.model
    def _get_partner(self, session, bill):
        return session.card_payment_id._get_payer()

    @api.model
    def _get_fiscal_position(self, session, bill):
        positions = self.env["account.fiscal.position"].with_company(session.company_id)
        return positions._get_fiscal_position(self._get_partner(session, bill))

    # --- money -----------------------------------------------------------------------------
    @api.model
    def _post(self, charges):
        for charge in charges:
            # sudo: whoever posts need not keep the books; the invoice says what is charged
            charge = charge.sudo()
            payment = charge.session_id.card_payment_id
            partner = payment._get_payer()
            invoice = charge._create_invoice(
                partner,
                invoice_origin=charge.session_id.name,
                invoice_date=charge.site_id._get_today(),
            )
            charge._put_on_invoice(invoice)
            invoice.action_post()
            payment._get_secured().invoice_ids |= invoice
