# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Run pytest in the virtual environment, and read its results."""

import json
import math
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devkit import cache, project
from devkit.processes import spawn, stop
from devkit.progress import Failure

NO_TESTS_COLLECTED = 5
SLOWEST_SHOWN = 10
# Each worker has an Odoo, a copy of the database and often a browser: about 1 GB.
MOST_WORKERS = 4
SPREAD = ("--dist", "loadfile", "--no-loadscope-reorder")


@dataclass(frozen=True)
class Timing:
    """A test that ran: its suite, its name as pytest takes it, its duration with its fixtures."""

    suite: str
    name: str
    duration_s: float


@dataclass
class Tally:
    """Numbers of tests that passed and failed, and the duration of each."""

    passed: int = 0
    failed: int = 0
    tests: list[Timing] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another suite's tests as well."""
        self.passed += other.passed
        self.failed += other.failed
        self.tests += other.tests

    def slowest(self) -> list[Timing]:
        """Return the tests that took longest, the longest first."""
        return sorted(self.tests, key=lambda test: -test.duration_s)[:SLOWEST_SHOWN]


def _check_present(suite: str, places: Iterable[str]) -> None:
    missing = [name for name in places if not (project.CHECKOUT / name).exists()]
    if missing:
        raise Failure(f"{suite}: there is no {', '.join(missing)}.")


@dataclass(frozen=True)
class Run:
    """One call of bin/test: its folders, and its arguments for pytest.

    :param chosen: the files and folders of tests to run of all suites; None for all
    :param is_whole: it runs all suites whole, so that none need run what another has
    """

    data: Path
    downloads: Path
    arguments: list[str]
    chosen: list[str] | None = None
    is_whole: bool = False

    def select(self, places: Iterable[str]) -> list[str]:
        """Return the part of `places` (files and folders of tests) that is chosen."""
        if self.chosen is None:
            return list(places)
        pairs = [(Path(place), Path(each)) for place in places for each in self.chosen]
        inner = [each for place, each in pairs if each.is_relative_to(place)]
        outer = [place for place, each in pairs if place != each and place.is_relative_to(each)]
        return sorted({str(path) for path in (*inner, *outer)})

    def pytest(
        self,
        suite: str,
        python: Path,
        places: Iterable[str],
        environment: Mapping[str, str],
        *more: str,
        spread: bool = False,
        waits: bool = False,
    ) -> Tally:
        """Run pytest on what is chosen of folders and files, and count its results.

        :param spread: share the files between the cores, those that took longest the last time
            first. With arguments of the caller one process runs all, so that output comes as it
            is written and a debugger works.
        :param waits: see `count_workers`
        """
        places = self.select(places)
        if not places:
            return Tally()
        _check_present(suite, places)
        report = self.data / f"log/test-{suite}.xml"
        report.unlink(missing_ok=True)
        durations = Durations(self.downloads, suite)
        if spread := spread and not self.arguments:
            places = durations.order(find_files(places))
            more = (*more, *SPREAD, "-n", str(count_workers(waits)))
        process = spawn(
            [sys.executable, "-m", "devkit.guard", python, "-m", "pytest", *places]
            + [f"--junitxml={report}", *more, *self.arguments],
            death_signal=signal.SIGTERM,
            env={**environment, "IICHARGE_CACHE": str(self.downloads)},
            cwd=project.CHECKOUT,
            stdin=subprocess.DEVNULL,
        )
        try:
            status = process.wait()
        finally:
            stop(process)
        tally = count(suite, report)
        if spread:
            durations.record(places, tally.tests)
        if status not in (0, NO_TESTS_COLLECTED) and not tally.failed:
            tally.failed = 1
        return tally


class Durations:
    """Durations of a suite's files in their last run, kept in the cache."""

    def __init__(self, folder: Path, suite: str):
        self._path = folder / f"durations-{suite}.json"
        try:
            self._seconds = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._seconds = {}

    def order(self, files: Iterable[str]) -> list[str]:
        """Return `files`, the longest first; one without a record counts as long."""
        return sorted(files, key=lambda file: -self._seconds.get(file, math.inf))

    def record(self, files: Iterable[str], tests: Iterable[Timing]) -> None:
        """Record the duration of `tests` in each of `files`."""
        tests = list(tests)
        for file in files:
            module = file.removesuffix(".py").replace("/", ".")
            took = [test.duration_s for test in tests if test.name.startswith(f"{module}.")]
            if took:
                self._seconds[file] = round(sum(took), 1)
        cache.write_atomically(self._path, json.dumps(self._seconds, indent=1, sort_keys=True))


def find_files(places: Iterable[str]) -> list[str]:
    """Return the files in `places`, which are folders of tests or files."""
    found = []
    for place in places:
        files = sorted((project.CHECKOUT / place).rglob("test_*.py"))
        found += [str(file.relative_to(project.CHECKOUT)) for file in files] or [place]
    return found


def count_workers(waits: bool = False) -> int:
    """Return the number of processes that share tests: one a core.

    :param waits: the tests use about two thirds of a core, and so three share two of them
    """
    cores = len(os.sched_getaffinity(0))
    return min(cores + cores // 2 if waits else cores, MOST_WORKERS)


def count(name: str, report: Path) -> Tally:
    """Return the results in the JUnit file `report` of suite `name`; none where it is missing."""
    tally = Tally()
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors")}
            failed = number["failures"] + number["errors"]
            passed = number["tests"] - failed - int(suite.get("skipped", 0))
            tests = [
                Timing(name, f"{case.get('classname')}.{case.get('name')}", float(case.get("time")))
                for case in suite.iter("testcase")
            ]
            tally.add(Tally(passed, failed, tests))
    return tally
