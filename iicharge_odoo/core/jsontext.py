# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""JSON text with exact decimals, both ways."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .errors import InvalidInput

_STEP = "  "
_LINE = 76


def loads(text: str | bytes) -> Any:
    """Read JSON; a number with a fraction becomes a Decimal with its digits kept.

    :raises InvalidInput: saying line and column
    """
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"line {error.lineno} column {error.colno}", error.msg) from None
    except RecursionError:
        raise InvalidInput("document", "is nested too deeply") from None
    except ValueError as error:
        raise InvalidInput("document", f"is not JSON: {error}") from None


def dumps(value: Any) -> str:
    """Write JSON; a Decimal becomes a number with all its digits."""
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(str(k))}: {dumps(v)}" for k, v in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(dumps, value))}]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False)


def indent(text: str) -> str:
    """Indent JSON, keeping all digits as they were written; return other text unchanged.

    Values without nesting that fit are on one line.
    """
    try:
        return "".join(_laid_out(loads(text), "\n"))
    except (InvalidInput, ArithmeticError, RecursionError):
        return text


def _laid_out(value: Any, line: str) -> Iterator[str]:
    if not isinstance(value, dict | list):
        yield _scalar(value)
        return
    is_object = isinstance(value, dict)
    start, end = "{}" if is_object else "[]"
    names = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value] if is_object else None
    inner = list(value.values()) if is_object else value
    if not any(isinstance(item, dict | list) for item in inner):
        parts = map(_scalar, inner)
        flat = ", ".join(map("".join, zip(names, parts, strict=True)) if is_object else parts)
        if len(flat) <= _LINE:
            yield f"{start}{flat}{end}"
            return
    yield start
    for number, item in enumerate(inner):
        yield f"{',' if number else ''}{line}{_STEP}"
        yield names[number] if is_object else ""
        yield from _laid_out(item, line + _STEP)
    yield f"{line}{end}"


def _scalar(value: Any) -> str:
    # not `format`: a charger may send a number with a billion digits as 1e999999999
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")
