# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""JSON text with exact decimals, both ways."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .errors import InvalidInput


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


def indent(text: str, depth: int = 2) -> str:
    """Lay JSON out over lines with all digits as they were written; other text stays as it is."""
    try:
        value = loads(text)
        return "".join(_laid_out(value, "\n", " " * depth))
    except (InvalidInput, ArithmeticError, RecursionError):
        return text


def _laid_out(value: Any, line: str, step: str) -> Iterator[str]:
    if not isinstance(value, dict | list) or not value:
        # not `format`: a charger may send a number with a billion digits as 1e999999999
        yield str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
        return
    is_object = isinstance(value, dict)
    yield "{" if is_object else "["
    for number, key in enumerate(value):
        yield f"{',' if number else ''}{line}{step}"
        if is_object:
            yield f"{json.dumps(key, ensure_ascii=False)}: "
        yield from _laid_out(value[key] if is_object else key, line + step, step)
    yield f"{line}{'}' if is_object else ']'}"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")
