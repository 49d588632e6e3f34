# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Messages of a hostile or broken charger: valid ones of every action, mutated.

A frame is a pure function of the seed and its number, so that a run can be repeated from any
frame. Valid messages are made from the schemas of the `ocpp` package; no oracle is here: whoever
sends the frames says what must not happen.
"""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

from .hostile_values import CLOCK_ERRORS, DEPTHS, LONGEST_LIST_BYTES, ODD_TIMES, VALUES, Raw, nest

REPORTS = (
    "Authorize",
    "BootNotification",
    "DataTransfer",
    "MeterValues",
    "StartTransaction",
    "StatusNotification",
    "StopTransaction",
)
"""Actions that a central system applies; half of the frames are of these."""

MOST_BYTES = 1_000_000
"""A gateway ends the connection over a longer frame, and with it what was sent behind."""

_FRAMES = 0.3
_MESSAGE_IDS = (Raw("7"), Raw("1e400"), Raw("null"), Raw("[]"), "", "x" * 300, "\0", "{", "[,")


@dataclass(frozen=True, slots=True)
class HostileFrame:
    """One websocket message: bytes are sent as a binary one, text as text.

    :param kind: what was done to it, for reports
    """

    number: int
    kind: str
    data: str | bytes


@cache
def _schemas() -> dict[str, dict]:
    folder = files("ocpp").joinpath("v16", "schemas")
    return {
        source.name.removesuffix(".json"): json.loads(source.read_text("utf-8-sig"))
        for source in folder.iterdir()
        if source.name.endswith(".json")
    }


def list_actions() -> list[str]:
    """Return the actions of OCPP 1.6, those for chargers to answer among them."""
    return sorted(name for name in _schemas() if not name.endswith("Response"))


class HostileCharger:
    """Maker of frames.

    :param known: values by field that a valid message takes, as {"idTag": ["04A1B2C3"]}
    :param now: returns the time of a valid message
    """

    def __init__(self, seed: int, known: dict[str, list], now: Callable[[], datetime]):
        self._seed = seed
        self._known = known
        self._now = now

    def frame(self, number: int) -> HostileFrame:
        """Return frame `number` of this seed."""
        return _Maker(random.Random(f"{self._seed}:{number}"), self._known, self._now()).make(
            number
        )

    def answer(self, number: int, action: str, message_id: str) -> str:
        """Return a mutated answer to a call with `message_id`, as text."""
        maker = _Maker(random.Random(f"{self._seed}:answer:{number}"), self._known, self._now())
        payload = maker.mutate(maker.fill(_schemas()[f"{action}Response"]))
        if maker.random.random() < 0.3:
            return write([4, message_id, *maker.mutate(["NotSupported", "no", {}])])
        return write([3, message_id, payload])


class _Maker:
    """One frame in the making."""

    def __init__(self, rng: random.Random, known: dict[str, list], now: datetime):
        self.random = rng
        self._known = known
        self._now = now

    def make(self, number: int) -> HostileFrame:
        rng = self.random
        actions = REPORTS if rng.random() < 0.5 else list_actions()
        action = rng.choice(actions)
        payload = self.fill(_schemas()[action])
        message_id = f"h{number}"
        if rng.random() < _FRAMES:
            change = rng.choice((self._change_elements, self._change_text, self._change_kind))
            return HostileFrame(number, change.__name__, change(message_id, action, payload))
        for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
            payload = self.mutate(payload)
        text = write([2, message_id, action, payload])
        if len(text.encode()) > MOST_BYTES:
            text = write([2, message_id, action, {}])
        return HostileFrame(number, action, text)

    # --- valid payloads ----------------------------------------------------------------
    def fill(self, schema: dict, name: str = "") -> object:
        """Return a value that `schema` allows."""
        rng = self.random
        if name in self._known:
            return rng.choice(self._known[name])
        if "enum" in schema:
            return rng.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                required = schema.get("required", ())
                return {
                    key: self.fill(inner, key)
                    for key, inner in schema.get("properties", {}).items()
                    if key in required or rng.random() < 0.5
                }
            case "array":
                return [self.fill(schema["items"], name) for _ in range(rng.randint(1, 3))]
            case "integer":
                return rng.randint(0, 5000)
            case "number":
                return rng.randint(0, 500) / 10
            case "boolean":
                return rng.random() < 0.5
        if schema.get("format") == "date-time":
            return _format(self._now + timedelta(seconds=rng.randint(-3600, 0)))
        if name == "value":
            return str(rng.randint(0, 50_000))
        return "".join(rng.choices("AbC019-", k=min(schema.get("maxLength", 20), 20)))

    # --- mutations ---------------------------------------------------------------------
    def mutate(self, value: object) -> object:
        """Change one place of `value`, which may be the whole."""
        rng = self.random
        places = list(_places(value))
        if not places:
            return self._value()
        container, key = rng.choice(places)
        inner = container[key]
        match rng.randrange(8):
            case 0 if type(container) is dict:
                del container[key]
            case 1 if type(container) is dict:
                container[rng.choice((str(key).upper(), "", "\0", "custom", "x" * 300))] = inner
            case 2:
                container[key] = nest(write(inner), rng.choice(DEPTHS), rng.choice("[{"))
            case 3 if type(inner) is list:
                container[key] = inner * rng.choice((0, 2, LONGEST_LIST_BYTES // len(write(inner))))
            case 4:
                container[key] = Raw(json.dumps(str(write(inner))))
            case 5 if "time" in str(key).lower():
                container[key] = self._wrong_time()
            case _:
                container[key] = self._value()
        return value

    def _value(self) -> object:
        # a copy: what comes next may change it
        return deepcopy(self.random.choice(VALUES))

    def _wrong_time(self) -> str:
        rng = self.random
        if rng.random() < 0.3:
            return rng.choice(ODD_TIMES)
        return _format(self._now + rng.choice((1, -1)) * rng.choice(CLOCK_ERRORS))

    def _change_elements(self, message_id: str, action: str, payload: object) -> str:
        """Return a call whose other elements are wrong, or an answer to no call."""
        rng = self.random
        message = rng.choice(
            (
                [2, rng.choice(_MESSAGE_IDS), action, payload],
                [2, f"h{rng.randint(0, 5)}", action, payload],
                [rng.choice((0, 1, 5, -2, 2.0, "2", None, Raw("2e0"), True)), message_id, action],
                [2, message_id, rng.choice((*VALUES, action.lower(), "{")), payload],
                [2, message_id, action, rng.choice(VALUES)],
                [2, message_id, action, payload, payload],
                [2, message_id, action],
                [3, message_id, rng.choice((payload, *VALUES))],
                [3, message_id],
                [4, message_id, rng.choice(VALUES), rng.choice(VALUES), rng.choice(VALUES)],
                [4, rng.choice(_MESSAGE_IDS), "GenericError"],
                rng.choice(VALUES),
            )
        )
        return write(message)

    def _change_text(self, message_id: str, action: str, payload: object) -> str | bytes:
        """Return a call whose text is no JSON, or hardly any."""
        rng = self.random
        text = write([2, message_id, action, payload])
        at = rng.randrange(len(text))
        return rng.choice(
            (
                text[:at],
                text[:at] + rng.choice(("\0", '"', "[", "}", "\\", "\ufeff", ",")) + text[at:],
                text[:at] + text[at + 1 :],
                text + text,
                f" \r\n\t{text}\n",
                text.replace(":", ": ").replace(",", " ,\n"),
                text.replace('"', "'"),
                rng.choice(("", " ", "\0", "[", "]", "null", "NaN", '"', "[2]", "[]", "{}")),
            )
        )

    def _change_kind(self, message_id: str, action: str, payload: object) -> str | bytes:
        """Return a binary message, or a payload as deep as it can be."""
        rng = self.random
        text = write([2, message_id, action, payload])
        deep = nest("1", rng.choice(DEPTHS), rng.choice("[{"))
        return rng.choice(
            (
                text.encode(),
                text.encode("utf-16"),
                rng.randbytes(rng.randint(1, 300)),
                text.encode()[:-2] + b"\xff\xfe]",
                write([2, message_id, action, deep]),
                write([2, message_id, action, {"meterValue": deep}]),
                write([3, message_id, deep]),
                deep,
            )
        )


def _places(value: object) -> Iterator[tuple[dict | list, str | int]]:
    """Yield each (container, key) in `value`, the containers' own places first."""
    if type(value) is dict:
        items = list(value.items())
    elif type(value) is list:
        items = list(enumerate(value))
    else:
        return
    for key, inner in items:
        yield value, key
        yield from _places(inner)


def write(value: object) -> str:
    """Return JSON text; a `Raw` in it is written as it is."""
    if type(value) is Raw:
        return str(value)
    if type(value) is dict:
        return "{" + ",".join(f"{_dump(k)}:{write(v)}" for k, v in value.items()) + "}"
    if type(value) is list:
        return "[" + ",".join(map(write, value)) + "]"
    return _dump(value)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _format(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
