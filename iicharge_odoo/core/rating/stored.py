# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Keep what was rated, and its price, as JSON, and read both back without a loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from ..errors import InvalidInput
from .breakdown import Breakdown
from .usage import Usage


def to_stored(value: Any) -> Any:
    """Return a Breakdown, a Usage, or a part of one, as JSON-able data; decimals are texts."""
    if is_dataclass(value):
        return {field.name: to_stored(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "_asdict"):
        return {name: to_stored(part) for name, part in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [to_stored(part) for part in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def read_breakdown(data: Any) -> Breakdown:
    """Read a Breakdown from `to_stored`'s data.

    :raises InvalidInput: it is not what `to_stored` writes
    """
    return _read_whole(Breakdown, data)


def read_usage(data: Any) -> Usage:
    """Read a Usage from `to_stored`'s data.

    :raises InvalidInput: it is not what `to_stored` writes
    """
    return _read_whole(Usage, data)


def _read_whole(kind: type, data: Any) -> Any:
    try:
        return _read(kind, data)
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        name = kind.__name__.lower()
        raise InvalidInput(name, f"is not a stored {name}: {error!r}") from error


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin is UnionType:
        if data is None:
            return None
        (kind,) = (arg for arg in args if arg is not NoneType)
        return _read(kind, data)
    if origin in (tuple, Sequence):
        return tuple(_read(args[0], part) for part in data)
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return kind(**{name: _read(hint, data[name]) for name, hint in _hints(kind).items()})
    if issubclass(kind, datetime):
        return datetime.fromisoformat(data)
    if kind in (bool, int, str):
        return data
    return kind(data)
