# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from iicharge_odoo.core.guest.visit_state import VisitFacts, get_visit_state

AGREED = {"is_agreed": True, "is_waited_for": True}
RUNS = {"has_session": True, "connector_state": "charging"}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "not_started"),
        ({"is_asked": True}, "starting"),
        ({"is_asked": True, "is_cancelled": True}, "cancelled"),
        (AGREED, "plug_in"),
        (AGREED | {"is_plugged_in": True}, "waiting"),
        (AGREED | {"is_waited_for": False}, "too_late"),
        (AGREED | {"is_cancelled": True}, "cancelled"),
        (AGREED | {"is_passed_over": True}, "not_followed"),
        (AGREED | {"is_waited_for": False, "is_passed_over": True}, "not_followed"),
        (AGREED | {"is_cancelled": True, "is_passed_over": True}, "cancelled"),
        (RUNS, "charging"),
        (RUNS | {"is_passed_over": True}, "charging"),
        # a car that came in the last moment charges, and the guest must see it
        (RUNS | {"is_cancelled": True}, "charging"),
        (RUNS | {"connector_state": "car_waits"}, "waiting"),
        (RUNS | {"connector_state": "full"}, "full"),
        (RUNS | {"connector_state": "offline"}, "charging"),
        (RUNS | {"connector_state": "full", "is_stopping": True}, "stopping"),
        (RUNS | {"has_stopped": True}, "summing"),
        (RUNS | {"has_stopped": True, "is_in_review": True}, "review"),
        (RUNS | {"has_stopped": True, "is_priced": True, "is_stopping": True}, "done"),
    ],
)
def test_state_of_a_charging(facts, state):
    assert get_visit_state(VisitFacts(**facts)) == state
