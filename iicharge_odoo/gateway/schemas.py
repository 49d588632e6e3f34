# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The JSON schemas of a version of OCPP, from the `ocpp` package, compiled once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import islice

import jsonschema_rs
import orjson

_SHOWN = 5
# Parts of a payload in which violations are listed.
_LOOKED_AT, _ITEMS, _NAMES = 400, 5, 50
_RESPONSE = "Response"

Validators = Mapping[str, jsonschema_rs.Validator]


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation of the schema; `field` is a path as meterValue.0.timestamp."""

    error_code: str
    field: str
    text: str


class Schemas:
    """Validators of all payloads of a version, by action. The first use compiles all of them.

    :param folder: of the version in the `ocpp` package
    :param codes: error code by keyword of JSON Schema; "required" is among them
    :param other_code: error code of any other keyword
    :param correct: corrects the text of a schema file
    """

    def __init__(
        self,
        folder: str,
        codes: Mapping[str, str],
        other_code: str,
        correct: Callable[[str], str] = lambda text: text,
    ):
        self.codes = codes
        self._folder = folder
        self._other_code = other_code
        self._correct = correct

    def compile(self) -> None:
        """Compile all, so that no charger waits for it."""
        _ = self.requests, self.responses

    @cached_property
    def requests(self) -> Validators:
        """Validators of requests."""
        return {
            name.removesuffix("Request"): validator
            for name, validator in self._validators.items()
            if not name.endswith(_RESPONSE)
        }

    @cached_property
    def responses(self) -> Validators:
        """Validators of answers."""
        return {
            name.removesuffix(_RESPONSE): validator
            for name, validator in self._validators.items()
            if name.endswith(_RESPONSE)
        }

    @cached_property
    def _validators(self) -> Validators:
        folder = files("ocpp").joinpath(self._folder, "schemas")
        return {
            source.name.removesuffix(".json"): self._compile(source.read_text("utf-8-sig"))
            for source in folder.iterdir()
            if source.name.endswith(".json")
        }

    def _compile(self, text: str) -> jsonschema_rs.Validator:
        return jsonschema_rs.validator_for(orjson.loads(self._correct(text)))

    def list_violations(
        self, validator: jsonschema_rs.Validator, payload: object
    ) -> list[Violation]:
        """List violations of its schema in a payload: all in a usual one, in a large one the first
        that are found, as each costs 40 µs and a message may have 500,000."""
        cut = _cut(payload, [_LOOKED_AT])
        if validator.is_valid(cut) and not validator.is_valid(payload):
            return self._find_one(validator, payload)
        return [self._read(error) for error in validator.iter_errors(cut)]

    def _find_one(self, validator: jsonschema_rs.Validator, payload: object) -> list[Violation]:
        try:
            validator.validate(payload)
        except jsonschema_rs.ValidationError as error:
            return [self._read(error)]
        return []

    def _read(self, error: jsonschema_rs.ValidationError) -> Violation:
        return Violation(
            self.codes.get(error.kind.name, self._other_code),
            ".".join(map(str, error.instance_path)),
            error.message,
        )


def _cut(value: object, left: list[int]) -> object:
    """Return the beginning of a value: of each list some items, in all so many parts.

    :param left: one number: how many parts of it may be taken
    """
    left[0] -= 1
    if type(value) is list:
        return [_cut(item, left) for item in value[:_ITEMS]] if left[0] > 0 else []
    if type(value) is dict:
        parts = islice(value.items(), _NAMES) if left[0] > 0 else ()
        return {name: _cut(part, left) for name, part in parts}
    return value


def describe(found: list[Violation]) -> str:
    """Describe violations in one line, for the journal."""
    shown = "; ".join(f"{v.field or 'payload'}: {v.text:.120}" for v in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"Not as in the specification: {shown}{more}"
