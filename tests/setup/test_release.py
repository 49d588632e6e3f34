# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Release habits: one version, declared dependencies, commit subjects."""

import ast
import re
import sys
import tomllib

import pytest

from devkit import commit_subject, project

PACKAGE_OF_MODULE = {
    "jsonschema_rs": "jsonschema-rs",
    "prometheus_client": "prometheus-client",
    "psycopg2": "psycopg2-binary",
}
CHANGELOG = (project.CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
CHANGES = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def names(rows):
    return {re.match(r"[\w-]+", row)[0].lower() for row in rows}


def third_party(addon):
    """Return the packages that the addon's code imports, except Odoo and the standard library."""
    found = set()
    for path in (project.CHECKOUT / addon).rglob("*.py"):
        if "tests" in path.relative_to(project.CHECKOUT).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module]
            else:
                continue
            found |= {module.partition(".")[0] for module in modules}
    found -= sys.stdlib_module_names | {"odoo", *project.ADDONS}
    return {PACKAGE_OF_MODULE.get(module, module).lower() for module in found}


def test_version_is_one():
    pyproject = tomllib.loads((project.CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    newest = re.findall(r"^## \[(\d[\d.]*)\]", CHANGELOG, re.MULTILINE)[0]
    versions = {addon: project.manifest(addon)["version"] for addon in project.ADDONS}
    versions |= {"pyproject.toml": pyproject["project"]["version"], "CHANGELOG.md": newest}
    assert len(set(versions.values())) == 1, versions


def test_changelog_has_the_form_of_keep_a_changelog():
    headings = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    versions = [re.match(r"\[(19\.0\.\d+\.\d+\.\d+)\] - ", heading) for heading in headings[1:]]
    assert versions and all(versions), headings
    kinds = re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE)
    assert set(kinds) <= set(CHANGES)


@pytest.mark.parametrize("addon", project.ADDONS)
def test_package_that_is_imported_is_declared(addon):
    declared = names(project.requirements("product", "odoo"))
    assert third_party(addon) - declared == set()


def test_package_that_is_declared_is_imported():
    imported = set().union(*(third_party(addon) for addon in project.ADDONS))
    assert names(project.requirements("product")) - imported == set()


def test_readme_installs_what_is_declared():
    readme = (project.CHECKOUT / "README.md").read_text(encoding="utf-8")
    line = re.search(r"`pip install (.+)`", readme)[1]
    assert re.findall(r'"([^"]+)"', line) == project.requirements("product")


@pytest.mark.parametrize(
    "subject",
    [
        "gateway: answer a late boot",
        "docs, readme: name each rule's tests",
        "iicharge_odoo_hotel: find stays by room",
    ],
)
def test_commit_with_area_and_body_is_taken(subject):
    assert commit_subject.problems(f"{subject}\n\nSome chargers boot late.\n# comment\n") == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Answer a late boot\n\nWhy.", "area"),
        ("Gateway: answer a late boot\n\nWhy.", "area"),
        ("gateway:answer a late boot\n\nWhy.", "area"),
        (f"gateway: {'x' * 64}\n\nWhy.", "73 characters"),
        ("gateway: answer a late boot.\n\nWhy.", "full stop"),
        ("gateway: answer a late boot\nWhy.\n\nWhy.", "second line"),
        ("gateway: answer a late boot\n\n# only a comment\n", "no body"),
    ],
)
def test_commit_without_is_refused_with_the_reason(message, expected):
    found = commit_subject.problems(message)
    assert len(found) == 1 and expected in found[0]


def test_merge_made_by_git_is_taken():
    assert commit_subject.problems("Merge branch 'main' into docs\n") == []
