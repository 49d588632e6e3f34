# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The JSON schemas of a version of OCPP, from the `ocpp` package, compiled once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import jsonschema_rs
import orjson

_SHOWN = 5
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
        """List the violations of its schema in a payload."""
        return [
            Violation(
                self.codes.get(error.kind.name, self._other_code),
                ".".join(map(str, error.instance_path)),
                error.message,
            )
            for error in validator.iter_errors(payload)
        ]


def describe(found: list[Violation]) -> str:
    """Describe violations in one line, for the journal."""
    shown = "; ".join(f"{v.field or 'payload'}: {v.text:.120}" for v in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"Not as in the specification: {shown}{more}"
