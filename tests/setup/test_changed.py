# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""`bin/test --changed` runs the tests that a change can have touched."""

import subprocess
from pathlib import Path

import pytest

from devkit import project
from devkit.changed import ALWAYS, choose, list_changes
from devkit.progress import Failure
from devkit.pytest_run import Run

TREE = {
    "iicharge_odoo/core/rating/rate.py": "from .step import round_up",
    "iicharge_odoo/core/rating/step.py": "",
    "iicharge_odoo/models/tariff/__init__.py": "from . import iicharge_tariff",
    "iicharge_odoo/models/tariff/iicharge_tariff.py": "from ...core.rating.rate import rate\n"
    'class T(models.Model):\n    _name = "iicharge.tariff"',
    "iicharge_odoo/models/stay/sale_order.py": '_inherit = "sale.order"',
    "iicharge_odoo/tests/common.py": "",
    "iicharge_odoo/tests/test_views.py": "self.browser_js()",
    "iicharge_odoo/tests/tariff/test_price.py": "",
    "iicharge_odoo/tests/stay/test_stay.py": "",
    "iicharge_odoo/tests/stay/test_bill.py": 'self.env["iicharge.tariff"]',
    "iicharge_odoo_hr/tests/test_hr.py": "",
    "tests/core/test_rating.py": "",
    "tests/core/golden/case.json": "",
    "tests/e2e/register.py": "",
    "tests/e2e/test_bill.py": "SELECT id FROM iicharge_tariff",
    "tests/e2e/test_other.py": "SELECT id FROM iicharge_tariff_element",
    "tests/gateway/fakes.py": "",
    "tests/setup/test_run.py": "",
    "tests/simulator/test_vehicle.py": "",
}


@pytest.fixture
def tree(tmp_path):
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


NAMED = ["iicharge_odoo/tests/stay/test_bill.py", "iicharge_odoo/tests/tariff/test_price.py"]
CASES = {
    "README.md": ["tests/setup"],
    "iicharge_odoo/i18n/de.po": ["tests/setup"],
    "devkit/cache.py": ["tests/setup"],
    "devkit/browser.py": ["tests/e2e", "tests/setup", "tests/simulator"],
    "tests/core/test_rating.py": ["tests/core/test_rating.py"],
    "tests/core/golden/case.json": ["tests/core"],
    "tests/gateway/fakes.py": ["tests/gateway"],
    "tests/e2e/register.py": ["tests/e2e"],
    "iicharge_odoo/tests/common.py": ["iicharge_odoo/tests"],
    "iicharge_odoo/tests/stay/common.py": ["iicharge_odoo/tests/stay"],
    "iicharge_odoo/tests/stay/test_gone.py": [],
    "iicharge_odoo/gateway/wire.py": ["tests/e2e", "tests/gateway", "tests/simulator"],
    "iicharge_odoo/models/stay/sale_order.py": [
        "iicharge_odoo/tests/stay/test_bill.py",
        "iicharge_odoo/tests/stay/test_stay.py",
    ],
    "iicharge_odoo/models/tariff/iicharge_tariff.py": [*NAMED, "tests/e2e/test_bill.py"],
    "iicharge_odoo/views/menus.xml": ["iicharge_odoo/tests/test_views.py"],
    "iicharge_odoo/static/src/backend/live.js": [
        *("iicharge_odoo/tests/test_views.py", "tests/e2e", "tests/simulator"),
    ],
    "iicharge_odoo_hr/models/hr_employee.py": ["iicharge_odoo_hr/tests"],
    "pyproject.toml": None,
    "iicharge_odoo/__manifest__.py": None,
    "tests/conftest.py": None,
    "a/file/without/a/rule": None,
}


@pytest.mark.parametrize("path", CASES)
def test_changed_file_chooses(tree, path):
    assert choose(tree, [path]) == CASES[path]


def test_what_holds_the_whole_repository_runs_for_any_change(tree):
    (tree / ALWAYS[0]).write_text("")
    assert choose(tree, ["iicharge_odoo_hr/models/x.py"]) == ["iicharge_odoo_hr/tests", ALWAYS[0]]
    assert choose(tree, ["README.md"]) == ["tests/setup"]


def test_rule_of_the_core_reaches_the_models_that_import_it_at_any_depth(tree):
    chosen = choose(tree, ["iicharge_odoo/core/rating/step.py"])
    assert {*NAMED, "tests/core", "tests/gateway", "tests/e2e/test_bill.py"} == set(chosen)


def test_file_without_a_rule_among_others_runs_all(tree):
    assert choose(tree, ["README.md", "no/rule"]) is None


def test_files_of_the_top_folder_have_a_rule():
    files = project.CHECKOUT.glob("*")
    unknown = [
        path.name for path in files if path.is_file() and choose(Path("/"), [path.name]) is None
    ]
    assert sorted(unknown) == ["pyproject.toml"]


def git(folder, *arguments):
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_changes_are_those_of_the_branch_and_those_not_committed(tmp_path):
    git(tmp_path, "init", "-b", "main")
    for name in ("kept", "edited", "removed"):
        (tmp_path / name).write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "base")
    git(tmp_path, "checkout", "-b", "work")
    (tmp_path / "committed").write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "work")
    (tmp_path / "edited").write_text("2")
    (tmp_path / "removed").unlink()
    (tmp_path / "new").write_text("1")

    assert list_changes(tmp_path) == ["committed", "edited", "new", "removed"]


def test_folder_without_git_says_what_is_needed(tmp_path):
    with pytest.raises(Failure, match="git could not say"):
        list_changes(tmp_path)


def test_suite_runs_the_part_of_its_places_that_is_chosen(tmp_path):
    run = Run(tmp_path, tmp_path, [], ["tests/e2e", "addon/tests/stay/test_bill.py"])
    assert run.select(["tests/e2e", "tests/simulator"]) == ["tests/e2e"]
    assert run.select(["addon/tests"]) == ["addon/tests/stay/test_bill.py"]
    assert run.select(["tests/e2e/test_one.py"]) == ["tests/e2e/test_one.py"]
    assert run.select(["tests/core"]) == []
    assert Run(tmp_path, tmp_path, []).select(["tests/core"]) == ["tests/core"]
