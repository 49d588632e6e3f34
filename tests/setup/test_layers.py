# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The layers and the one list of versions, where the linter's own rules do not reach."""

import ast
import re
import sys
from pathlib import Path

import pytest

from devkit import lint, project, test

ADDON = project.CHECKOUT / "iicharge_odoo"
CORE = sorted((ADDON / "core").rglob("*.py"))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


def behind(commands):
    """Return the files of devkit that the commands import, without a virtual environment."""
    found, last = set(), {f"devkit.{name}" for name in commands}
    while last:
        paths = {(project.CHECKOUT / name.replace(".", "/")) for name in last}
        paths = {
            path / "__init__.py" if path.is_dir() else path.with_suffix(".py") for path in paths
        }
        paths = {path for path in paths if path.exists()} - found
        found |= paths
        trees = [ast.parse(path.read_text()) for path in paths]
        last = {name for tree in trees for name in imported(tree) if name.startswith("devkit.")}
        last |= {
            f"devkit.{alias.name}"
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "devkit"
            for alias in node.names
        }
    return sorted(found)


COMMANDS = behind(["launch", "run", "test", "console", "bench"])


@pytest.mark.parametrize("path", CORE + COMMANDS, ids=lambda path: path.stem)
def test_import_outside_the_standard_library_is_absent(path):
    tops = {name.partition(".")[0] for name in imported(ast.parse(path.read_text()))}
    assert tops - sys.stdlib_module_names <= {"devkit"}


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_float_is_not_called_in_the_rules(path):
    calls = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "float"
    ]
    assert calls == []


@pytest.mark.parametrize("group", ["product", *project.groups()])
def test_requirement_has_a_lower_and_an_upper_bound(group):
    unbounded = [
        row
        for row in project.requirements(group)
        if not re.fullmatch(r"[\w-]+>=[\w.]+,<[\w.]+", row)
    ]
    assert unbounded == []


def test_hooks_are_the_checks_of_the_gate():
    text = (project.CHECKOUT / ".pre-commit-config.yaml").read_text()
    assert re.findall(r"devkit\.lint (\S+)", text) == list(lint.CHECKS)


def test_manifest_names_the_product_packages():
    manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
    wanted = {
        re.match(r"[\w-]+", row)[0].replace("-", "_") for row in project.requirements("product")
    }
    assert set(manifest["external_dependencies"]["python"]) == wanted


def test_each_folder_of_tests_belongs_to_a_suite():
    folders = {
        path.name for path in (project.CHECKOUT / "tests").iterdir() if list(path.glob("test_*.py"))
    }
    assert folders <= {*test.SUITES, *(Path(name).name for name in test.END_TO_END)}


CLOCKS = re.compile(r"\bcontext_today\b|\bDate\.today\(|\bhours=12\b")


@pytest.mark.parametrize("room", ["core", "models", "report", "service"])
def test_rules_take_the_day_of_the_site(room):
    """Not of the server or its user; a form may propose the day of who fills it in."""
    found = [
        f"{path.relative_to(ADDON)}:{number}"
        for path in sorted((ADDON / room).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if CLOCKS.search(line.replace("default=fields.Date.context_today", ""))
    ]
    assert found == []


@pytest.mark.parametrize("addon", project.ADDONS)
def test_currencies_meet_in_one_place(addon):
    """What is converted becomes `Money`, which refuses to be added to another currency."""
    found = [
        str(path.relative_to(project.CHECKOUT))
        for path in sorted((project.CHECKOUT / addon).rglob("*.py"))
        if "tests" not in path.parts and re.search(r"\b_convert\(", path.read_text("utf-8"))
    ]
    assert found == (["iicharge_odoo/models/res_currency.py"] if addon == "iicharge_odoo" else [])
