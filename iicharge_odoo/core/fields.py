# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Read JSON objects; errors name the field that is wrong."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from .currencies import DECIMALS_OF_CURRENCY
from .errors import InvalidInput
from .timestamps import parse_utc

# Names that are meant to be with those of OCPI: our own, and extensions as in Odoo.
OWN_PREFIXES = ("iicharge_", "x_")
_LEAST_LIKENESS = Fraction(3, 5)


class Fields:
    """One JSON object, read field by field; fields that were not read are in `rest`.

    :param source: the object
    :param where: its path, for errors; empty for the outermost one
    :param error: the error to raise, a kind of `InvalidInput`
    """

    def __init__(self, source: object, where: str, error: type[InvalidInput]):
        if not isinstance(source, Mapping):
            raise error(where or "document", "must be a JSON object")
        self._source = source
        self._where = where
        self._error = error
        self._taken: set[str] = set()
        # all that were asked for, there or not
        self._known: dict[str, None] = {}

    def path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def fail(self, name: str, problem: str) -> InvalidInput:
        """Make (not raise) the error for the field `name`."""
        return self._error(self.path(name), problem)

    def has(self, name: str) -> bool:
        self._known[name] = None
        return self._source.get(name) is not None

    def optional(self, name: str, read: Callable[["Fields", str, Any], Any]) -> Any:
        """Read a field; None where it is left out or null."""
        self._known[name] = None
        value = self._source.get(name)
        if value is None:
            return None
        self._taken.add(name)
        return read(self, name, value)

    def required(self, name: str, read: Callable[["Fields", str, Any], Any]) -> Any:
        """Read a field that must be there."""
        if self._source.get(name) is None:
            raise self.fail(name, "is missing")
        return self.optional(name, read)

    def objects(self, name: str, may_be_empty: bool = False) -> tuple["Fields", ...]:
        """Read a list of objects."""
        values = self.required(name, _list)
        if not values and not may_be_empty:
            raise self.fail(name, "must have at least one entry")
        return tuple(
            Fields(value, f"{self.path(name)}[{i}]", self._error) for i, value in enumerate(values)
        )

    def object(self, name: str) -> "Fields | None":
        """Read an object; None where it is left out or null."""
        value = self.optional(name, lambda fields, _, found: found)
        return None if value is None else Fields(value, self.path(name), self._error)

    def rest(self) -> dict[str, Any]:
        """Return the fields that were not read, nulls included."""
        return {k: v for k, v in self._source.items() if k not in self._taken}

    def own_rest(self, unlike: bool = False) -> dict[str, Any]:
        """Return the fields that were not read: nulls, and our own. Others are refused.

        A name that is misspelt would be read as if it were left out, and change a price.

        :param unlike: keep others too that are like no known name
        """
        rest = self.rest()
        for name in rest:
            if rest[name] is None or name in self._known or name.startswith(OWN_PREFIXES):
                continue
            near = find_nearest(name, self._known)
            if unlike and not near:
                continue
            hint = f"did you mean {near!r}?" if near else f"known are {', '.join(self._known)}"
            raise self.fail(name, f"is not known here; {hint}")
        return rest


def find_nearest(name: str, known: Iterable[str]) -> str | None:
    """Find the known name that a misspelt one is nearest to, whatever its case and dashes."""
    bare = {_bare(other): other for other in known}
    found = get_close_matches(_bare(name), bare, 1, _LEAST_LIKENESS)
    return bare[found[0]] if found else None


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _list(fields: Fields, name: str, value: object) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise fields.fail(name, "must be a list")
    return list(value)


def text(fields: Fields, name: str, value: object) -> str:
    if not isinstance(value, str):
        raise fields.fail(name, "must be a text")
    return value


def texts(fields: Fields, name: str, value: object) -> tuple[str, ...]:
    return tuple(text(fields, f"{name}[{i}]", v) for i, v in enumerate(_list(fields, name, value)))


def number(fields: Fields, name: str, value: object) -> Decimal:
    """Read a number as exact decimal; a binary fraction as its shortest decimal."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise fields.fail(name, f"must be a number, not {value!r}")
    try:
        found = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise fields.fail(name, f"has too many digits: {value!r}") from None
    if not found.is_finite():
        raise fields.fail(name, f"must be a finite number, not {value!r}")
    return found


def not_negative(fields: Fields, name: str, value: object) -> Decimal:
    found = number(fields, name, value)
    if found < 0:
        raise fields.fail(name, f"must not be negative, is {found}")
    return found


def count(fields: Fields, name: str, value: object) -> int:
    """Read a whole number from zero on."""
    found = not_negative(fields, name, value)
    if found != found.to_integral_value():
        raise fields.fail(name, f"must be a whole number, is {found}")
    return int(found)


def currency(fields: Fields, name: str, value: object) -> str:
    code = text(fields, name, value)
    if code not in DECIMALS_OF_CURRENCY:
        raise fields.fail(name, f"{code!r} is not a currency code of ISO 4217, as 'EUR'")
    return code


def one_of(choices: frozenset[str]) -> Callable[[Fields, str, Any], str]:
    """Make a reader of a text that must be one of `choices`."""

    def read(fields: Fields, name: str, value: object) -> str:
        found = text(fields, name, value)
        if found not in choices:
            raise fields.fail(name, f"{found!r} is not one of {', '.join(sorted(choices))}")
        return found

    return read


def timestamp(fields: Fields, name: str, value: object) -> datetime:
    try:
        return parse_utc(text(fields, name, value))
    except ValueError:
        raise fields.fail(name, f"{value!r} is not a time as '2026-01-31T12:00:00Z'") from None


def timestamp_text(fields: Fields, name: str, value: object) -> str:
    timestamp(fields, name, value)
    return text(fields, name, value)


def date_text(fields: Fields, name: str, value: object) -> str:
    try:
        found = date.fromisoformat(text(fields, name, value))
    except ValueError:
        found = None
    if found is None or found.isoformat() != value:
        raise fields.fail(name, f"{value!r} is not a date as '2026-01-31'")
    return text(fields, name, value)


def clock_text(fields: Fields, name: str, value: object) -> str:
    found = text(fields, name, value)
    hour, colon, minute = found.partition(":")
    digits = (hour + minute).isascii() and (hour + minute).isdigit()
    if len(found) != 5 or not colon or not digits or int(hour) > 23 or int(minute) > 59:
        raise fields.fail(name, f"{found!r} is not a time of day as '09:30'")
    return found
