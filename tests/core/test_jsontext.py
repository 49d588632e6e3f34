# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

import pytest

from iicharge_odoo.core.jsontext import indent


def test_indented_text_has_a_line_for_each_value():
    text = '{"a": [1, {"b": "é"}], "c": {}, "d": [], "e": null}'
    assert indent(text) == json.dumps(json.loads(text), indent=2, ensure_ascii=False)


@pytest.mark.parametrize("number", ["0.30", "0.12345678901234567890123", "1E-7"])
def test_digits_stay_as_they_were_written(number):
    assert indent(f'{{"value": {number}}}') == f'{{\n  "value": {number}\n}}'


@pytest.mark.parametrize("text", ["", "{oops", "NaN", "[" * 50000, "1e99999999999999999999"])
def test_what_is_no_json_stays_as_it_is(text):
    assert indent(text) == text


def test_number_with_a_billion_digits_is_not_written_out():
    assert indent("[1e999999999]") == "[\n  1E+999999999\n]"
