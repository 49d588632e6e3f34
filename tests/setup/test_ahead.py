# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Databases that are made while suites run that need none."""

import time

import pytest

from devkit import ahead, database, odoo_source, postgres, project, settings, test
from devkit.pytest_run import Run, Tally
from tests.setup.test_run import children_of, wait_until_gone

SCRIPT = """
import subprocess, sys, time

subprocess.Popen(["sleep", "300"])
print("began", sys.argv[sys.argv.index("--cache") + 1], flush=True)
time.sleep(300)
"""


@pytest.fixture
def made(monkeypatch):
    """The databases that are made, in their order."""
    made = []
    # the log of these folders is not that of the tests that follow
    monkeypatch.setattr(settings.progress, "log_file", None)
    monkeypatch.setattr(odoo_source, "find", lambda downloads, tests: "odoo")
    monkeypatch.setattr(postgres, "programs", lambda downloads: "programs")
    monkeypatch.setattr(ahead.os, "nice", lambda steps: made.append(f"nice {steps}"))
    monkeypatch.setattr(
        database,
        "installed",
        lambda *where, demo, companions=False: made.append((*where[1:3], demo, companions)),
    )
    monkeypatch.setattr(database, "hotel_iris", lambda *where: made.append("iris"))
    return made


def test_those_that_are_needed_first_are_made_first(tmp_path, made):
    base = tmp_path / "cache/base-1"
    base.mkdir(parents=True)
    (base / ".complete").touch()  # no question of the free space of a first set-up
    ahead.main(["--data", str(tmp_path / "data"), "--cache", str(tmp_path / "cache")])
    assert made == [
        ("odoo", "programs", True, False),
        ("odoo", "programs", True, True),
        ("odoo", "programs", False, False),
        f"nice {ahead.SPARE_TIME}",
        "iris",
    ]


def test_nothing_of_it_is_left_when_the_suites_have_ended(tmp_path, monkeypatch):
    (tmp_path / "devkit").mkdir()
    (tmp_path / "devkit/ahead.py").write_text(SCRIPT)
    (tmp_path / "log").mkdir()
    monkeypatch.setattr(project, "CHECKOUT", tmp_path)
    before = children_of(ahead.os.getpid())
    with ahead.databases_ahead(tmp_path, tmp_path / "cache"):
        until = time.monotonic() + 20
        while f"began {tmp_path / 'cache'}" not in (tmp_path / "log/ahead.log").read_text():
            assert time.monotonic() < until
            time.sleep(0.05)
        programs = children_of(ahead.os.getpid()) - before
        assert len(programs) == 2
    wait_until_gone(programs)


def test_run_of_all_suites_runs_each_once_and_counts_each(tmp_path, monkeypatch):
    ran, next_to = [], []

    class Beside:
        def __init__(self, run, suite):
            next_to.append(suite)

        def __enter__(self):
            ran.append("(")
            return Tally(7, 1)

        def __exit__(self, *error):
            ran.append(")")

    suites = {name: (lambda run, n=name: ran.append(n) or Tally(1), "") for name in test.SUITES}
    monkeypatch.setattr(test, "SUITES", suites)
    monkeypatch.setattr(test, "beside", Beside)
    monkeypatch.setattr(test, "databases_ahead", lambda *folders: Beside(None, "databases"))
    total = test._run_all(Run(tmp_path, tmp_path, [], is_whole=True))
    others = set(suites) - {"walks", "faults", "setup"}
    assert set(ran[1 : 1 + len(others)]) == others
    assert [ran[0], *ran[1 + len(others) :]] == ["(", "(", "faults", "setup", ")", ")"]
    assert next_to == ["databases", "walks"]
    assert (total.passed, total.failed) == (len(suites) - 1 + 7, 1)
