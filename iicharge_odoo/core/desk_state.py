# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The state of a connector as front desk needs it: one rule for register, Live and home.

======================================  ================  =================================
what OCPP 1.6 reports                   state             what a tap opens
======================================  ================  =================================
Available                               available         start
Available or Preparing, start accepted  waiting           the start: who, until when, cancel
Preparing                               preparing         start
Charging                                charging          the session
SuspendedEV, after energy               full              the session
SuspendedEV, before any energy          car_waits         the session
SuspendedEVSE                           suspended_evse    the session
Finishing in a session                  full              the session
Finishing, session over                 finishing         the last session: pay, help
Reserved, or a live reservation         reserved          start for them, or cancel
Unavailable                             unavailable       help
Faulted                                 faulted           help
no connection                           offline           help
nothing yet                             unknown           help
======================================  ================  =================================

The words are those of the field `live_state`, colours and icons those of
`static/src/common/state_looks.js`.
"""

from dataclasses import dataclass

WITHOUT_CAR = ("available", "preparing", "reserved", "unknown")
TROUBLE = ("unavailable", "faulted", "offline", "unknown")
IN_USE = (
    "waiting",
    "preparing",
    "charging",
    "full",
    "car_waits",
    "suspended_evse",
    "finishing",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides the state.

    :param status: as the charger reported it, in lower case with underscores
    :param online: the charger is connected
    :param has_session: a session runs there
    :param has_energy: that session has had energy
    :param is_started: a start was accepted and no car has come yet
    :param is_reserved: a reservation is live
    """

    status: str
    online: bool = True
    has_session: bool = False
    has_energy: bool = False
    is_started: bool = False
    is_reserved: bool = False


def get_desk_state(facts: Facts) -> str:
    """Get the state of a connector, as the table above says."""
    if not facts.online:
        return "offline"
    if facts.has_session:
        return _get_state_in_session(facts)
    if facts.is_started and facts.status in ("available", "preparing", "reserved"):
        return "waiting"
    if facts.is_reserved and facts.status == "available":
        return "reserved"
    return {"suspended_ev": "car_waits"}.get(facts.status, facts.status)


def _get_state_in_session(facts: Facts) -> str:
    if facts.status in WITHOUT_CAR:
        # the session is open until the charger stops it, or front desk ends it
        return "charging"
    if facts.status == "suspended_ev":
        return "full" if facts.has_energy else "car_waits"
    return {"finishing": "full"}.get(facts.status, facts.status)
