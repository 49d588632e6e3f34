# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Errors that the rules raise.

::

    IIChargeError
    ├── InvalidInput               a value given to a rule cannot be used; says where
    │   ├── InvalidIdentity        charger id or id tag
    │   ├── InvalidTariff          an OCPI tariff, with the path of the field
    │   ├── InvalidUsage           usage to be rated, with the path of the field
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
        ├── CheckedOut             checked_out
        ├── InvoiceCancelled       invoice_cancelled
        ├── CreditTooHigh          credit_too_high
        ├── ChargeConflict         charge_conflict
        ├── CardUnknown            card_unknown
        ├── CardBlocked            card_blocked
        ├── CardNotValid           card_not_valid
        └── TemporarilyUnavailable temporarily_unavailable

The texts of a refusal are records of Odoo (`models/refusal/`), by its code. An
addon may add refusals of its own the same way.
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
    start the charging all the same; ``authorization`` is the status that a charger gets for the
    card (OCPP 1.6 section 7.2): Invalid where the card is unknown, Expired where its time is over,
    Blocked where it is known and in its time and may not charge.
    """

    code: ClassVar[str]
    retryable: ClassVar[bool] = False
    waivable: ClassVar[bool] = False
    authorization: ClassVar[str] = "Blocked"

    def __init__(self, subject: object = None):
        super().__init__(self.code if subject is None else f"{self.code} ({subject})")
        self.subject = subject


class GuestNotFound(Refusal):
    """No stay matches the room and the name."""

    code = "guest_not_found"
    authorization = "Invalid"


class AmbiguousGuest(Refusal):
    """More than one stay matches."""

    code = "ambiguous_guest"


class NotInHouse(Refusal):
    """The stay has not begun or has ended."""

    code = "not_in_house"
    authorization = "Expired"


class NoPost(Refusal):
    """The stay takes no charges from outside."""

    code = "no_post"


class CreditLimit(Refusal):
    """The charge would pass the stay's credit limit."""

    code = "credit_limit"
    waivable = True


class CheckoutDue(Refusal):
    """Check-out is due before the charging would end."""

    code = "checkout_due"
    waivable = True


class FolioClosed(Refusal):
    """The bill is closed."""

    code = "folio_closed"


class CurrencyMismatch(Refusal):
    """The tariff and the bill have different currencies, and no rate is set."""

    code = "currency_mismatch"


class CheckedOut(Refusal):
    """The guest checked out while the car was charging, and the charge was left for later."""

    code = "checked_out"
    authorization = "Expired"


class InvoiceCancelled(Refusal):
    """The invoice with the charge has been cancelled or deleted."""

    code = "invoice_cancelled"


class CreditTooHigh(Refusal):
    """More than what is left of the charge cannot be credited."""

    code = "credit_too_high"


class ChargeConflict(Refusal):
    """This revision of the session is charged already, with another amount."""

    code = "charge_conflict"


class CardUnknown(Refusal):
    """No card with this number is known."""

    code = "card_unknown"
    authorization = "Invalid"


class CardBlocked(Refusal):
    """The card is blocked, as a lost card is."""

    code = "card_blocked"


class CardNotValid(Refusal):
    """The card's time, its stay or its contract is over."""

    code = "card_not_valid"
    authorization = "Expired"


class TemporarilyUnavailable(Refusal):
    """The bill could not be reached just now."""

    code = "temporarily_unavailable"
    retryable = True
