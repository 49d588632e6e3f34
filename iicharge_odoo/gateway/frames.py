# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""OCPP-J frames (OCPP-J 1.6 section 4): decoding and encoding, free of I/O.

The payload is kept as the text that the charger sent. What is billed is read from that
text, so no digit of a meter value passes through a binary float on its way.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

import orjson

CALL, CALLRESULT, CALLERROR = 2, 3, 4
UNATTRIBUTED = '"-1"'
"""Message id in the answer to a frame whose own id cannot be read. OCPP-J 1.6 names none;
this is the one of OCPP 2.0.1 part 4 section 4.2.3, which chargers know."""

MAX_MESSAGE_ID_LENGTH = 255
"""Section 4.1.4 allows 36; longer ones are accepted too."""
MAX_ACTION_LENGTH = 64
MAX_DESCRIPTION_LENGTH = 255
KEPT_BYTES = 65_536
"""Longest part of an unreadable frame that is kept, in bytes."""
MAX_DEPTH = 32
"""OCPP's own payloads nest 8 levels deep at the most; a validator fails at some hundreds."""
_ERROR_DEFAULTS = ("GenericError", "", {})

_STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_BEFORE_CALL_PAYLOAD = re.compile(
    rb"\s*\[[^,]*,\s*(?:" + _STRING + rb"|[^\",]*)\s*,\s*" + _STRING + rb"\s*,\s*"
)
_BEFORE_RESULT_PAYLOAD = re.compile(rb"\s*\[[^,]*,\s*(?:" + _STRING + rb"|[^\",]*)\s*,\s*")


@dataclass(slots=True)
class Call:
    """A request. `message_id_json` is the id as JSON, to be echoed as it came."""

    message_id: str
    message_id_json: str
    action: str
    payload: object
    payload_json: str


@dataclass(slots=True)
class CallResult:
    """An answer to one of our requests."""

    message_id: str
    payload: object
    payload_json: str


@dataclass(slots=True)
class CallError:
    """A refusal of one of our requests; `error_json` is [code, description, details]."""

    message_id: str
    code: str
    error_json: str


class Fault(Enum):
    """Reason why a frame cannot be read. The version has the error code, if it is answered."""

    MESSAGE = auto()
    """Not a message of OCPP-J, or a malformed CALL."""
    PAYLOAD = auto()
    """The payload is not a JSON object."""
    MESSAGE_TYPE = auto()
    """The message type is unknown."""
    ANSWER = auto()
    """A malformed answer; answers are never answered."""


@dataclass(slots=True)
class Unreadable:
    """A frame that cannot be read. `text` is what is kept of it, if that is known already."""

    fault: Fault
    description: str
    raw: bytes
    message_id: str = "-1"
    message_id_json: str = UNATTRIBUTED
    text: str | None = None


Frame = Call | CallResult | CallError | Unreadable


def decode(data: bytes) -> Frame | None:
    """Read one text frame; None for an empty one, which chargers send to keep a connection open."""
    try:
        message = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if not data.strip():
            return None
        return Unreadable(Fault.MESSAGE, f"The message is not valid JSON: {error}", data)
    if type(message) is not list or not message:
        return Unreadable(Fault.MESSAGE, "A message is a JSON array with elements.", data)
    if is_too_deep(message, data):
        text = f"The frame nests more than {MAX_DEPTH} levels deep."
        # with the id of a call, so that its charger knows which one was refused
        message_id = _read_id(message) if message[0] == CALL else None
        if message_id is not None:
            id_json = orjson.dumps(message[1]).decode()
            return Unreadable(Fault.MESSAGE, text, data, message_id, id_json)
        return Unreadable(Fault.MESSAGE if message[0] == CALL else Fault.ANSWER, text, data)
    match message[0]:
        case 2:
            return _decode_call(message, data)
        case 3:
            return _decode_result(message, data)
        case 4:
            return _decode_error(message, data)
    return Unreadable(Fault.MESSAGE_TYPE, f"Message type {message[0]!r:.40} is unknown.", data)


def is_too_deep(value: list, data: bytes) -> bool:
    """Check whether `value`, read from `data`, nests deeper than `MAX_DEPTH`."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return False
    level: list = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) in (list, dict)
        ]
        if not level:
            return False
    return True


def _decode_call(message: list, data: bytes) -> Call | Unreadable:
    message_id = _read_id(message)
    if message_id is None:
        return Unreadable(
            Fault.MESSAGE,
            f"The message id is not a string of at most {MAX_MESSAGE_ID_LENGTH} characters.",
            data,
        )
    id_json = orjson.dumps(message[1]).decode()
    if len(message) != 4:
        text = f"A CALL has 4 elements, this one has {len(message)}."
    elif type(message[2]) is not str or len(message[2]) > MAX_ACTION_LENGTH:
        text = f"The action is not a string of at most {MAX_ACTION_LENGTH} characters."
    else:
        payload = message[3]
        if payload is None:
            return Call(message_id, id_json, message[2], {}, "{}")
        if type(payload) is dict and "{" not in message_id and "{" not in message[2]:
            # nearly every frame: the payload is all between the first and the last brace
            text_of_payload = data[data.find(b"{") : data.rfind(b"}") + 1].decode()
        else:
            text_of_payload = _cut_payload(_BEFORE_CALL_PAYLOAD, data, payload)
        return Call(message_id, id_json, message[2], payload, text_of_payload)
    return Unreadable(Fault.MESSAGE, text, data, message_id, id_json)


def _decode_result(message: list, data: bytes) -> CallResult | Unreadable:
    message_id = _read_id(message)
    if message_id is None or len(message) != 3:
        text = "A CALLRESULT has 3 elements, the second is the id of the call."
        return Unreadable(Fault.ANSWER, text, data)
    payload = message[2]
    if payload is None:
        return CallResult(message_id, {}, "{}")
    return CallResult(message_id, payload, _cut_payload(_BEFORE_RESULT_PAYLOAD, data, payload))


def _decode_error(message: list, data: bytes) -> CallError | Unreadable:
    message_id = _read_id(message)
    if message_id is None or len(message) < 3:
        text = "A CALLERROR has 5 elements, the second is the id of the call."
        return Unreadable(Fault.ANSWER, text, data)
    error = [*message[2:5], *_ERROR_DEFAULTS[len(message) - 2 :]]
    return CallError(message_id, str(error[0])[:64], orjson.dumps(error).decode())


def _read_id(message: list) -> str | None:
    """Return the id; a number is taken as the text of itself, as some chargers count."""
    value = message[1] if len(message) > 1 else None
    if type(value) is int:
        return str(value)
    if type(value) is str and len(value) <= MAX_MESSAGE_ID_LENGTH:
        return value
    return None


def _cut_payload(before: re.Pattern[bytes], data: bytes, payload: object) -> str:
    match = before.match(data)
    if match is None:  # pragma: no cover - a valid frame always matches
        return orjson.dumps(payload).decode()
    return data[match.end() : data.rindex(b"]")].rstrip().decode()


def raw_text(data: bytes) -> str:
    """Return bytes as text that a database takes, cut to what is kept."""
    return data[:KEPT_BYTES].decode("utf-8", "replace")


def encode_result(message_id_json: str, payload_json: str) -> bytes:
    """Make a CALLRESULT from JSON texts."""
    return f"[3,{message_id_json},{payload_json}]".encode()


def encode_error(message_id_json: str, error_json: str) -> bytes:
    """Make a CALLERROR; `error_json` is a result of `error_answer`."""
    return f"[4,{message_id_json},{error_json[1:-1]}]".encode()


def error_answer(code: str, description: str) -> str:
    """Return [code, description, details] as JSON text (section 4.2.3)."""
    return orjson.dumps([code, description[:MAX_DESCRIPTION_LENGTH], {}]).decode()


def encode_call(message_id: str, action: str, payload_json: str) -> bytes:
    """Make a CALL from a JSON text."""
    head = orjson.dumps([CALL, message_id, action]).decode()
    return f"{head[:-1]},{payload_json}]".encode()
