# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Errors that the rules raise.

::

    IIChargeError
    ├── InvalidInput               a value given to a rule cannot be used; says where
    │   ├── InvalidIdentity        charger id or id tag
    │   ├── InvalidTariff          an OCPI tariff, with the path of the field
    │   ├── InvalidUsage           what is to be rated, with the path of the field
    │   └── UnknownTimeZone        not in this machine's time zone data
    ├── ForbiddenTransition        a session or its billing cannot move that way
    └── Refusal                    a room charge (docs/room-charges.md rule 7) or a card is refused
        ├── GuestNotFound          guest_not_found
        ├── AmbiguousGuest         ambiguous_guest
        ├── NotInHouse             not_in_house
        ├── NoPost                 no_post
        ├── CreditLimit            credit_limit
        ├── CheckoutDue            checkout_due
        ├── FolioClosed            folio_closed
        ├── CurrencyMismatch       currency_mismatch
        ├── PrepaidEmpty           prepaid_empty
        ├── PrepaidExpired         prepaid_expired
        ├── PrepaidClosed          prepaid_closed
        ├── CheckedOut             checked_out
        ├── InvoiceCancelled       invoice_cancelled
        ├── CreditTooHigh          credit_too_high
        ├── ChargeConflict         charge_conflict
        ├── CardUnknown            card_unknown
        ├── CardBlocked            card_blocked
        ├── CardNotValid           card_not_valid
        └── TemporarilyUnavailable temporarily_unavailable

The texts of a refusal are plain English on the class; the edge that shows them
translates them there.
"""

from typing import ClassVar


class IIChargeError(Exception):
    """Base of every error that the rules raise."""


class InvalidInput(IIChargeError):
    """A value cannot be used.

    :param where: path of the value, as ``elements[0].price_components[1].price``
    :param problem: what is wrong with it and what would be right
    """

    def __init__(self, where: str, problem: str):
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


class InvalidIdentity(InvalidInput):
    """A charger id or an id tag cannot be used."""


class InvalidTariff(InvalidInput):
    """A tariff cannot be used."""


class InvalidUsage(InvalidInput):
    """The usage to be rated cannot be used."""


class UnknownTimeZone(InvalidInput):
    """The time zone is not in this machine's time zone data."""


class ForbiddenTransition(IIChargeError):
    """A state cannot follow another."""

    def __init__(self, old: str, new: str, allowed: tuple[str, ...]):
        choices = ", ".join(allowed) or "nothing: it is final"
        super().__init__(f"{old!r} cannot become {new!r}; it can become {choices}")
        self.old = old
        self.new = new
        self.allowed = allowed


class Refusal(IIChargeError):
    """A charge to a stay, or a start with a card, is refused.

    :param subject: what was refused (a folio's name, a room), for logs and staff

    ``code`` is stable and meant for programs; ``retryable`` says that the same request
    may succeed later without anyone changing anything; ``waivable`` that front desk may
    start the charging all the same.
    """

    code: ClassVar[str]
    retryable: ClassVar[bool] = False
    waivable: ClassVar[bool] = False
    staff_text: ClassVar[str]
    guest_text: ClassVar[str]

    def __init__(self, subject: object = None):
        about = "" if subject is None else f" ({subject})"
        super().__init__(f"{self.code}{about}: {self.staff_text}")
        self.subject = subject


class GuestNotFound(Refusal):
    code = "guest_not_found"
    staff_text = "No guest matches this room and name. Check both, or search by booking reference."
    guest_text = (
        "We could not find your stay. Please check the room number and the last name, "
        "or ask the front desk."
    )


class AmbiguousGuest(Refusal):
    code = "ambiguous_guest"
    staff_text = "More than one stay matches. Choose the stay to charge."
    guest_text = "We need the front desk to find your stay. Please ask there."


class NotInHouse(Refusal):
    code = "not_in_house"
    staff_text = (
        "The stay has not begun or has ended. Take payment, or open another folio of the stay."
    )
    guest_text = "You are not checked in at present. Please pay directly or ask the front desk."


class NoPost(Refusal):
    code = "no_post"
    staff_text = "The stay takes no charges from outside. Front desk may post it by hand."
    guest_text = "Charging to your room is not open for your stay. Please ask the front desk."


class CreditLimit(Refusal):
    code = "credit_limit"
    waivable = True
    staff_text = "The charge would pass the stay's credit limit. Raise the limit or take a payment."
    guest_text = "Your room bill cannot take this charge. Please ask the front desk."


class CheckoutDue(Refusal):
    code = "checkout_due"
    waivable = True
    staff_text = (
        "Check-out is due before the charging would end. Agree with the guest when the car is "
        "taken away, or ask for less energy."
    )
    guest_text = "Your check-out is due before the charging would end. Please ask the front desk."


class FolioClosed(Refusal):
    code = "folio_closed"
    staff_text = "The folio is closed. Open it again or another one of the stay, or take payment."
    guest_text = "Your room bill is closed. Please ask the front desk."


class CurrencyMismatch(Refusal):
    code = "currency_mismatch"
    staff_text = (
        "The tariff and the folio have different currencies. Assign a tariff in the folio's "
        "currency."
    )
    guest_text = "This charge cannot be put on your room bill. Please ask the front desk."


class PrepaidEmpty(Refusal):
    code = "prepaid_empty"
    staff_text = (
        "Nothing is left on the prepaid card, or cars that charge with it will use all of it. Top "
        "it up at the till."
    )
    guest_text = "Your card has no balance left. Please top it up at the front desk."


class PrepaidExpired(Refusal):
    code = "prepaid_expired"
    staff_text = (
        "The prepaid card has expired. Give the guest another one; a manager may extend this one."
    )
    guest_text = "Your card has expired. Please ask the front desk."


class PrepaidClosed(Refusal):
    code = "prepaid_closed"
    staff_text = (
        "The prepaid card is out of use: it was archived, its program has ended, or it is in "
        "another currency. Give the guest another one."
    )
    guest_text = "This card is no longer in use. Please ask the front desk."


class CheckedOut(Refusal):
    code = "checked_out"
    staff_text = (
        "The guest checked out while the car was charging, and the charge was left for later. "
        "Put it on a new invoice, take payment, or write it off."
    )
    guest_text = "You have checked out. Please ask the front desk how to pay."


class InvoiceCancelled(Refusal):
    code = "invoice_cancelled"
    staff_text = "The invoice that it was on has been cancelled or deleted. Put it on another one."
    guest_text = "Please ask the front desk."


class CreditTooHigh(Refusal):
    code = "credit_too_high"
    staff_text = "More than what is left of the charge cannot be credited."
    guest_text = "Please ask the front desk."


class ChargeConflict(Refusal):
    code = "charge_conflict"
    staff_text = (
        "This revision of the session is charged already, with another amount. Credit that "
        "charge first."
    )
    guest_text = "This charge cannot be put on your room bill. Please ask the front desk."


class CardUnknown(Refusal):
    code = "card_unknown"
    staff_text = (
        "No card with this number is known here. Start for the room or as a walk-in, or add the "
        "card first."
    )
    guest_text = "We do not know this card. Please ask the front desk."


class CardBlocked(Refusal):
    code = "card_blocked"
    staff_text = (
        "This card is blocked, as a lost card is. Ask whose it is, and start for the room or as "
        "a walk-in."
    )
    guest_text = "This card is blocked. Please ask the front desk."


class CardNotValid(Refusal):
    code = "card_not_valid"
    staff_text = (
        "This card is not valid at present: its time, its stay or its contract is over. Start "
        "for the room or as a walk-in."
    )
    guest_text = "This card is not valid at present. Please ask the front desk."


class TemporarilyUnavailable(Refusal):
    code = "temporarily_unavailable"
    retryable = True
    staff_text = "The folio could not be reached just now. The charge is kept and tried again."
    guest_text = "This does not work just now. Please try again in a minute."
