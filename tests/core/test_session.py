# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from iicharge_odoo.core.errors import ForbiddenTransition
from iicharge_odoo.core.session import (
    BillingState,
    ReservationState,
    SessionState,
    allowed_transitions,
    check_transition,
)


@pytest.mark.parametrize("state", [*SessionState, *BillingState, *ReservationState])
def test_state_repeated_is_allowed(state):
    check_transition(state, state)


def test_stopped_session_never_reopens():
    for state in SessionState:
        if state is not SessionState.STOPPED:
            check_transition(state, SessionState.STOPPED)
            with pytest.raises(ForbiddenTransition, match="final"):
                check_transition(SessionState.STOPPED, state)


def test_states_given_by_value_are_checked_the_same():
    check_transition("charging", "".join(["char", "ging"]))
    check_transition("open", "rated")
    with pytest.raises(ForbiddenTransition, match="'open' cannot become 'paid'"):
        check_transition("open", "paid")
    with pytest.raises(ForbiddenTransition):
        check_transition("somewhere", "paid")


def test_posted_charge_is_reverted_only_by_credit_or_dispute():
    assert set(allowed_transitions(BillingState.POSTED)) == {
        BillingState.PAID,
        BillingState.DISPUTED,
        BillingState.RATED,
        BillingState.VOID,
    }
    with pytest.raises(ForbiddenTransition) as caught:
        check_transition(BillingState.POSTED, BillingState.OPEN)
    assert (caught.value.old, caught.value.new) == ("posted", "open")
    assert "paid" in caught.value.allowed


def test_reservation_ends_once_and_expiry_gives_way_to_a_start_reported_late():
    for state in (
        ReservationState.USED,
        ReservationState.CANCELLED,
        ReservationState.REFUSED,
    ):
        assert not allowed_transitions(state)
    assert allowed_transitions(ReservationState.EXPIRED) == (ReservationState.USED,)
    with pytest.raises(ForbiddenTransition):
        check_transition(ReservationState.REQUESTED, ReservationState.EXPIRED)


def test_review_is_never_posted_without_rating():
    with pytest.raises(ForbiddenTransition):
        check_transition(BillingState.REVIEW, BillingState.POSTED)


def test_session_and_billing_states_do_not_mix():
    with pytest.raises(ForbiddenTransition):
        check_transition(SessionState.CHARGING, BillingState.VOID)


def test_every_state_but_the_final_ones_leads_to_an_end():
    for state in BillingState:
        seen, todo = set(), [state]
        while todo:
            for following in allowed_transitions(todo.pop()):
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
        assert BillingState.VOID in seen | {state}
