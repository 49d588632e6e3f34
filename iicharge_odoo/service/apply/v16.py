# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Translate the messages of OCPP 1.6, one function for each action."""

import json

from ...core import identity
from ...core.conversion import to_naive
from ...core.session import SessionState
from ...models.at_flush import at_flush
from .common import (
    find_follower,
    read_integer,
    read_meter_values,
    read_register,
    read_stamp,
    read_text,
    set_charger_status,
    set_connector_status,
    start_session,
    stop_session,
)

# Key of the stops whose starts are released when the savepoint ends.
RELEASED = "iicharge.ocpp.message.released"
# Section 7.7, in Odoo's spelling. Values of a charger's own are stored as "unknown".
STATUSES = {
    "Available": "available",
    "Preparing": "preparing",
    "Charging": "charging",
    "SuspendedEV": "suspended_ev",
    "SuspendedEVSE": "suspended_evse",
    "Finishing": "finishing",
    "Reserved": "reserved",
    "Unavailable": "unavailable",
    "Faulted": "faulted",
}
# Statuses that are not here (Available, Preparing, Finishing, Reserved) do not change
# a running session: it ends with its StopTransaction. A fault is the site's, not the car's.
SESSION_STATES = {
    "Charging": SessionState.CHARGING,
    "SuspendedEV": SessionState.SUSPENDED_EV,
    "SuspendedEVSE": SessionState.SUSPENDED_EVSE,
    "Faulted": SessionState.SUSPENDED_EVSE,
    "Unavailable": SessionState.SUSPENDED_EVSE,
}


def boot_notification(charger, message, payload):
    """Section 4.2."""
    charger.write(
        {
            "vendor": read_text(payload.get("chargePointVendor")),
            "model": read_text(payload.get("chargePointModel")),
            "serial_number": read_text(payload.get("chargePointSerialNumber"))
            or read_text(payload.get("chargeBoxSerialNumber")),
            "firmware_version": read_text(payload.get("firmwareVersion")),
        }
    )
    charger._set_booted(message.received_at)


def status_notification(charger, message, payload):
    """Section 4.9. Connector 0 is the station itself; it never hides the connectors' own."""
    stamp = read_stamp(message, payload.get("timestamp"))
    status, error_code = read_text(payload.get("status")), read_text(payload.get("errorCode"))
    number = read_integer(payload.get("connectorId")) or 0
    if number <= 0:
        return set_charger_status(message, stamp, status, error_code)
    if charger._is_beyond(number):
        return None
    return set_connector_status(
        charger._get_connector(number),
        message,
        stamp,
        STATUSES.get(status, "unknown"),
        SESSION_STATES.get(status),
        error_code,
        read_text(payload.get("vendorErrorCode")),
        read_text(payload.get("info")),
    )


def start_transaction(charger, message, payload):
    """Section 4.8. The gateway allocated the transaction id and decided on the token; both
    are in the answer."""
    answer = json.loads(message.answer or "{}")
    return start_session(
        message,
        charger._get_connector(max(read_integer(payload.get("connectorId")) or 1, 1)),
        read_stamp(message, payload.get("timestamp")),
        {
            "transaction_id": str(answer.get("transactionId") or message.transaction_id),
            "id_tag": read_text(payload.get("idTag")),
            "authorization": answer.get("idTagInfo", {}).get("status"),
            "meter_start_wh": read_register(message, payload.get("meterStart")),
            "reservation_number": identity.known_id(read_integer(payload.get("reservationId"))),
        },
    )


def read_report(charger, message, payload):
    """Section 4.7. Without a transaction id they belong to the connector's open session.

    :return: the session, maybe none, and its readings
    """
    transaction_id = _read_transaction_id(payload)
    session = charger.env["iicharge.session"]._find_transaction(charger, transaction_id)
    number = read_integer(payload.get("connectorId")) or 0
    if not session and number > 0 and not charger._is_beyond(number):
        session = charger._get_connector(number).current_session_id
    readings = read_meter_values(message, payload.get("meterValue"), transaction_id is not None)
    if session.state == "stopped" and readings:
        last_at = to_naive(max(reading.at for reading in readings))
        session = find_follower(session, last_at) or session
    return session, readings


def meter_values(charger, message, payload):
    """Section 4.7."""
    session, readings = read_report(charger, message, payload)
    if session:
        session._add_readings(readings)
    return session


def stop_transaction(charger, message, payload):
    """Section 4.10."""
    session = stop_session(
        message,
        _read_transaction_id(payload),
        read_stamp(message, payload.get("timestamp")),
        read_register(message, payload.get("meterStop")),
        read_text(payload.get("idTag")),
        payload.get("transactionData"),
        read_text(payload.get("reason")),
    )
    _release_start(session, payload)
    return session


def _release_start(session, payload):
    """Accept the next start as a new one, although it has the same values as this session's.

    A clock that is stuck stamps start and stop alike, and a meter that counts each
    session begins alike; such a start is no repeat (docs/chargers.md row 15).
    """
    messages = session.env["iicharge.ocpp.message"]
    stop = (session, payload.get("timestamp"))
    at_flush(session.env, RELEASED, stop, lambda stops: _release_starts(messages, stops))


def _release_starts(messages, stops):
    """:param stops: [(session, timestamp of its stop as it was sent)]"""
    starts = messages.search_fetch(
        [
            ("session_id", "in", [session.id for session, _timestamp in stops if session]),
            ("action", "=", "StartTransaction"),
            ("key", "!=", False),
        ],
        ["session_id", "payload"],
    )
    for start in starts:
        if (start.session_id, json.loads(start.payload).get("timestamp")) in stops:
            start.key = False


def _read_transaction_id(payload):
    """Read a number that is kept as text; None where the charger does not know it."""
    number = identity.known_id(read_integer(payload.get("transactionId")))
    return str(number) if number else None


def authorize(charger, message, payload):
    """Section 4.1. Who may charge sees the price, where the charger can show it."""
    answer = json.loads(message.answer or "{}")
    if isinstance(answer, dict) and answer.get("idTagInfo", {}).get("status") == "Accepted":
        charger._show_price_to(read_text(payload.get("idTag")))


HANDLERS = {
    "Authorize": authorize,
    "BootNotification": boot_notification,
    "StatusNotification": status_notification,
    "StartTransaction": start_transaction,
    "MeterValues": meter_values,
    "StopTransaction": stop_transaction,
}
