# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Build the calls of `version.REQUESTS` in OCPP 1.6."""

from collections.abc import Mapping
from datetime import datetime

from ..actions import format_time
from ..version import Request

_NAMES = {
    "CancelReservation": "cancel_reservation",
    "ChangeAvailability": "set_availability",
    "ChangeConfiguration": "change_setting",
    "GetConfiguration": "get_settings",
    "RemoteStartTransaction": "start",
    "RemoteStopTransaction": "stop",
    "ReserveNow": "reserve",
    "TriggerMessage": "ask_for_report",
    "UnlockConnector": "unlock",
}


def name_request(action: str, payload: object) -> str | None:
    """Return the name of a call's request; None: it has none."""
    if action == "Reset":
        is_soft = isinstance(payload, Mapping) and payload.get("type") == "Soft"
        return "restart" if is_soft else "restart_at_once"
    return _NAMES.get(action)


def _start(connector: int, id_tag: str) -> Request:
    return "RemoteStartTransaction", {"connectorId": connector, "idTag": id_tag}


def _stop(transaction_id: str) -> Request:
    return "RemoteStopTransaction", {"transactionId": int(transaction_id)}


def _unlock(connector: int) -> Request:
    return "UnlockConnector", {"connectorId": connector}


def _restart() -> Request:
    return "Reset", {"type": "Soft"}


def _restart_at_once() -> Request:
    return "Reset", {"type": "Hard"}


def _set_availability(connector: int, operative: bool) -> Request:
    kind = "Operative" if operative else "Inoperative"
    return "ChangeAvailability", {"connectorId": connector, "type": kind}


def _reserve(connector: int, id_tag: str, reservation_id: int, expires_at: datetime) -> Request:
    return "ReserveNow", {
        "connectorId": connector,
        "expiryDate": format_time(expires_at),
        "idTag": id_tag,
        "reservationId": reservation_id,
    }


def _cancel_reservation(reservation_id: int) -> Request:
    return "CancelReservation", {"reservationId": reservation_id}


def _get_settings() -> Request:
    return "GetConfiguration", {}


def _ask_for_report(message: str) -> Request:
    return "TriggerMessage", {"requestedMessage": message}


PREPARE = {
    "start": _start,
    "stop": _stop,
    "unlock": _unlock,
    "restart": _restart,
    "restart_at_once": _restart_at_once,
    "set_availability": _set_availability,
    "reserve": _reserve,
    "cancel_reservation": _cancel_reservation,
    "get_settings": _get_settings,
    "ask_for_report": _ask_for_report,
}
