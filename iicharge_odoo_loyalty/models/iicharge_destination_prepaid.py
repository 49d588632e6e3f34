# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a prepaid card pays of a session, in the same transaction as the charge.

The charge goes to an order of its own, as everything that a register takes payment for. The
program's own reward takes off that order what the card can pay, so that the balance and its
history are kept by Odoo. Paid whole, the order is invoiced at once: revenue and tax are booked
at use, and the reward's product carries the account where sold balances are owed. Else the
order waits at the register for the rest. A card that was sold with its tax (a single-purpose
voucher, see `loyalty.program`) takes that tax off with its part.

What a card has paid and is credited goes back on the card.
"""

from odoo import api, models

from odoo.addons.iicharge_odoo.core.conversion import get_local_day


class DestinationPrepaid(models.AbstractModel):
    _name = "iicharge.destination.prepaid"
    _description = "Destination of Charges: Prepaid Card"
    _inherit = "iicharge.destination.pos"

    _rank = 30

    # --- who pays --------------------------------------------------------------------------
    @api.model
    def _prepare_payer_values(self, token, site, at):
        card = token._get_prepaid_card()
        if not card:
            return None
        holder = token.partner_id or card.partner_id
        return {"partner_id": holder.id, "loyalty_card_id": card.id}

    @api.model
    def _check_token(self, token, charger, connector_number, now):
        card = token._get_prepaid_card()
        if card:
            day = get_local_day(now, charger.site_id.time_zone)
            card._iicharge_check_usable(token.company_id, day)
            card._iicharge_check_balance()
            connectors = charger.connector_ids
            connector = connectors.filtered(lambda one: one.number == connector_number)
            card._iicharge_check_tax(token._find_tariff(connector or connectors[:1]))

    @api.model
    def _describe_payer(self, token, site, at):
        what, _note = super()._describe_payer(token, site, at)
        card = token._get_prepaid_card()
        return what, self.env._(
            "%(program)s: %(amount)s to use. Charging stops when it is used up.",
            program=card.program_id.name,
            amount=card.currency_id.format(card._iicharge_get_available()),
        )

    # --- charging --------------------------------------------------------------------------
    @api.model
    def _get_partner(self, session, bill):
        # sudo: who decides on a session in review need not see its card
        holder = session.sudo().loyalty_card_id.partner_id or session.partner_id
        return holder or self.env.ref("iicharge_odoo.partner_walk_in")

    @api.model
    def _get_fiscal_position(self, session, bill):
        """That of the holder; none where the card was sold with its tax, which was due then."""
        # sudo: as above
        if session.sudo().loyalty_card_id.program_id.iicharge_voucher == "single":
            return self.env["account.fiscal.position"]
        return super()._get_fiscal_position(session, bill)

    @api.model
    def _prepare_charge_values(self, session):
        return {}

    # --- money -----------------------------------------------------------------------------
    @api.model
    def _create_order(self, charge):
        order = super()._create_order(charge)
        # sudo: as above
        if charge.session_id.sudo().loyalty_card_id.program_id.iicharge_voucher == "single":
            order.fiscal_position_id = False
        return order

    @api.model
    def _open(self, order):
        """Apply the card to a draft order; confirming it takes the sum off."""

    @api.model
    def _post(self, charges):
        result = super()._post(charges)
        # sudo: whoever posts need not have rights on cards; what is taken off them is the charge
        charges = charges.sudo()
        charges.session_id.loyalty_card_id._iicharge_lock()
        for charge in charges:
            order = charge.line_ids.sale_line_ids.order_id
            charge._use_card(order)
            order.action_confirm()
            if self._is_paid_whole(charge):
                invoice = order._create_invoices(final=True)
                invoice.invoice_date = charge.site_id._get_today()
                invoice.action_post()
        return result

    @api.model
    def _get_posted_billing(self, charge):
        return "paid" if self._is_paid_whole(charge) else super()._get_posted_billing(charge)

    @api.model
    def _is_paid_whole(self, charge):
        """Check whether the card pays all of it: nothing is left for a register."""
        # sudo: whoever posts need not have rights on orders
        order = charge.sudo().line_ids.sale_line_ids.order_id
        return charge.currency_id.is_zero(order.amount_total)

    @api.model
    def _credit(self, credits):
        result = super()._credit(credits)
        for credit in credits:
            credit._refund_to_card()
        return result
