# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""States of a session, its billing and a reservation, and their allowed transitions."""

from enum import StrEnum

from .errors import ForbiddenTransition


class SessionState(StrEnum):
    """State between car and charger."""

    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    """The car asks for no power: the only time that can be parking."""
    SUSPENDED_EVSE = "suspended_evse"
    """The site gives no power: load management, a fault. Never billed as parking."""
    STOPPED = "stopped"


class BillingState(StrEnum):
    """State of a session's billing."""

    OPEN = "open"
    """Charging, nothing to bill yet."""
    REVIEW = "review"
    """A value is implausible; a person decides from the readings."""
    RATED = "rated"
    """The price is known and on no bill yet."""
    POSTED = "posted"
    """On a folio or an invoice."""
    PAID = "paid"
    """Paid at the POS or online."""
    FREE = "free"
    """Nothing to pay."""
    LATE = "late"
    """Listed as a late charge, for front desk to resolve."""
    DISPUTED = "disputed"
    """Disputed by the guest."""
    VOID = "void"
    """Credited or written off, with nothing in its place."""


class ReservationState(StrEnum):
    """State of a reservation of a connector."""

    REQUESTED = "requested"
    """The charger has been asked."""
    ACTIVE = "active"
    """The charger has reserved the connector."""
    USED = "used"
    """The guest came and charged."""
    EXPIRED = "expired"
    """Not used in time."""
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """The charger did not agree, or did not answer."""


State = SessionState | BillingState | ReservationState

_RUNNING = (SessionState.SUSPENDED_EV, SessionState.SUSPENDED_EVSE, SessionState.CHARGING)
_ALLOWED: dict[StrEnum, tuple[StrEnum, ...]] = {
    **{state: (*(o for o in _RUNNING if o != state), SessionState.STOPPED) for state in _RUNNING},
    # A reading or a status after the stop never reopens a session (docs/chargers.md row 35).
    SessionState.STOPPED: (),
    BillingState.OPEN: (
        BillingState.REVIEW,
        BillingState.RATED,
        BillingState.FREE,
        BillingState.VOID,
    ),
    BillingState.REVIEW: (BillingState.RATED, BillingState.FREE, BillingState.VOID),
    BillingState.RATED: (
        BillingState.POSTED,
        BillingState.PAID,
        BillingState.FREE,
        BillingState.LATE,
        BillingState.REVIEW,
        BillingState.DISPUTED,
        BillingState.VOID,
    ),
    # Back to "rated" is a credit followed by the next revision (docs/room-charges.md rule 12).
    BillingState.POSTED: (
        BillingState.PAID,
        BillingState.DISPUTED,
        BillingState.RATED,
        BillingState.VOID,
    ),
    BillingState.PAID: (BillingState.DISPUTED, BillingState.RATED, BillingState.VOID),
    BillingState.LATE: (
        BillingState.POSTED,
        BillingState.PAID,
        BillingState.RATED,
        BillingState.DISPUTED,
        BillingState.VOID,
    ),
    BillingState.DISPUTED: (
        BillingState.POSTED,
        BillingState.PAID,
        BillingState.RATED,
        BillingState.LATE,
        BillingState.VOID,
    ),
    BillingState.FREE: (BillingState.REVIEW,),
    BillingState.VOID: (),
    ReservationState.REQUESTED: (
        ReservationState.ACTIVE,
        ReservationState.REFUSED,
        ReservationState.CANCELLED,
    ),
    ReservationState.ACTIVE: (
        ReservationState.USED,
        ReservationState.EXPIRED,
        ReservationState.CANCELLED,
    ),
    # A charger that was offline reports later that the guest came in time.
    ReservationState.EXPIRED: (ReservationState.USED,),
    ReservationState.USED: (),
    ReservationState.CANCELLED: (),
    ReservationState.REFUSED: (),
}


def allowed_transitions(old: State) -> tuple[StrEnum, ...]:
    """Return the states that may follow `old`, without `old` itself."""
    return _ALLOWED[old]


def check_transition(old: State, new: State) -> None:
    """Check that `new` may follow `old`. The same state is always allowed: messages repeat.

    The states may be given by their values.

    :raises ForbiddenTransition: naming both states and what would be allowed
    """
    allowed = _ALLOWED.get(old, ())
    if old != new and new not in allowed:
        raise ForbiddenTransition(str(old), str(new), tuple(map(str, allowed)))
