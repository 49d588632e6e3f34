# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What is asked of a charger and what it answers, in the reader's words and language."""

# Words of OCPP 1.6 (section 7, the status types of the answers) that mean yes.
AGREED = {"Accepted", "Scheduled", "Unlocked", "RebootRequired"}


def get_action_text(env, action):
    """What people call an OCPP action; actions that only integrators send keep their name."""
    return {
        "RemoteStartTransaction": env._("Start charging"),
        "RemoteStopTransaction": env._("Stop charging"),
        "UnlockConnector": env._("Unlock the plug"),
        "Reset": env._("Restart"),
        "ChangeAvailability": env._("Take into or out of service"),
        "GetConfiguration": env._("Read settings"),
        "ChangeConfiguration": env._("Change a setting"),
        "TriggerMessage": env._("Ask for a report"),
        "ReserveNow": env._("Reserve the connector"),
        "CancelReservation": env._("Give the connector free"),
    }.get(action, action)


def get_result_text(command):
    """What came of a command so far, and what to do next."""
    env = command.env
    if command.state in ("queued", "sent"):
        return env._("The charger has been asked. Its answer appears here by itself.")
    if command.state == "timeout":
        return env._(
            "%(charger)s has not answered in time. Check whether it is online, then try again.",
            charger=command.charger_id.name,
        )
    if command.state == "failed":
        return env._(
            "%(charger)s cannot do this (%(code)s). Tell a technician.",
            charger=command.charger_id.name,
            code=command.error_code,
        )
    return _get_outcome_text(env, command.action, command.outcome)


def _get_outcome_text(env, action, outcome):
    texts = _get_outcome_texts(env)
    if outcome in AGREED or not outcome:
        return texts.get((action, outcome)) or texts["agreed" if outcome else "answered"]
    return texts.get((action, outcome)) or env._(
        "The charger has not agreed: %(word)s. Try again; if it refuses again, tell a technician.",
        word=outcome,
    )


def _get_outcome_texts(env):
    start, stop, unlock = "RemoteStartTransaction", "RemoteStopTransaction", "UnlockConnector"
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
            "still charges, ask the guest to end it in the car, or tell a technician."
        ),
        (unlock, "Unlocked"): env._("The plug is free and can be pulled out."),
        (unlock, "UnlockFailed"): env._(
            "The plug is stuck. Unlock the car first, push the plug in and try again; if it stays "
            "stuck, tell a technician."
        ),
        (unlock, "NotSupported"): env._(
            "This charger cannot unlock its plug from here. Unlock the car, then pull the plug."
        ),
        ("Reset", "Accepted"): env._(
            "The charger has accepted and restarts. It is back in a minute or two."
        ),
        ("Reset", "Rejected"): env._(
            "The charger has refused to restart. Tell a technician; its power may have to be "
            "switched off and on."
        ),
        ("ChangeAvailability", "Scheduled"): env._(
            "The charger has accepted and changes when the running session ends."
        ),
        ("ChangeConfiguration", "RebootRequired"): env._(
            "The charger has accepted; the setting counts after a restart."
        ),
    }


def _get_reservation_texts(env):
    reserve, cancel = "ReserveNow", "CancelReservation"
    return {
        (reserve, "Accepted"): env._("The charger has accepted and keeps the connector."),
        (reserve, "Occupied"): env._(
            "The connector is in use or reserved already. Choose another connector."
        ),
        (reserve, "Faulted"): env._(
            "The connector is out of order. Choose another connector and tell a technician."
        ),
        (reserve, "Unavailable"): env._(
            "The connector is out of service. Choose another connector."
        ),
        (reserve, "Rejected"): env._("This charger takes no reservations."),
        (cancel, "Accepted"): env._("The charger has accepted: the connector is free."),
        (cancel, "Rejected"): env._("The charger knows of no such reservation any more."),
    }
