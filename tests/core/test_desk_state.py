# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The state that front desk sees, row by row, and the places that must know each of them."""

import ast
import re

import pytest

from devkit import project
from iicharge_odoo.core.desk_state import IN_USE, TROUBLE, Facts, get_desk_state

LOOKS = project.CHECKOUT / "iicharge_odoo/static/src/common/state_looks.js"
WORDS = project.CHECKOUT / "iicharge_odoo/models/charger/connector_states.py"


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (Facts("available"), "available"),
        (Facts("available", is_started=True), "waiting"),
        (Facts("preparing", is_started=True), "waiting"),
        (Facts("reserved", is_reserved=True, is_started=True), "waiting"),
        (Facts("preparing"), "preparing"),
        (Facts("charging", has_session=True), "charging"),
        (Facts("preparing", has_session=True), "charging"),
        (Facts("available", has_session=True), "charging"),
        (Facts("suspended_ev", has_session=True, has_energy=True), "full"),
        (Facts("suspended_ev", has_session=True), "car_waits"),
        (Facts("suspended_ev"), "car_waits"),
        (Facts("suspended_evse", has_session=True), "suspended_evse"),
        (Facts("finishing", has_session=True, has_energy=True), "full"),
        (Facts("finishing"), "finishing"),
        (Facts("reserved"), "reserved"),
        (Facts("available", is_reserved=True), "reserved"),
        (Facts("unavailable", is_reserved=True), "unavailable"),
        (Facts("faulted", has_session=True, has_energy=True), "faulted"),
        (Facts("faulted", is_started=True), "faulted"),
        (Facts("charging", online=False, has_session=True), "offline"),
        (Facts("unknown"), "unknown"),
    ],
)
def test_state_is_what_the_desk_needs_to_know(facts, state):
    assert get_desk_state(facts) == state


def get_words():
    [table] = [
        node.value
        for node in ast.walk(ast.parse(WORDS.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and node.targets[0].id == "_STATES"
    ]
    return {row[0] for row in ast.literal_eval(table)}


def test_each_state_has_a_word_and_a_look():
    source = LOOKS.read_text(encoding="utf-8")
    looks = set(re.findall(r"^    (\w+): \{ tone:", source, re.MULTILINE))
    assert looks - {"stopped"} == get_words()


@pytest.mark.parametrize(("name", "states"), [("TROUBLE", TROUBLE), ("IN_USE", IN_USE)])
def test_screens_count_states_as_the_server_does(name, states):
    source = LOOKS.read_text(encoding="utf-8")
    [listed] = re.findall(rf"export const {name} = \[(.*?)\];", source, re.DOTALL)
    assert tuple(re.findall(r'"(\w+)"', listed)) == states
