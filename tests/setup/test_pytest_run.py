# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Results of pytest are counted as it wrote them, in one process or shared between several."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devkit import project
from devkit.pytest_run import (
    SLOWEST_SHOWN,
    Durations,
    Run,
    Tally,
    Timing,
    count,
    count_workers,
    find_files,
)
from devkit.python import clean_environment
from tests.setup.test_run import children_of, wait_until_gone

SAMPLE = """
import os, time

def test_passes():
    time.sleep(0.2)

def test_fails():
    assert False, "on purpose"

def test_of_one_worker():
    assert os.environ.get("PYTEST_XDIST_WORKER") {comparison} None
"""
ENDLESS = """
import subprocess, time

def test_waits():
    subprocess.Popen(["sleep", "300"])
    open("{started}", "w").close()
    time.sleep(300)
"""
RUN = """
import sys
from pathlib import Path
from devkit.pytest_run import Run
from devkit.python import clean_environment

folder, test = sys.argv[1:]
more = ("-p", "no:odoo", "-p", "no:cacheprovider", "-c", "/dev/null")
run = Run(Path(folder), Path(folder), [])
run.pytest("endless", Path(sys.executable), [test], clean_environment(), *more, spread=True)
"""


@pytest.fixture
def sample(tmp_path):
    """A folder with tests outside the checkout's own."""
    (tmp_path / "log").mkdir(exist_ok=True)

    def write(comparison):
        path = tmp_path / "test_sample.py"
        path.write_text(SAMPLE.format(comparison=comparison))
        return str(path)

    return write


def run_sample(tmp_path, path, arguments, **options):
    run = Run(tmp_path, tmp_path, arguments)
    more = ("-p", "no:odoo", "-p", "no:cacheprovider", "-c", "/dev/null")
    environment = clean_environment()
    # of the process that runs this test, where the suite itself is shared between cores
    environment.pop("PYTEST_XDIST_WORKER", None)
    return run.pytest("sample", Path(sys.executable), [path], environment, *more, **options)


def test_shared_tests_are_counted_and_timed(tmp_path, sample):
    tally = run_sample(tmp_path, sample("is not"), [], spread=True)
    assert (tally.passed, tally.failed) == (2, 1)
    assert tally.slowest()[0].name.endswith("test_passes")
    assert tally.slowest()[0].duration_s >= 0.2


def test_arguments_keep_tests_in_one_process(tmp_path, sample):
    tally = run_sample(tmp_path, sample("is"), ["-k", "one_worker"], spread=True)
    assert (tally.passed, tally.failed) == (1, 0)


@pytest.mark.parametrize(
    ("cores", "computing", "waiting"), [(1, 1, 1), (2, 2, 3), (4, 4, 4), (16, 4, 4)]
)
def test_tests_that_wait_share_the_cores_with_more(monkeypatch, cores, computing, waiting):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(cores)))
    assert (count_workers(), count_workers(waits=True)) == (computing, waiting)


def test_pytest_that_cannot_start_counts_as_failed(tmp_path, sample):
    tally = run_sample(tmp_path, sample("is"), ["--no-such-option"])
    assert (tally.passed, tally.failed) == (0, 1)


def test_missing_report_counts_nothing(tmp_path):
    tally = count("sample", tmp_path / "none.xml")
    assert (tally.passed, tally.failed, tally.tests) == (0, 0, [])


def test_files_that_took_long_are_run_first_the_next_time(tmp_path):
    durations = Durations(tmp_path, "e2e")
    files = ["tests/e2e/test_a.py", "tests/e2e/test_ab.py", "tests/e2e/test_c.py"]
    assert durations.order(files) == files
    took = {"tests.e2e.test_a.test_one": 1, "tests.e2e.test_ab.Test.test_two": 5}
    durations.record(files, [Timing("e2e", name, seconds) for name, seconds in took.items()])

    assert Durations(tmp_path, "e2e").order(files) == [files[2], files[1], files[0]]
    assert Durations(tmp_path, "odoo").order(files) == files


def test_damaged_record_of_durations_counts_as_none(tmp_path):
    (tmp_path / "durations-e2e.json").write_text("{")
    assert Durations(tmp_path, "e2e").order(["b", "a"]) == ["b", "a"]


def test_folders_of_tests_become_their_files():
    files = find_files(["tests/setup", "tests/e2e/test_kill.py"])
    assert {"tests/setup/test_pytest_run.py", "tests/e2e/test_kill.py"} <= set(files)
    assert "tests/setup/conftest.py" not in files


def test_slowest_are_the_longest_of_all_suites():
    total = Tally()
    for suite, first in (("core", 0), ("odoo", 100)):
        total.add(Tally(8, 0, [Timing(suite, f"t{n}", first + n) for n in range(8)]))
    names = [(test.suite, test.name) for test in total.slowest()]
    assert len(names) == SLOWEST_SHOWN
    assert names[0] == ("odoo", "t7") and names[-1] == ("core", "t6")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ended_run_leaves_no_worker_nor_what_its_tests_have_started(tmp_path, number):
    (tmp_path / "log").mkdir(exist_ok=True)
    test, started = tmp_path / "test_endless.py", tmp_path / "started"
    test.write_text(ENDLESS.format(started=started))
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, tmp_path, test],
        cwd=project.CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(project.CHECKOUT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not started.exists():
        assert time.monotonic() < until, "the test did not start"
        time.sleep(0.05)
    programs = children_of(run.pid)
    assert len(programs) >= 3, "pytest, its worker and what the test has started"

    run.send_signal(number)
    run.wait()

    wait_until_gone(programs)
