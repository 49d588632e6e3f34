# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Applies the journal's OCPP 1.6 messages to Odoo's records.

One function for each action, named by it. Each is given the charger, the journal message
and its payload, and returns the session that the message belongs to, if any. What the
message means is for `core`; here it only finds its records.
"""

import json

from ..core import identity, meter
from ..core import session as rules
from .conversion import to_aware, to_naive

LARGEST_INTEGER = 2**31 - 1

# OCPP 1.6 section 7.7, in Odoo's spelling. What a charger invents is kept as "unknown".
STATUS_OF_V16 = {
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


def apply_message(message):
    """Apply one journal message; repeats change nothing.

    :param message: an `iicharge.ocpp.message` in state "new"
    :raises Exception: nothing may be kept of what was done; the caller rolls back
    """
    charger = message.charger_id
    if message.direction == "out":
        message.command_id._set_outcome(
            message.answer, message.error_code, message.reason, message.received_at
        )
        return
    handler = _HANDLERS.get(message.action)
    if handler:
        payload = _without_nul(json.loads(message.payload))
        session = handler(charger, message, payload if isinstance(payload, dict) else {})
        if session:
            message.session_id = session


def _received(message):
    return to_aware(message.received_at)


def _stamp(charger, message, text):
    """The time a charger wrote, or that of receipt where it wrote none."""
    if not text:
        return meter.Stamp(_received(message))
    return meter.parse_timestamp(text, charger._get_time_zone(), _received(message))


def _without_nul(value):
    """JSON may hold the character NUL, PostgreSQL's text may not."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(item) for name, item in value.items()}
    return value


def _integer(value):
    """A whole number, also where it was sent as text or with a point; None for all that
    OCPP's integer (32 bits) cannot hold."""
    number = meter.parse_decimal(value)
    if number is None or number != int(number) or abs(number) > LARGEST_INTEGER:
        return None
    return int(number)


def _text(value):
    """What was sent where text belongs: numbers as they read, anything else as nothing."""
    return str(value) if isinstance(value, str | int | float) else ""


def _objects(value):
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def boot_notification(charger, message, payload):
    """Section 4.2."""
    charger.write(
        {
            "vendor": _text(payload.get("chargePointVendor")),
            "model": _text(payload.get("chargePointModel")),
            "serial_number": _text(payload.get("chargePointSerialNumber"))
            or _text(payload.get("chargeBoxSerialNumber")),
            "firmware_version": _text(payload.get("firmwareVersion")),
            "booted_at": message.received_at,
        }
    )


def status_notification(charger, message, payload):
    """Section 4.9. Connector 0 is the station itself; it never hides the connectors' own."""
    stamp = _stamp(charger, message, payload.get("timestamp"))
    # a clock that was never set must not make a status look old (CHARGERS.md row 13)
    at = to_naive(stamp.at if not stamp.hold_reasons else _received(message))
    # nor one that runs ahead make all that follows look old once it is set right
    shown_at = min(at, to_naive(_received(message)))
    status, error_code = _text(payload.get("status")), _text(payload.get("errorCode"))
    number = _integer(payload.get("connectorId")) or 0
    if number <= 0:
        if not charger.status_at or shown_at >= charger.status_at:
            charger.write({"status": status, "status_at": shown_at, "error_code": error_code})
        return None
    connector = charger._get_connector(number)
    connector._set_status(
        STATUS_OF_V16.get(status, "unknown"),
        shown_at,
        error_code,
        _text(payload.get("vendorErrorCode")),
        _text(payload.get("info")),
    )
    session = connector.current_session_id
    state = rules.state_of_status_v16(status)
    if session and state and at >= session.started_at:
        session._set_running_state(state.value, at)
    return session


def start_transaction(charger, message, payload):
    """Section 4.8. The gateway gave out the transaction id; the answer says what was told."""
    answer = json.loads(message.answer or "{}")
    transaction_id = answer.get("transactionId") or message.transaction_id
    Session = message.env["iicharge.session"]
    known = Session._find_transaction(charger, transaction_id)
    if known and not known._has_reason("start_missing"):
        return known
    stamp = _stamp(charger, message, payload.get("timestamp"))
    connector = charger._get_connector(max(_integer(payload.get("connectorId")) or 1, 1))
    start = {
        "transaction_id": transaction_id,
        "id_tag": _text(payload.get("idTag")),
        "authorization": answer.get("idTagInfo", {}).get("status"),
        "started_at": to_naive(stamp.at),
        "meter_start_wh": meter.parse_decimal(payload.get("meterStart")),
        "reservation_number": identity.known_id(_integer(payload.get("reservationId"))),
        "reasons": stamp.hold_reasons,
    }
    if known and start["started_at"] <= known.stopped_at:
        known._complete_start(connector, **start)
        return known
    # the orphan's number was another central system's; here it is given out anew
    known.transaction_id = False
    known.flush_recordset()  # before the index sees the number again
    return _begin(connector, start)


def _begin(connector, start):
    """Begin a session; of two on one connector the one that was reported first has ended.

    A start may be applied late (it was parked), and chargers' clocks jump, but the gateway
    numbers starts as they come.
    """
    Session = connector.env["iicharge.session"]
    current = connector.current_session_id
    if current.transaction_id < start["transaction_id"]:
        current._close_without_stop(start["started_at"])
        return Session._start(connector, **start)
    session = Session._start(connector, **start)
    session._close_without_stop(current.started_at)
    return session


def meter_values(charger, message, payload):
    """Section 4.7. Without a transaction id they belong to the connector's open session."""
    Session = message.env["iicharge.session"]
    transaction_id = identity.known_id(_integer(payload.get("transactionId")))
    session = Session._find_transaction(charger, transaction_id)
    number = _integer(payload.get("connectorId")) or 0
    if not session and number > 0:
        session = charger._get_connector(number).current_session_id
    if session:
        session._add_readings(_readings(charger, message, payload.get("meterValue")))
    return session


def _readings(charger, message, meter_value_list):
    readings = []
    for item in _objects(meter_value_list):
        stamp = _stamp(charger, message, item.get("timestamp"))
        sampled = _objects(item.get("sampledValue"))
        readings.append(meter.read_sampled_values(stamp.at, sampled))
    return readings


def stop_transaction(charger, message, payload):
    """Section 4.10. Always kept: energy has flowed (CHARGERS.md rows 16 to 21)."""
    Session = message.env["iicharge.session"]
    transaction_id = identity.known_id(_integer(payload.get("transactionId")))
    stamp = _stamp(charger, message, payload.get("timestamp"))
    register = meter.parse_decimal(payload.get("meterStop"))
    session = Session._find_transaction(charger, transaction_id)
    if transaction_id is None:
        stopped_at, id_tag = to_naive(stamp.at), _text(payload.get("idTag"))
        session = Session._find_stopped(charger, stopped_at, register) or Session._find_running(
            charger, id_tag, stopped_at
        )
    if not session:
        return Session._keep_orphan(
            charger, transaction_id, _text(payload.get("idTag")), to_naive(stamp.at), register
        )
    session._add_readings(_readings(charger, message, payload.get("transactionData")))
    session._stop(to_naive(stamp.at), register, _text(payload.get("reason")), stamp.hold_reasons)
    return session


_HANDLERS = {
    "BootNotification": boot_notification,
    "StatusNotification": status_notification,
    "StartTransaction": start_transaction,
    "MeterValues": meter_values,
    "StopTransaction": stop_transaction,
}
