# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Write CSV text whose cells no spreadsheet runs as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

# Start of a cell that a spreadsheet reads as a formula, also after blanks.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int | Decimal | None


def format_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Write rows under a header (RFC 4180).

    Numbers are written as they are; a text that a spreadsheet would run gets an apostrophe
    before it, which spreadsheets take as "this is text".
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: Cell) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else str(value)
