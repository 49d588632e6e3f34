# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Values at the edges of what JSON, PostgreSQL, Python and OCPP can hold."""

from datetime import timedelta


class Raw(str):
    """JSON text that is written as it is, also where it is no JSON."""


def nest(inner: str, depth: int, bracket: str) -> Raw:
    """Return `inner` inside of `depth` lists or objects."""
    if bracket == "[":
        return Raw("[" * depth + inner + "]" * depth)
    return Raw('{"a":' * depth + inner + "}" * depth)


DEPTHS = (1, 2, 7, 8, 16, 30, 31, 32, 33, 64, 128, 300, 512, 1023, 1024)
LONGEST_LIST_BYTES = 50_000

_NUMBERS = (
    *"0 -0 -0.0 -1 0.1 1.0 1.5 1e3 1e-400 1e308 1e309 -1e400 1e999999999 1e-999999999".split(),
    *"2147483647 2147483648 -2147483649 9007199254740993 123456789.123456789".split(),
    *(str(2**power + more) for power in (32, 63, 64, 70) for more in (-1, 0)),
    *(str(-(2**63) - 1), "1" + "0" * 400, "1" * 5000, "0." + "3" * 300),
)
_TEXTS = (
    *("", " ", "\0", "A\0B", "\t\r\n", "1.5 kWh", "\x7f\x1b[2J", "'; DROP TABLE x; --"),
    *"NaN nan -Infinity inf sNaN 1_000 ١٢٣ 0x10 1,5 +5 --5 null true {} []".split(),
    *"ﬁ İ ß \u202egnp.exe \ufeff \ufffe %s%n {0.__class__} <script> ../..".split(),
    *("x" * length for length in (21, 51, 501, 70_000)),
    *("é" * 300, "\U0001f50c" * 20),
)
VALUES: tuple[object, ...] = (
    *(None, True, False, [], {}, [[]], [{}], [None], {"a": None}, {"": {}}),
    *map(Raw, _NUMBERS),
    *_TEXTS,
    *_NUMBERS,
    # no JSON: a lone surrogate, numbers that only Python reads, a name that comes twice
    *map(Raw, r'"\ud800" "\udc00\ud800" NaN Infinity -Infinity 01 +1 .5'.split()),
    *map(Raw, ('{"a":1,"a":2}', '{"value":"1","value":"2"}', r'"\u0000"', r'{"\u0000":1}')),
)

CLOCK_ERRORS = (timedelta(hours=1), *(timedelta(days) for days in (1, 7, 31, 366, 3653)))
ODD_TIMES = (
    *"1970-01-01T00:00:00Z 2000-01-01T00:00:00.000Z 2038-01-19T03:14:08Z 1772366400 now".split(),
    *"0001-01-01T00:00:00+14:00 9999-12-31T23:59:59-14:00 2026-03-01T12:00:00+99:99".split(),
    *"2026-02-30T00:00:00Z 2026-03-29T02:30:00 2026-10-25T02:30:00 20260301T120000Z".split(),
    *"2026-06-30T23:59:60Z 2026-03-01T12:00:00.123456789Z -2026-03-01T12:00:00Z 24:00".split(),
    *("2026-03-01", "2026-03-01 12:00:00", "2026-03-01T12:00:00 Europe/Vienna", ""),
)
