# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Apply the journal's messages to Odoo's records.

A version of OCPP is a module with `HANDLERS`: one function for each action, which is given
the charger, the journal message and its payload, and returns the session that the message
belongs to, if any. It translates; `common` reads values and changes records; `core` has the
rules.
"""

import json

from . import v16
from .common import drop_nul

# What a charger that is not accepted yet may change: who it says it is.
_OF_NEW_CHARGERS = {"BootNotification"}
_HANDLERS = {"1.6": v16.HANDLERS}
# Messages with nothing but readings, which `read_report` reads.
REPORTS = {"MeterValues"}
_REPORT_READERS = {"1.6": v16.read_report}


def apply_message(message):
    """Apply one journal message; repeats change nothing.

    :param message: an `iicharge.ocpp.message` in state "new"
    :raises Exception: the caller must roll back all that was done
    """
    if message.direction == "out":
        message.command_id._set_outcome(
            message.answer, message.error_code, message.reason, message.received_at
        )
        return
    if message.action not in _OF_NEW_CHARGERS and not message.charger_id._is_admitted():
        return
    handler = _HANDLERS[message.ocpp_version].get(message.action)
    if handler:
        session = handler(message.charger_id, message, _read_payload(message))
        if session:
            message.session_id = session


def read_report(message):
    """Read a message of `REPORTS`, whose readings the caller adds.

    :return: its session, empty where it changes nothing, and its readings
    """
    if not message.charger_id._is_admitted():
        return message.session_id, []
    reader = _REPORT_READERS[message.ocpp_version]
    return reader(message.charger_id, message, _read_payload(message))


def _read_payload(message):
    text = message.payload
    payload = json.loads(text)
    if "\\u0000" in text:
        payload = drop_nul(payload)
    return payload if isinstance(payload, dict) else {}
