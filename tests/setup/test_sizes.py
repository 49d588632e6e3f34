# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Files and functions of readable size: a second room is better than a long one."""

import ast
import subprocess

import pytest

from devkit import project

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 45
SOURCES = subprocess.run(
    ["git", "ls-files", "*.py", "*.js", "*.mjs", "*.xml", "*.scss", "*.css", "*.sh"],
    cwd=project.CHECKOUT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split()


def test_files_are_of_readable_size():
    lines = {name: len((project.CHECKOUT / name).read_text().splitlines()) for name in SOURCES}
    assert {name: count for name, count in lines.items() if count > MAX_FILE_LINES} == {}


@pytest.mark.parametrize("folder", sorted({name.partition("/")[0] for name in SOURCES}))
def test_functions_are_of_readable_size(folder):
    long = {
        f"{name}:{node.name}": node.end_lineno - node.lineno + 1
        for name in SOURCES
        if name.endswith(".py") and name.partition("/")[0] == folder
        for node in ast.walk(ast.parse((project.CHECKOUT / name).read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    }
    assert long == {}
