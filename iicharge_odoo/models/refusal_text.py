# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The refusals of the rules in the reader's language.

The rules carry plain English; Odoo translates only literals in `env._`. A
test keeps both the same.
"""


def get_staff_text(env, code):
    """What the staff reads for a refusal's code, in the language of `env`."""
    return _get_staff_texts(env).get(code, code)


def _get_staff_texts(env):
    return {
        "guest_not_found": env._(
            "No guest matches this room and name. Check both, or search by booking reference."
        ),
        "ambiguous_guest": env._("More than one stay matches. Choose the stay to charge."),
        "not_in_house": env._(
            "The stay has not begun or has ended. Take payment, or open another folio of the stay."
        ),
        "no_post": env._("The stay takes no charges from outside. Front desk may post it by hand."),
        "credit_limit": env._(
            "The charge would pass the stay's credit limit. Raise the limit or take a payment."
        ),
        "checkout_due": env._(
            "Check-out is due before the charging would end. Agree with the guest when the car is "
            "taken away, or ask for less energy."
        ),
        "folio_closed": env._(
            "The folio is closed. Open it again or another one of the stay, or take payment."
        ),
        "currency_mismatch": env._(
            "The tariff and the folio have different currencies. Assign a tariff in the folio's "
            "currency."
        ),
        "prepaid_empty": env._(
            "Nothing is left on the prepaid card, or cars that charge with it will use all of it. "
            "Top it up at the till."
        ),
        "prepaid_expired": env._(
            "The prepaid card has expired. Give the guest another one; a manager may extend this "
            "one."
        ),
        "prepaid_closed": env._(
            "The prepaid card is out of use: it was archived, its program has ended, or it is in "
            "another currency. Give the guest another one."
        ),
        "checked_out": env._(
            "The guest checked out while the car was charging, and the charge was left for later. "
            "Put it on a new invoice, take payment, or write it off."
        ),
        "invoice_cancelled": env._(
            "The invoice that it was on has been cancelled or deleted. Put it on another one."
        ),
        "credit_too_high": env._("More than what is left of the charge cannot be credited."),
        "charge_conflict": env._(
            "This revision of the session is charged already, with another amount. Credit that "
            "charge first."
        ),
        "card_unknown": env._(
            "No card with this number is known here. Start for the room or as a walk-in, or add "
            "the card first."
        ),
        "card_blocked": env._(
            "This card is blocked, as a lost card is. Ask whose it is, and start for the room or "
            "as a walk-in."
        ),
        "card_not_valid": env._(
            "This card is not valid at present: its time, its stay or its contract is over. Start "
            "for the room or as a walk-in."
        ),
        "temporarily_unavailable": env._(
            "The folio could not be reached just now. The charge is kept and tried again."
        ),
    }
