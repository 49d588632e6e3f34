# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Read a charger's values, and change the records of chargers, connectors and sessions, for any
version of OCPP."""

from ...core.conversion import to_aware, to_naive
from ...core.metering import meter

LARGEST_INTEGER = 2**31 - 1


# --- reading ---------------------------------------------------------------------------
def get_received_at(message):
    """Return the time of receipt, aware."""
    return to_aware(message.received_at)


def read_stamp(message, text):
    """Read the time that a charger wrote; the time of receipt where it wrote none."""
    received_at = get_received_at(message)
    if not text:
        return meter.Stamp(received_at, received_at)
    return meter.parse_timestamp(text, message.charger_id._get_time_zone(), received_at)


def drop_nul(value):
    """Drop the character NUL, which JSON may hold and PostgreSQL's text may not."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [drop_nul(item) for item in value]
    if isinstance(value, dict):
        return {drop_nul(name): drop_nul(item) for name, item in value.items()}
    return value


def read_integer(value):
    """Read a whole number, also from text or with a decimal point; None for values that OCPP's
    integer (32 bits) cannot hold."""
    number = meter.parse_decimal(value)
    if number is None or number != int(number) or abs(number) > LARGEST_INTEGER:
        return None
    return int(number)


def read_register(message, value):
    """Read a register in Wh, by the charger's own unit (docs/chargers.md row 29)."""
    number = meter.parse_decimal(value)
    # what is not positive says that it is not known (row 24)
    return number * message.charger_id._get_energy_factor() if number else number


def read_text(value):
    """Read text: numbers as they are written, "" for anything else."""
    return str(value) if isinstance(value, str | int | float) else ""


def read_objects(value):
    """Read a list of JSON objects; other values are dropped."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def read_meter_values(message, meter_values, has_transaction_id=True):
    """Read a list of MeterValue, which is the same in all versions but for its units.

    :param has_transaction_id: whether the message names the transaction
    """
    readings = []
    factor = message.charger_id._get_energy_factor()
    for item in read_objects(meter_values):
        stamp = read_stamp(message, item.get("timestamp"))
        sampled = read_objects(item.get("sampledValue"))
        readings.append(meter.read_sampled_values(stamp.at, sampled, factor, has_transaction_id))
    return readings


# --- statuses --------------------------------------------------------------------------
def _get_status_times(message, stamp):
    """Return the naive times of a status: for its session, and for display."""
    # a clock that was never set must not make a status look old (docs/chargers.md row 13)
    at = to_naive(stamp.at if not stamp.hold_reasons else get_received_at(message))
    # nor one that runs ahead make later statuses look old once it is corrected
    return at, min(at, to_naive(get_received_at(message)))


def set_charger_status(message, stamp, status, error_code):
    """Set the status of the station itself, unless a newer one is known."""
    charger = message.charger_id
    shown_at = _get_status_times(message, stamp)[1]
    if not charger.status_at or shown_at >= charger.status_at:
        charger.write({"status": status, "status_at": shown_at, "error_code": error_code})


def set_connector_status(connector, message, stamp, status, session_state, *details):
    """Set a connector's status and the state of its running session.

    :param str status: value of the connector's field
    :param session_state: `core.session.SessionState`; None: the status says nothing about it
    :param details: error code, vendor's error code, info
    :return: the running session, if any
    """
    at, shown_at = _get_status_times(message, stamp)
    connector._set_status(status, shown_at, *details)
    session = connector.current_session_id
    if session and session_state and at >= session.started_at:
        session._set_running_state(session_state.value, at)
    return session


# --- sessions --------------------------------------------------------------------------
def start_session(message, connector, stamp, start):
    """Start a session, or complete the one whose stop or readings came before its start.

    :param dict start: values of `iicharge.session._start` but for times, reasons and token
    """
    Session = connector.env["iicharge.session"]
    known = Session._find_transaction(connector.charger_id, start["transaction_id"])
    if known and not known._has_reason("start_missing"):
        return known
    start = {
        **start,
        "token": message.token_id,
        "started_at": to_naive(stamp.at),
        "start_received_at": to_naive(stamp.received_at),
        "reasons": stamp.hold_reasons,
    }
    if known and start["started_at"] <= known.stopped_at:
        known._complete_start(connector, **start)
        return known
    # the orphan's transaction id came from another central system; this session gets it
    known.transaction_id = False
    known.flush_recordset()  # before the index sees the number again
    return _begin(message, connector, start)


def _begin(message, connector, start):
    """Start a session; of two on one connector the one that was reported first has ended.

    A start may be applied late (it was parked), and chargers' clocks jump, but the journal
    has the messages in the order in which they came.
    """
    Session = connector.env["iicharge.session"]
    current = connector.current_session_id
    first = message.search(
        [("session_id", "=", current.id), ("action", "=", message.action)], order="id", limit=1
    )
    if not current or first.id < message.id:
        current._close_without_stop(start["started_at"])
        return Session._start(connector, **start)
    session = Session._start(connector, **start)
    session._close_without_stop(current.started_at)
    return session


def find_follower(session, at):
    """Find the open session of a charger that still sends the id of the session before
    (docs/chargers.md row 44): on the same connector, started after that one had ended.

    :param at: when it happened, naive
    """
    running = session.connector_id.current_session_id
    if not running or running.started_at < session.stopped_at or at < running.started_at:
        return running.browse()
    return running


def stop_session(message, transaction_id, stamp, register, id_tag, meter_values, reason):
    """Stop a session. Always kept: energy has flowed (docs/chargers.md rows 16 to 21).

    :param transaction_id: None: the charger does not know it
    :param register: of the stop, in Wh, or None
    """
    charger, stopped_at = message.charger_id, to_naive(stamp.at)
    Session = charger.env["iicharge.session"]
    session = Session._find_transaction(charger, transaction_id)
    if transaction_id is None:
        session = Session._find_stopped(charger, stopped_at, register) or Session._find_running(
            charger, id_tag, stopped_at
        )
    elif not session:
        session = Session._find_running(charger, id_tag, stopped_at, by_token=True)
    elif session.state == "stopped" and not session._is_stop(stopped_at, register):
        session = find_follower(session, stopped_at) or session
    if not session:
        return Session._create_without_start(charger, transaction_id, id_tag, stopped_at, register)
    session._add_readings(read_meter_values(message, meter_values))
    session._stop(stopped_at, register, reason, stamp.hold_reasons, to_naive(stamp.received_at))
    return session
