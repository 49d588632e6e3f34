# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Define a connector's states with OCPP's terms and the words for people, in one table."""

# (value, OCPP 1.6 section 7.7 ChargePointStatus, words for front desk and guests); without a term
# it is a state of ours, see core/desk_state.py
_STATES = [
    ("unknown", "Unknown", "Not known yet"),
    ("available", "Available", "Free"),
    ("waiting", "", "Waiting for the car"),
    ("preparing", "Preparing", "Plugged in"),
    ("charging", "Charging", "Charging"),
    ("full", "", "Full"),
    ("car_waits", "", "Car waits"),
    ("suspended_ev", "SuspendedEV", "Full or waiting"),
    ("suspended_evse", "SuspendedEVSE", "Waits for power"),
    ("finishing", "Finishing", "Unplug"),
    ("reserved", "Reserved", "Reserved"),
    ("unavailable", "Unavailable", "Out of service"),
    ("faulted", "Faulted", "Out of order"),
    ("offline", "", "No contact"),
]
# Of a session, which knows neither its energy nor a car that is still plugged in.
_OF_SESSION = "suspended_ev"

OCPP_STATUSES = [(value, term) for value, term, _words in _STATES if term]
"""For technicians; "unknown" is before the first report."""
LIVE_STATES = [(value, words) for value, _term, words in _STATES if value != _OF_SESSION]
"""For front desk and guests."""


def get_session_states(*further):
    """Get the states of a charging session in words for people, and `further` ones."""
    words = {value: words for value, _term, words in _STATES}
    return [
        *((value, words[value]) for value in ("charging", _OF_SESSION, "suspended_evse")),
        *further,
    ]
