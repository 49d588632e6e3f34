# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What people read of a refusal, in their language; the rules know its code only."""

from typing import NamedTuple

from odoo import api, models


class Texts(NamedTuple):
    """For front desk: what is wrong and what to do. For the guest: no more than is his to know."""

    staff: str
    guest: str


class Refusal(models.AbstractModel):
    _name = "iicharge.refusal"
    _description = "Texts of Refusals"

    @api.model
    def _get_staff_text(self, code):
        texts = self._get_texts().get(code)
        return texts.staff if texts else code

    @api.model
    def _get_guest_text(self, code):
        texts = self._get_texts().get(code)
        return texts.guest if texts else code

    @api.model
    def _get_texts(self):
        """Return {code: Texts}; an addon with refusals of its own adds their texts.

        :return: {code: `Texts`}
        """
        return {
            **self._get_stay_texts(),
            **self._get_bill_texts(),
            **self._get_charge_texts(),
            **self._get_card_texts(),
        }

    @api.model
    def _get_stay_texts(self):
        env = self.env
        return {
            "guest_not_found": Texts(
                env._(
                    "No guest matches this room and name. Check both, or search by booking "
                    "reference."
                ),
                env._(
                    "We could not find your stay. Please check the room number and the last name, "
                    "or ask the front desk."
                ),
            ),
            "ambiguous_guest": Texts(
                env._("More than one stay matches. Choose the stay to charge."),
                env._("We need the front desk to find your stay. Please ask there."),
            ),
            "not_in_house": Texts(
                env._(
                    "The stay has not begun or has ended. Take payment, or open another bill of "
                    "the stay."
                ),
                env._(
                    "You are not checked in at present. Please pay directly or ask the front desk."
                ),
            ),
            "no_post": Texts(
                env._("The stay takes no charges from outside. Front desk may post it by hand."),
                env._(
                    "Charging to your room is not open for your stay. Please ask the front desk."
                ),
            ),
        }

    @api.model
    def _get_bill_texts(self):
        env = self.env
        return {
            "credit_limit": Texts(
                env._(
                    "The charge would pass the stay's credit limit. Raise the limit or take a "
                    "payment."
                ),
                env._("Your room bill cannot take this charge. Please ask the front desk."),
            ),
            "checkout_due": Texts(
                env._(
                    "Check-out is due before the charging would end. Agree with the guest when the "
                    "car is taken away, or ask for less energy."
                ),
                env._(
                    "Your check-out is due before the charging would end. Please ask the front "
                    "desk."
                ),
            ),
            "folio_closed": Texts(
                env._(
                    "The room bill is closed. Open it again or another one of the stay, or take "
                    "payment."
                ),
                env._("Your room bill is closed. Please ask the front desk."),
            ),
            "currency_mismatch": Texts(
                env._(
                    "The bill and the prices are in different currencies, and there is no exchange "
                    "rate. Choose a price list in the hotel's currency on the stay's order, or add "
                    "a rate under Invoicing > Configuration > Currencies."
                ),
                env._("This charge cannot be put on your room bill. Please ask the front desk."),
            ),
        }

    @api.model
    def _get_charge_texts(self):
        env = self.env
        return {
            "checked_out": Texts(
                env._(
                    "The guest checked out while the car was charging, and the charge was left for "
                    "later. Put it on a new invoice, take payment, or write it off."
                ),
                env._("You have checked out. Please ask the front desk how to pay."),
            ),
            "invoice_cancelled": Texts(
                env._(
                    "The invoice that it was on has been cancelled or deleted. Put it on another "
                    "one."
                ),
                env._("Please ask the front desk."),
            ),
            "credit_too_high": Texts(
                env._("More than what is left of the charge cannot be credited."),
                env._("Please ask the front desk."),
            ),
            "charge_conflict": Texts(
                env._(
                    "This revision of the session is charged already, with another amount. Credit "
                    "that charge first."
                ),
                env._("This charge cannot be put on your room bill. Please ask the front desk."),
            ),
            "temporarily_unavailable": Texts(
                env._(
                    "The room bill could not be reached just now. The charge is kept and tried "
                    "again."
                ),
                env._("This does not work just now. Please try again in a minute."),
            ),
        }

    @api.model
    def _get_card_texts(self):
        env = self.env
        return {
            "card_unknown": Texts(
                env._(
                    "No card with this number is known here. Start for the room or as a walk-in, "
                    "or add the card first."
                ),
                env._("We do not know this card. Please ask the front desk."),
            ),
            "card_blocked": Texts(
                env._(
                    "This card is blocked, as a lost card is. Ask whose it is, and start for the "
                    "room or as a walk-in."
                ),
                env._("This card is blocked. Please ask the front desk."),
            ),
            "card_not_valid": Texts(
                env._(
                    "This card is not valid at present: its time, its stay or its company account "
                    "is over. Start for the room or as a walk-in."
                ),
                env._("This card is not valid at present. Please ask the front desk."),
            ),
        }
