# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...core.conversion import to_decimal
from ...core.guest.typed import read_number
from ..charger.iicharge_connector import REMOTE_START_WAIT


class GuestPayerCard(models.AbstractModel):
    """A payment online: the guest's card holds or pays a sum before charging."""

    _name = "iicharge.guest.payer.card"
    _description = "Card Online on the Guest's Page"
    _inherit = "iicharge.guest.payer"

    _group = "visitor"
    _template = "iicharge_odoo.guest_card"

    @api.model
    def _is_offered(self, connector):
        site = connector.site_id
        if not site.card_online or not super()._is_offered(connector):
            return False
        return bool(self._find_methods(connector)[1])

    @api.model
    def _find_methods(self, connector, amount=0):
        """Find with whom a guest can pay here. :return: (providers, methods)"""
        walk_in = self.env.ref("iicharge_odoo.partner_walk_in")
        providers = self.env["payment.provider"]
        return providers._iicharge_find_for_charging(connector.company_id, walk_in, amount)

    @api.model
    def _prepare_choice(self):
        return {
            "value": self._get_value(),
            "icon": "card",
            "label": self.env._("Card, phone or other payment online"),
            "note": self.env._("You pay only what you charge"),
        }

    @api.model
    def _prepare_ask(self, connector):
        """Prepare the sums to choose from.

        :return: {"sums": [{"value", "text", "is_usual"}], "bounds": text where another sum may be
            typed, or "", "is_hold", "can_keep_rest"}
        """
        site, currency = connector.site_id, connector.currency_id
        providers, methods = self._find_methods(connector)
        sums = site._get_card_amounts()
        is_hold = all(
            one._iicharge_holds(method)
            for method in methods
            for one in providers & method.provider_ids
        )
        return {
            "bounds": self.env._(
                "From %(least)s to %(most)s",
                least=currency.format(float(sums[0])),
                most=currency.format(float(sums[-1])),
            )
            if site.card_other_amount and len(sums) > 1
            else "",
            "can_keep_rest": not is_hold and self._can_keep_rest(connector),
            "is_hold": is_hold,
            "sums": [
                {
                    "value": str(amount),
                    "text": currency.format(float(amount)),
                    "is_usual": float(amount) == site.card_amount,
                }
                for amount in sums
            ],
        }

    @api.model
    def _can_keep_rest(self, connector):
        """Whether a guest may have the rest of a payment on a prepaid card. To be extended."""
        return False

    @api.model
    def _read_amount(self, connector, asked):
        """Read the sum that was chosen or typed.

        :param asked: {"amount": one of the sums, or "other"; "other_amount"}, texts
        :return: Decimal; None where it is none that the site allows
        """
        site = connector.site_id
        sums = site._get_card_amounts()
        if asked.get("amount") != "other" or not site.card_other_amount:
            return {str(one): one for one in sums}.get(asked.get("amount"))
        typed = read_number(asked.get("other_amount"))
        if typed is None or not sums[0] <= typed <= sums[-1]:
            return None
        digits = connector.currency_id.decimal_places
        return typed if typed == to_decimal(typed, digits) else None

    # --- the start -------------------------------------------------------------------------
    @api.model
    def _send_start(self, connector, who, **limits):
        token = connector._create_remote_token(
            fields.Datetime.now() + REMOTE_START_WAIT,
            group=self._group,
            partner_id=who.partner_id.id,
            card_payment_id=who.id,
        )
        token._set_limits(**limits)
        return connector._send_start(token)

    @api.model
    def _can_start_again(self, visit):
        return visit.token_id.card_payment_id.state == "started"

    @api.model
    def _describe(self, visit):
        payment = visit.token_id.card_payment_id
        if not payment:
            return ""
        amount = payment.currency_id.format(payment.amount)
        if payment.is_hold:
            return self.env._(
                "Your card pays. %(amount)s are held; you pay only what you charge.", amount=amount
            )
        return self.env._(
            "You have paid %(amount)s. What you do not charge comes back to you.", amount=amount
        )

    @api.model
    def _get_notes(self, visit):
        """Get what became of the money, in sentences."""
        payment = visit.token_id.card_payment_id
        return payment._get_guest_notes() if payment else []
