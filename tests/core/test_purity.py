# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""core/ is the standard library only, without floats and without a clock of its own."""

import ast
import sys
from pathlib import Path

import pytest

import iicharge_odoo.core

FILES = sorted(Path(iicharge_odoo.core.__file__).parent.rglob("*.py"))
NOT_FOR_RULES = {"asyncio", "socket", "time", "threading", "subprocess", "os", "random"}
CLOCKS = {"now", "utcnow", "today"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rule_keeps_to_pure_exact_python(path):
    for node in ast.walk(ast.parse(path.read_text())):
        where = f"{path.name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import):
            names = {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = {node.module.partition(".")[0]}
        else:
            names = set()
        assert names <= sys.stdlib_module_names - NOT_FOR_RULES, where
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float), where
        if isinstance(node, ast.Call):
            called = node.func
            assert getattr(called, "id", None) != "float", where
            assert getattr(called, "attr", None) not in CLOCKS, where


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rule_is_a_file_of_readable_size(path):
    assert len(path.read_text().splitlines()) <= 400
