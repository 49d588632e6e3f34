# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Each everyday task of the register has its taps counted by a tour that a browser test plays."""

import re

import pytest

from devkit import project

# What a task may take at the most; `countTaps` fails the tour for any other number.
TAPS = {
    "Start for a room": 3,
    "Stop": 2,
    "Pay": 3,
    "Stop and pay": 4,
    "Top up": 2,
    "Call a technician": 2,
    "Reserve": 3,
}
COUNTED = re.compile(r'countTaps\("([^"]+)", (\d+),')
# A tour in parts has a number after its name when it is played.
ADDED = re.compile(r'(?:tours\.add|addParts)\(\s*"(\w+)"')


def read_counts():
    """Return {task: (taps, tour)} of all tours."""
    counts = {}
    for path in project.CHECKOUT.glob("iicharge_odoo*/static/tests/tours/*.js"):
        text = path.read_text(encoding="utf-8")
        for found in COUNTED.finditer(text):
            tour = ADDED.findall(text, 0, found.start())[-1]
            counts[found[1]] = int(found[2]), tour
    return counts


def test_each_task_is_counted_as_it_may_take():
    assert {task: taps for task, (taps, _tour) in read_counts().items()} == TAPS


@pytest.mark.parametrize("task", TAPS)
def test_tour_that_counts_is_played_in_a_browser(task):
    _taps, tour = read_counts()[task]
    played = "".join(
        path.read_text(encoding="utf-8")
        for path in (project.CHECKOUT / "tests/e2e").glob("test_*.py")
    )
    assert re.search(rf'"{tour}(?:_1)?"', played)
