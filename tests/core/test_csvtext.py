# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import csv
import io
from decimal import Decimal

import pytest

from iicharge_odoo.core.csvtext import format_csv


def cell_of(value):
    text = format_csv(["name"], [[value]])
    return list(csv.reader(io.StringIO(text)))[1][0]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_text_that_a_spreadsheet_would_run_is_marked_as_text(text):
    assert cell_of(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Anna, 101", "Anna, 101"),
        ("a=b", "a=b"),
        ("", ""),
        (None, ""),
        (-3, "-3"),
        (Decimal("-1.50"), "-1.50"),
        (Decimal("1E+3"), "1000"),
    ],
)
def test_other_values_are_written_as_they_are(value, text):
    assert cell_of(value) == text
