# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The schemas of OCPP 1.6 and the error codes of their violations."""

from ..schemas import Schemas

_CODES = {
    "type": "TypeConstraintViolation",
    "required": "ProtocolError",
    "minItems": "OccurenceConstraintViolation",
    "maxItems": "OccurenceConstraintViolation",
    "additionalProperties": "FormationViolation",
}
"""OCPP-J 1.6 table 7: a payload that lacks a field is "incomplete", so ProtocolError. What
is not listed (enum, maxLength, format, multipleOf) is an invalid value."""


def _correct(text: str) -> str:
    # OCPP-J 1.6 errata 2.1: the schema files misspell the unit; both spellings are valid
    if '"Celsius"' not in text:
        text = text.replace('"Celcius"', '"Celcius", "Celsius"')
    return text


SCHEMAS = Schemas("v16", _CODES, "PropertyConstraintViolation", _correct)
