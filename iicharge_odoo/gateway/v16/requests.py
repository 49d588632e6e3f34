# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Build the calls of `version.REQUESTS` in OCPP 1.6."""

from collections.abc import Mapping
from datetime import datetime

from ..actions import format_time
from ..version import Request
from . import display
from .messages import ID_TOKEN_LENGTH

SECRET_LENGTH = (16, 40)
"""Characters of a password (security whitepaper A00.FR.205)."""
_SECRET_KEY = "AuthorizationKey"
_MEASURANDS, _STOP_MEASURANDS = "MeterValuesSampledData", "StopTxnSampledData"
_SETTINGS = {
    _SECRET_KEY.casefold(): "set_secret",
    _MEASURANDS.casefold(): "set_measurands",
    _STOP_MEASURANDS.casefold(): "set_stop_measurands",
    display.DEFAULT_PRICE.casefold(): "set_default_price",
}
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
    if action == "ChangeConfiguration" and isinstance(payload, Mapping):
        key = payload.get("key")
        # keys are written in any case (section 9)
        return _SETTINGS.get(key.casefold() if isinstance(key, str) else None, _NAMES[action])
    if action == "DataTransfer":
        return display.name_transfer(payload)
    if action == "GetConfiguration" and display.is_display_question(payload):
        return "ask_display"
    return _NAMES.get(action)


def find_secret(action: str, payload: object) -> str | None:
    """Return the password that a call sets in the charger; None: it sets none."""
    if action != "ChangeConfiguration" or not isinstance(payload, Mapping):
        return None
    key, value = payload.get("key"), payload.get("value")
    # keys are written in any case (section 9)
    is_set = isinstance(key, str) and key.casefold() == _SECRET_KEY.casefold()
    return value if is_set and isinstance(value, str) else None


def shows_setting(wanted: Mapping[str, object], answer: object) -> bool:
    """Check whether an answer to GetConfiguration shows a key and value as they were to be set."""
    listed = answer.get("configurationKey") if isinstance(answer, Mapping) else None
    return any(
        isinstance(each, Mapping)
        and all(_fold(each.get(name)) == _fold(wanted[name]) for name in ("key", "value"))
        for each in (listed if isinstance(listed, list) else ())
    )


def _fold(text: object) -> str | None:
    """Write a key or a list as one is compared with another: in one case, without blanks."""
    return "".join(text.split()).casefold() if isinstance(text, str) else None


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


def _reserve(
    connector: int,
    id_tag: str,
    reservation_id: int,
    expires_at: datetime,
    group_id: str | None = None,
) -> Request:
    """Section 5.13. A charger lets other tokens of the group start, too: it asks for theirs."""
    payload: dict[str, object] = {
        "connectorId": connector,
        "expiryDate": format_time(expires_at),
        "idTag": id_tag,
        "reservationId": reservation_id,
    }
    # as in answers: a group's id that is too long is left out
    has_group = bool(group_id) and len(group_id) <= ID_TOKEN_LENGTH
    return "ReserveNow", payload | {"parentIdTag": group_id} if has_group else payload


def _cancel_reservation(reservation_id: int) -> Request:
    return "CancelReservation", {"reservationId": reservation_id}


def _get_settings() -> Request:
    return "GetConfiguration", {}


def _set_secret(secret: str) -> Request:
    return "ChangeConfiguration", {"key": _SECRET_KEY, "value": secret}


def _set_measurands(measurands: str) -> Request:
    return "ChangeConfiguration", {"key": _MEASURANDS, "value": measurands}


def _set_stop_measurands(measurands: str) -> Request:
    return "ChangeConfiguration", {"key": _STOP_MEASURANDS, "value": measurands}


def _change_setting(key: str, value: str) -> Request:
    return "ChangeConfiguration", {"key": key, "value": value}


def _ask_for_report(message: str, connector: int | None = None) -> Request:
    payload: dict[str, object] = {"requestedMessage": message}
    return "TriggerMessage", payload if connector is None else payload | {"connectorId": connector}


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
    "set_secret": _set_secret,
    "set_measurands": _set_measurands,
    "set_stop_measurands": _set_stop_measurands,
    "change_setting": _change_setting,
    "ask_for_report": _ask_for_report,
    **display.PREPARE,
}
