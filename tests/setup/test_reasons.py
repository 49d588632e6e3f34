# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What passes over a check or over access rights says why, where it does."""

import re

import pytest

from devkit import project

SILENCES = re.compile(r"#\s*(?:noqa|pylint: disable|type: ignore)")
# A comment begins at most so many lines before what it explains.
NEAR = 8


def read_addons():
    for addon in project.ADDONS:
        folder = project.CHECKOUT / addon
        for path in sorted(folder.rglob("*.py")):
            if not {"tests", "migrations"} & set(path.relative_to(folder).parts):
                yield path, path.read_text(encoding="utf-8")


def find_unexplained(text):
    """Yield the numbers of the lines that say no reason."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        before = lines[max(number - 1 - NEAR, 0) : number - 1]
        if SILENCES.search(line) and "#" not in "".join(before[-2:]):
            yield number
        code = line.partition("#")[0]
        if ".sudo()" in code and "sudo: " not in "".join([*before, line]):
            yield number


def test_each_exception_has_its_reason():
    found = {
        f"{path.relative_to(project.CHECKOUT)}:{number}"
        for path, text in read_addons()
        for number in find_unexplained(text)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = 2  # noqa: PLR2004", [1]),
        ("# a line has two ends\nx = 2  # noqa: PLR2004", []),
        ("y = record.sudo()", [1]),
        ("# sudo: only its name\ny = record.sudo()", []),
        ("# only its name\ny = record.sudo()", [2]),
        ("# no call of .sudo() at all", []),
    ],
)
def test_missing_reason_is_found(text, lines):
    assert list(find_unexplained(text)) == lines
