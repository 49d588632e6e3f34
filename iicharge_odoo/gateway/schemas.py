# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The JSON schemas of OCPP 1.6, from the `ocpp` package, compiled once."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import jsonschema_rs
import orjson

_ERROR_CODES = {
    "type": "TypeConstraintViolation",
    "required": "ProtocolError",
    "minItems": "OccurenceConstraintViolation",
    "maxItems": "OccurenceConstraintViolation",
    "additionalProperties": "FormationViolation",
}
"""OCPP-J 1.6 table 7: a payload that lacks a field is "incomplete", so ProtocolError. What
is not listed (enum, maxLength, format, multipleOf) is an invalid value."""

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Violation:
    """One departure from the schema; `field` is a path as meterValue.0.timestamp."""

    error_code: str
    field: str
    text: str


@cache
def _validators() -> dict[str, jsonschema_rs.Draft4Validator]:
    # All at once: a cache by name would grow with every action that a charger invents.
    folder = files("ocpp").joinpath("v16", "schemas")
    return {
        source.name.removesuffix(".json"): _compile(source.read_text(encoding="utf-8-sig"))
        for source in folder.iterdir()
        if source.name.endswith(".json")
    }


def _compile(text: str) -> jsonschema_rs.Draft4Validator:
    if '"Celsius"' not in text:
        # OCPP-J 1.6 errata 2.1: the schema files misspell the unit; both spellings count
        text = text.replace('"Celcius"', '"Celcius", "Celsius"')
    return jsonschema_rs.Draft4Validator(orjson.loads(text))


def request_validator(action: str) -> jsonschema_rs.Draft4Validator | None:
    """Give the validator of a request's payload; None for an action that 1.6 does not know."""
    return None if action.endswith("Response") else _validators().get(action)


def response_validator(action: str) -> jsonschema_rs.Draft4Validator | None:
    """Give the validator of an answer's payload."""
    return _validators().get(f"{action}Response")


def violations(validator: jsonschema_rs.Draft4Validator, payload: object) -> list[Violation]:
    """List where a payload departs from its schema."""
    return [
        Violation(
            _ERROR_CODES.get(error.kind.name, "PropertyConstraintViolation"),
            ".".join(map(str, error.instance_path)),
            error.message,
        )
        for error in validator.iter_errors(payload)
    ]


def describe(found: list[Violation]) -> str:
    """Say in one line what is unusual, for the journal."""
    shown = "; ".join(f"{v.field or 'payload'}: {v.text:.120}" for v in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"Not as in the specification: {shown}{more}"
