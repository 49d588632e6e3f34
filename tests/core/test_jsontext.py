# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

import pytest

from iicharge_odoo.core.jsontext import indent


def test_indented_text_has_a_line_for_each_flat_part():
    text = '{"a": [1, {"b": "é", "long": "%s"}, {"x": true}], "c": {}, "e": null}' % ("y" * 80)
    assert json.loads(indent(text)) == json.loads(text)
    assert indent(text).splitlines() == [
        "{",
        '  "a": [',
        "    1,",
        "    {",
        '      "b": "é",',
        f'      "long": "{"y" * 80}"',
        "    },",
        '    {"x": true}',
        "  ],",
        '  "c": {},',
        '  "e": null',
        "}",
    ]


@pytest.mark.parametrize("number", ["0.30", "0.12345678901234567890123", "1E-7"])
def test_digits_stay_as_they_were_written(number):
    assert indent(f'{{"value":{number}}}') == f'{{"value": {number}}}'


@pytest.mark.parametrize("text", ["", "{oops", "NaN", "[" * 50000, "1e99999999999999999999"])
def test_what_is_no_json_stays_as_it_is(text):
    assert indent(text) == text


def test_number_with_a_billion_digits_is_not_written_out():
    assert indent("[1e999999999]") == "[1E+999999999]"
