# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Define a connector's states with OCPP's terms and the words for people, in one table."""

# (value, OCPP 1.6 section 7.7 ChargePointStatus, words for front desk and guests)
_STATES = [
    ("unknown", "Unknown", "Unknown"),
    ("available", "Available", "Ready"),
    ("preparing", "Preparing", "Plugged in"),
    ("charging", "Charging", "Charging"),
    ("suspended_ev", "SuspendedEV", "Car is full or has paused"),
    ("suspended_evse", "SuspendedEVSE", "Charger has paused"),
    ("finishing", "Finishing", "Done, still plugged in"),
    ("reserved", "Reserved", "Reserved"),
    ("unavailable", "Unavailable", "Out of service"),
    ("faulted", "Faulted", "Out of order"),
]

OCPP_STATUSES = [(value, term) for value, term, _words in _STATES]
"""For technicians; "unknown" is before the first report."""
LIVE_STATES = [(value, words) for value, _term, words in _STATES]
"""For front desk and guests."""


def get_session_states(*further):
    """Get the states of a charging session in words for people, and `further` ones."""
    words = dict(LIVE_STATES)
    return [
        *((value, words[value]) for value in ("charging", "suspended_ev", "suspended_evse")),
        *further,
    ]
