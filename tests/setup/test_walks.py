# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Each step of the manual has a walk in a browser (`tests/walks`), or a reason why it has none."""

import ast

import pytest

from devkit import project
from tests.walks.manual import NOT_WALKED, Step, read_steps, split_steps

WALKS = project.CHECKOUT / "tests/walks"


def read_walks():
    """Return the beginnings of steps that the tests of the suite name."""
    found = set()
    for path in WALKS.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "walks":
                found |= {argument.value for argument in node.args}
    return found


def test_each_step_is_walked_or_says_why_not():
    named = read_walks() | set(NOT_WALKED)
    steps = [step for step in read_steps() if not any(map(step.is_named_by, named))]
    assert [step.name for step in steps] == []


def test_each_walk_is_of_a_step_that_the_manual_has():
    steps = read_steps()
    named = read_walks() | set(NOT_WALKED)
    assert [name for name in named if not any(step.is_named_by(name) for step in steps)] == []


def test_step_that_is_walked_has_no_reason_not_to_be():
    walked = read_walks()
    assert [name for name in NOT_WALKED if name in walked] == []


TEXT = """Intro
of two lines.

# Manager

## Tariffs

*EV > Tariffs*: add a [price](x.md).

```
# no heading
```

1. First
   and more.
2. Second

# Desk

- One
"""


def test_manual_is_split_into_paragraphs_and_items_below_their_headings():
    assert list(split_steps("USAGE", TEXT)) == [
        Step("USAGE", "Intro of two lines.", False),
        Step("USAGE: Manager: Tariffs", "EV > Tariffs: add a price.", False),
        Step("USAGE: Manager: Tariffs", "1. First and more.", True),
        Step("USAGE: Manager: Tariffs", "2. Second", True),
        Step("USAGE: Desk", "- One", True),
    ]
    below = [step.name for step in split_steps("USAGE", TEXT, ("Desk",))]
    assert below == ["USAGE: Desk: - One"]


@pytest.mark.parametrize(
    ("beginning", "paragraph", "item"),
    [
        ("USAGE: Desk", True, False),
        ("USAGE: Desk: 1.", False, True),
        ("USAGE: Desk: Open", True, False),
        ("USAGE: Manager", False, False),
    ],
)
def test_item_is_named_by_itself_and_a_paragraph_by_its_heading(beginning, paragraph, item):
    assert Step("USAGE: Desk", "Open it.", False).is_named_by(beginning) is paragraph
    assert Step("USAGE: Desk", "1. Open it.", True).is_named_by(beginning) is item
