# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Format requests to a charger and their results in the reader's language."""

from ...gateway.reasons import CONNECTION_LOST, NOT_SENT, is_sent

# Words of OCPP for what a charger has no function for.
UNKNOWN_TO_CHARGER = {"NotImplemented", "NotSupported", "UnknownMessageId", "UnknownVendorId"}
# Words of OCPP (the status types of the answers) that mean yes.
AGREED = {"Accepted", "Scheduled", "Unlocked", "RebootRequired"}


def get_request_text(env, request):
    """Get the name of a request for people; None for a call that only integrators send."""
    return {
        "start": env._("Start charging"),
        "stop": env._("Stop charging"),
        "unlock": env._("Unlock the plug"),
        "restart": env._("Restart"),
        "restart_at_once": env._("Restart"),
        "set_availability": env._("Take into or out of service"),
        "get_settings": env._("Read settings"),
        "set_secret": env._("Change the password"),
        "change_setting": env._("Change a setting"),
        "set_measurands": env._("Set what is measured while charging"),
        "set_stop_measurands": env._("Set what is measured at the stop"),
        "ask_for_report": env._("Ask for a report"),
        "ask_display": env._("Ask what its display shows"),
        "show_price": env._("Show the price"),
        "show_running_cost": env._("Show the cost so far"),
        "show_final_cost": env._("Show the sum"),
        "set_default_price": env._("Set the price on the display"),
        "reserve": env._("Reserve the connector"),
        "cancel_reservation": env._("Release the connector"),
    }.get(request)


def get_result_text(command):
    """Format the result of a command so far, and what to do next."""
    env = command.env
    if command.state in ("queued", "sent"):
        return env._("The charger has been asked. Its answer appears here.")
    if command.state == "timeout":
        return _get_timeout_text(command)
    if command.state == "failed":
        return _get_failure_text(command)
    return _get_outcome_text(env, command.request, command.outcome)


def _get_timeout_text(command):
    env, name = command.env, command.charger_id.name
    is_lost = command.reason == CONNECTION_LOST
    if is_lost and command.request in ("restart", "restart_at_once"):
        return env._(
            "%(charger)s has dropped its connection without an answer, as chargers do when they "
            "restart. It is back in a minute or two.",
            charger=name,
        )
    if is_lost:
        return env._(
            "The connection to %(charger)s ended before its answer: it may have done it or not. "
            "Look at its state, then try again.",
            charger=name,
        )
    if not command.sent_at:
        return env._(
            "This was not sent: %(charger)s was not connected, or had not answered the request "
            "before. Nothing has changed; try again.",
            charger=name,
        )
    return env._(
        "%(charger)s has not answered in time. Check whether it is online, then try again.",
        charger=name,
    )


def _get_failure_text(command):
    env, name = command.env, command.charger_id.name
    if not is_sent(command.reason):
        return env._(
            "This was not sent, because the request itself is not valid: %(why)s Correct the "
            "request; the charger is not the cause.",
            why=command.reason.removeprefix(NOT_SENT).strip(),
        )
    return env._(
        "%(charger)s cannot do this (%(code)s). Call a technician.",
        charger=name,
        code=command.error_code,
    )


def _get_outcome_text(env, request, outcome):
    texts = _get_outcome_texts(env)
    # both restarts have the same texts
    request = "restart" if request == "restart_at_once" else request
    if outcome in AGREED or not outcome:
        return texts.get((request, outcome)) or texts["agreed" if outcome else "answered"]
    if outcome in UNKNOWN_TO_CHARGER and (request, outcome) not in texts:
        return env._(
            "This charger does not know such a request (%(outcome)s); trying again does not help.",
            outcome=outcome,
        )
    return texts.get((request, outcome)) or env._(
        "The charger has not agreed: %(outcome)s. Try again; if it refuses again, call a "
        "technician.",
        outcome=outcome,
    )


def _get_outcome_texts(env):
    # the keys are names: the export of translations would take a literal for a text
    start, stop, unlock, restart = "start", "stop", "unlock", "restart"
    availability, setting = "set_availability", "change_setting"
    return {
        **_get_reservation_texts(env),
        "agreed": env._("The charger has accepted."),
        "answered": env._("The charger has answered."),
        (start, "Accepted"): env._(
            "The charger has accepted. Charging begins as soon as the car is plugged in."
        ),
        (start, "Rejected"): env._(
            "The charger has refused to start. If a car is plugged in, unplug it, plug it in again "
            "and try once more; or use another connector."
        ),
        (stop, "Accepted"): env._(
            "The charger has accepted. Charging ends in a few seconds; the session then shows "
            "what it cost."
        ),
        (stop, "Rejected"): env._(
            "The charger has refused to stop; the charging may have ended already. If the car "
            "still charges, ask the guest to end it in the car, or call a technician."
        ),
        (unlock, "Unlocked"): env._("The plug is free and can be pulled out."),
        (unlock, "UnlockFailed"): env._(
            "The plug is stuck. Unlock the car first, push the plug in and try again; if it "
            "stays stuck, call a technician."
        ),
        (unlock, "NotSupported"): env._(
            "This charger cannot unlock its plug from here. Unlock the car, then pull the plug."
        ),
        (restart, "Accepted"): env._(
            "The charger has accepted and restarts. It is back in a minute or two."
        ),
        (restart, "Rejected"): env._(
            "The charger has refused to restart. Call a technician; its power may have to be "
            "switched off and on."
        ),
        (availability, "Scheduled"): env._(
            "The charger has accepted and changes when the running session ends."
        ),
        (setting, "RebootRequired"): env._(
            "The charger has accepted; the setting counts after a restart."
        ),
    }


def _get_reservation_texts(env):
    reserve, cancel = "reserve", "cancel_reservation"
    return {
        (reserve, "Accepted"): env._("The charger has accepted and keeps the connector."),
        (reserve, "Occupied"): env._(
            "The connector is in use or reserved already. Choose another connector."
        ),
        (reserve, "Faulted"): env._(
            "The connector is out of order. Choose another connector and call a technician."
        ),
        (reserve, "Unavailable"): env._(
            "The connector is out of service. Choose another connector."
        ),
        (reserve, "Rejected"): env._("This charger takes no reservations."),
        (cancel, "Accepted"): env._("The charger has accepted: the connector is free."),
        (cancel, "Rejected"): env._("The charger knows of no such reservation any more."),
    }
