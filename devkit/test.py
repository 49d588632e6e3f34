# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""bin/test: the suites, each set up with no more than it needs."""

import argparse
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devkit import database, lint, odoo_source, project, scratch
from devkit.accounts import install_system_packages, is_offered
from devkit.processes import spawn, stop
from devkit.progress import Failure, progress
from devkit.python import clean_environment
from devkit.settings import add_folders, prepare_folders

NO_TESTS_COLLECTED = 5
END_TO_END = ("tests/e2e", "tests/simulator")
# Tests of the addon that also run beside `project.BESIDE`: rights, screens and the till.
BESIDE_TESTS = ("rights", "views", "help", "pos_charging", "pos_desk", "pos_refund", "pos_room")
# Which end-to-end tests run without and which beside these modules, by their marks.
END_TO_END_MARKS = {"e2e": "not beside_only", "e2e-beside": "beside or beside_only"}
PDF_TEST = "force_report_rendering"
BROWSER_TEST = re.compile(r"\b(browser_js|start_tour|start_pos_tour)\b")


@dataclass
class Tally:
    """How many tests passed and failed."""

    passed: int = 0
    failed: int = 0

    def add(self, other: "Tally") -> None:
        """Count another suite's tests as well."""
        self.passed += other.passed
        self.failed += other.failed


@dataclass(frozen=True)
class Run:
    """One call of bin/test."""

    data: Path
    downloads: Path
    arguments: list[str]

    def pytest(self, suite: str, python: Path, places: list[str], environment, *more) -> Tally:
        """Run pytest on folders and files, and count its results."""
        missing = [name for name in places if not (project.CHECKOUT / name).exists()]
        if missing:
            raise Failure(f"{suite}: there is no {', '.join(missing)}.")
        report = self.data / f"log/test-{suite}.xml"
        report.unlink(missing_ok=True)
        process = spawn(
            [python, "-m", "pytest", *places, f"--junitxml={report}", *more, *self.arguments],
            env={**environment, "IICHARGE_CACHE": str(self.downloads)},
            cwd=project.CHECKOUT,
            stdin=subprocess.DEVNULL,
        )
        try:
            status = process.wait()
        finally:
            stop(process)
        tally = _count(report)
        if status not in (0, NO_TESTS_COLLECTED) and not tally.failed:
            tally.failed = 1
        return tally


def _count(report: Path) -> Tally:
    tally = Tally()
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors")}
            failed = count["failures"] + count["errors"]
            tally.add(Tally(count["tests"] - failed - int(suite.get("skipped", 0)), failed))
    return tally


def _lint(run: Run) -> Tally:
    results = lint.run_all(run.downloads)
    return Tally(sum(results.values()), sum(not good for good in results.values()))


def _core(run: Run) -> Tally:
    python = odoo_source.own_python(run.downloads)
    return run.pytest("core", python, ["tests/core"], clean_environment(), "-p", "no:odoo")


def _gateway(run: Run) -> Tally:
    python = odoo_source.own_python(run.downloads)
    with scratch.empty_cluster(run.data, run.downloads) as cluster:
        cluster.sql("CREATE DATABASE gateway")
        environment = clean_environment(IICHARGE_TEST_DSN=cluster.dsn("gateway"))
        return run.pytest("gateway", python, ["tests/gateway"], environment, "-p", "no:odoo")


def _setup(run: Run) -> Tally:
    python = odoo_source.own_python(run.downloads)
    return run.pytest("setup", python, ["tests/setup"], clean_environment(), "-p", "no:odoo")


def _odoo(run: Run) -> Tally:
    _require_programs()
    tally = _run_in_odoo(run, "odoo", [f"{addon}/tests" for addon in project.hotel_addons()])
    tests = [f"iicharge_odoo/tests/test_{name}.py" for name in BESIDE_TESTS]
    glue = [f"{addon}/tests" for addon in project.beside_addons()]
    glue = [place for place in glue if (project.CHECKOUT / place).is_dir()]
    tally.add(_run_in_odoo(run, "odoo-beside", [*tests, *glue], beside=True))
    return tally


def _run_in_odoo(run: Run, name: str, places: list[str], beside: bool = False) -> Tally:
    log = run.data / f"log/test-{name}.log"
    log.unlink(missing_ok=True)
    with scratch.hotel(run.data, run.downloads, beside=beside) as hotel:
        tally = run.pytest(
            *(name, hotel.home.odoo.python, places, hotel.environment),
            *("--odoo-http", "--odoo-log-level=info", f"--odoo-extra=logfile={log}"),
        )
        texts = [hotel.home.folder / database.INSTALL_LOG, log]
        found = [
            entry
            for path in texts
            if path.exists()
            for entry in database.warnings_of_ours(path.read_text(encoding="utf-8"))
        ]
    for entry in found:
        progress.line(f"Logged by us:\n{entry}")
    tally.add(Tally(not found, bool(found)))
    return tally


def _require_programs() -> None:
    """Install what the addons' tests use: a browser, and the program that makes PDFs."""
    texts = [
        path.read_text(encoding="utf-8")
        for addon in project.ADDONS
        for path in (project.CHECKOUT / addon / "tests").rglob("*.py")
    ]
    if any(BROWSER_TEST.search(text) for text in texts):
        install_system_packages({"chromium": "chromium"}, "tests in a browser")
    if any(PDF_TEST in text for text in texts):
        _install_if_offered("wkhtmltopdf", "tests of printed pages")


def _install_if_offered(package: str, why: str) -> None:
    """Not every release has it (Debian 13 has no wkhtmltopdf); the tests are skipped then."""
    try:
        install_system_packages({package: package}, why)
    except Failure:
        if is_offered(package):
            raise
        progress.line(f"This system offers no package {package}: {why} are skipped.")


def _e2e(run: Run) -> Tally:
    install_system_packages({"chromium": "chromium"}, "tours of the till")
    tally = Tally()
    for name, marks in END_TO_END_MARKS.items():
        with scratch.hotel(run.data, run.downloads, beside=name == "e2e-beside") as hotel:
            python, environment = hotel.home.odoo.python, hotel.environment
            more = ("-p", "no:odoo", "-m", marks)
            tally.add(run.pytest(name, python, list(END_TO_END), environment, *more))
    return tally


SUITES = {
    "lint": (_lint, "the gate: ruff, pylint-odoo, prettier, eslint"),
    "core": (_core, "the rules; no database, no Odoo"),
    "gateway": (_gateway, "the OCPP server on a PostgreSQL of its own"),
    "odoo": (_odoo, "the addons inside Odoo, HTTP and browser tests included"),
    "e2e": (_e2e, "Odoo, gateway and a client over a real socket; the simulator"),
    "setup": (_setup, "bin/ itself"),
}


@contextmanager
def _counted(tally: Tally, suite: str) -> Iterator[None]:
    """Let a suite that cannot even start count as failed, and go on with the next."""
    progress.line(f"\n== {suite}")
    try:
        yield
    except Failure as failure:
        progress.failed(failure)
        tally.add(Tally(failed=1))


def main(arguments: list[str]) -> int:
    """Run the suites named, or all; returns 0 when every test passed."""
    rows = "\n".join(f"  {name:<9}{text}" for name, (_, text) in SUITES.items())
    parser = argparse.ArgumentParser(
        prog="bin/test",
        allow_abbrev=False,
        usage="bin/test [--data DIR] [--cache DIR] [suite ...] [arguments for pytest ...]",
        description=f"Suites (all of them by default):\n{rows}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folders(parser)
    options, rest = parser.parse_known_args(arguments)
    suites = []
    while rest and rest[0] in (*SUITES, "all"):
        name = rest.pop(0)
        suites += list(SUITES) if name == "all" else [name]
    data, downloads = prepare_folders(options.data, options.cache, "test-setup.log")
    run = Run(data, downloads, rest)
    total = Tally()
    for suite in suites or SUITES:
        with _counted(total, suite):
            tally = SUITES[suite][0](run)
            progress.line(f"{suite}: {tally.passed} passed, {tally.failed} failed")
            total.add(tally)
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return 0 if total.passed and not total.failed else 1
