# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The state of a guest's charging as its page shows it: one rule for all that is known of it.

===================================================  =============
what is known                                        state
===================================================  =============
the guest cancelled before the car came              cancelled
the start waits for the charger's answer             starting
the charger refused it or did not answer             not_started
accepted, no car yet                                 plug_in
accepted, the car is plugged in                      waiting
accepted, no car within the time                     too_late
a charging runs that a page for a card cannot show   not_followed
a session runs, the car takes no power yet           waiting
a session runs                                       charging
it runs, and the car takes no more                   full
it runs, and a stop was sent                         stopping
it has ended, and has no price yet                   summing
it has ended, and a person looks at it               review
it has ended, with its price                         done
===================================================  =============
"""

from dataclasses import dataclass
from enum import StrEnum


class VisitState(StrEnum):
    """State of a guest's charging."""

    CANCELLED = "cancelled"
    STARTING = "starting"
    NOT_STARTED = "not_started"
    PLUG_IN = "plug_in"
    WAITING = "waiting"
    TOO_LATE = "too_late"
    NOT_FOLLOWED = "not_followed"
    CHARGING = "charging"
    FULL = "full"
    STOPPING = "stopping"
    SUMMING = "summing"
    REVIEW = "review"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What decides the state.

    :param is_asked: the start is on its way to the charger
    :param is_agreed: the charger has accepted it
    :param is_waited_for: the time to plug in is not over
    :param is_plugged_in: the connector reports a car
    :param is_cancelled: the guest took the start back
    :param is_passed_over: a charging began there that is not surely of this page
    :param connector_state: as `core.desk_state`, while a session runs
    :param has_session: a session began with the start
    :param is_stopping: a stop was sent to it
    :param has_stopped: it has ended
    :param is_priced: it has its price
    :param is_in_review: a person looks at it before
    """

    is_asked: bool = False
    is_agreed: bool = False
    is_waited_for: bool = False
    is_plugged_in: bool = False
    is_cancelled: bool = False
    is_passed_over: bool = False
    connector_state: str = ""
    has_session: bool = False
    is_stopping: bool = False
    has_stopped: bool = False
    is_priced: bool = False
    is_in_review: bool = False


def get_visit_state(facts: VisitFacts) -> VisitState:
    """Get the state, as the table above says."""
    if facts.has_session:
        return _get_state_of_session(facts)
    if facts.is_cancelled:
        return VisitState.CANCELLED
    if facts.is_passed_over:
        return VisitState.NOT_FOLLOWED
    if facts.is_asked:
        return VisitState.STARTING
    if not facts.is_agreed:
        return VisitState.NOT_STARTED
    if not facts.is_waited_for:
        return VisitState.TOO_LATE
    return VisitState.WAITING if facts.is_plugged_in else VisitState.PLUG_IN


def _get_state_of_session(facts: VisitFacts) -> VisitState:
    if facts.has_stopped:
        if facts.is_in_review:
            return VisitState.REVIEW
        return VisitState.DONE if facts.is_priced else VisitState.SUMMING
    if facts.is_stopping:
        return VisitState.STOPPING
    if facts.connector_state == "full":
        return VisitState.FULL
    return VisitState.WAITING if facts.connector_state == "car_waits" else VisitState.CHARGING
