# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""bin/test: run the suites, each set up with no more than it needs."""

import argparse
import os
import random
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from devkit import changed, database, lint, odoo_source, postgres, project, scratch
from devkit.accounts import install_system_packages, is_offered
from devkit.ahead import databases_ahead
from devkit.beside import beside
from devkit.javascript import modules
from devkit.progress import Failure, progress
from devkit.pytest_run import Run, Tally
from devkit.python import clean_environment
from devkit.settings import add_folders, prepare_folders

GATEWAY = "tests/gateway"
ATTACK = "tests/attack"
ATTACK_IN_ODOO = (
    "iicharge_odoo/tests/service/test_hostile_messages.py",
    "iicharge_odoo/tests/service/test_wrong_reports.py",
)
# A line of the log that is shown at the end.
ATTACK_RESULT = re.compile(r"\d+ sessions with wrong reports .*")
FAULTS_PLACE = "tests/faults"
HAPROXY = {"haproxy": "haproxy"}
FRAMES, SEED = "IICHARGE_ATTACK_FRAMES", "IICHARGE_ATTACK_SEED"
FAULTS = "IICHARGE_ATTACK_FAULTS"
END_TO_END = ("tests/e2e", "tests/simulator")
WALKS = "tests/walks"
# Tests of the addon that also run with `project.COMPANIONS`: rights, screens and the register.
COMPANION_TESTS = (
    "test_rights.py",
    "test_rights_fields.py",
    "test_rights_methods.py",
    "test_rights_reports.py",
    "test_rights_routes.py",
    "test_views.py",
    "operations",
    "pos",
)
# Which end-to-end tests run without and which with these modules, by their marks.
END_TO_END_MARKS = {"e2e": "not companions_only", "e2e-companions": "companions or companions_only"}
WITHOUT_ODOO = ("-p", "no:odoo")
PDF_TEST = "force_report_rendering"


def _lint(run: Run) -> Tally:
    results = lint.run_all(run.downloads)
    return Tally(sum(results.values()), sum(not good for good in results.values()))


def _core(run: Run) -> Tally:
    python = odoo_source.own_python(run.downloads)
    places = ["tests/core"]
    return run.pytest("core", python, places, clean_environment(), *WITHOUT_ODOO, spread=True)


def _gateway(run: Run) -> Tally:
    return _run_with_postgres(run, "gateway", GATEWAY)


def _run_with_postgres(run: Run, name: str, place: str) -> Tally:
    """Run tests that need a PostgreSQL, and no Odoo."""
    if not run.select([place]):
        return Tally()
    python = odoo_source.own_python(run.downloads)
    with scratch.empty_cluster(run.data, run.downloads) as cluster:
        cluster.sql("CREATE DATABASE gateway")
        environment = clean_environment(IICHARGE_TEST_DSN=cluster.dsn("gateway"))
        return run.pytest(name, python, [place], environment, *WITHOUT_ODOO, spread=True)


def _choose_seed() -> str:
    """As for examples of hypothesis: a run for a landing is the same each time."""
    number = 1 if os.environ.get("CI") else random.SystemRandom().randrange(10**6)
    return os.environ.setdefault(SEED, str(number))


def _attack(run: Run) -> Tally:
    seed = _choose_seed()
    frames = os.environ.setdefault(FRAMES, "20000")
    progress.line(f"{frames} frames, --seed {seed}")
    tally = _run_with_postgres(run, "attack", ATTACK)
    # in a run of all suites `odoo` has these tests, with the same seed and number of frames
    if not run.is_whole:
        tally.add(_run_in_odoo(run, "attack-odoo", [*ATTACK_IN_ODOO]))
    return tally


def _show_attack(log: Path) -> None:
    """Show what the messages of hostile chargers have come to in Odoo."""
    if log.exists():
        for found in ATTACK_RESULT.finditer(log.read_text(encoding="utf-8")):
            progress.line(found[0])


def _faults(run: Run) -> Tally:
    """Run faults of the machine, on a PostgreSQL of its own and a disk that fills."""
    if not run.select([FAULTS_PLACE]):
        return Tally()
    faults = os.environ.setdefault(FAULTS, "10")
    progress.line(f"{faults} faults, a fifth as many in each other home, --seed {_choose_seed()}")
    install_system_packages(HAPROXY, "several gateways behind a balancer")
    with scratch.hotel(run.data, run.downloads, durable=True) as hotel:
        environment = {**hotel.environment, "IICHARGE_ATTACK_RESULTS": str(run.data / "log")}
        python = hotel.home.odoo.python
        return run.pytest("faults", python, [FAULTS_PLACE], environment, *WITHOUT_ODOO)


def _setup(run: Run) -> Tally:
    python = odoo_source.own_python(run.downloads)
    places = ["tests/setup"]
    return run.pytest("setup", python, places, clean_environment(), *WITHOUT_ODOO, spread=True)


def _odoo(run: Run) -> Tally:
    tally = _run_in_odoo(run, "odoo", [f"{addon}/tests" for addon in project.hotel_addons()])
    tests = [f"iicharge_odoo/tests/{name}" for name in COMPANION_TESTS]
    glue = [f"{addon}/tests" for addon in project.companion_addons()]
    glue = [place for place in glue if (project.CHECKOUT / place).is_dir()]
    tally.add(_run_in_odoo(run, "odoo-companions", [*tests, *glue], companions=True))
    return tally


def _run_in_odoo(run: Run, name: str, places: list[str], companions: bool = False) -> Tally:
    if not run.select(places):
        return Tally()
    _require_programs()
    log = run.data / f"log/test-{name}.log"
    log.unlink(missing_ok=True)
    with scratch.hotel(run.data, run.downloads, companions=companions) as hotel:
        tally = run.pytest(
            *(name, hotel.home.odoo.python, places, _with_copies(hotel)),
            *("--odoo-http", "--odoo-log-level=info", f"--odoo-extra=logfile={log}"),
            *("-p", "devkit.shared_files"),
            spread=True,
        )
        texts = [hotel.home.folder / database.INSTALL_LOG, log]
        found = [
            entry
            for path in texts
            if path.exists()
            for entry in database.warnings_of_ours(path.read_text(encoding="utf-8"))
        ]
    _show_attack(log)
    for entry in found:
        progress.line(f"Logged by us:\n{entry}")
    tally.add(Tally(not found, bool(found)))
    return tally


def _with_copies(hotel: scratch.Copy) -> dict[str, str]:
    """Return the environment in which each worker of pytest-odoo makes its copy of the database."""
    cluster, environment = hotel.home.cluster, hotel.environment
    return {
        **environment,
        "PATH": os.pathsep.join([str(cluster.programs), environment["PATH"]]),
        "PGHOST": str(cluster.socket),
        "PGUSER": postgres.ROLE,
    }


def _require_programs() -> None:
    """Install what the addons' tests use: a browser, and the program that makes PDFs."""
    texts = [
        path.read_text(encoding="utf-8")
        for addon in project.ADDONS
        for path in (project.CHECKOUT / addon / "tests").rglob("*.py")
    ]
    if any(changed.BROWSER_TEST.search(text) for text in texts):
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
    if not run.select(END_TO_END):
        return Tally()
    install_system_packages({"chromium": "chromium"}, "tours of the register")
    modules(run.downloads)
    install_system_packages(HAPROXY, "several gateways behind a balancer")
    tally = Tally()
    for name, marks in END_TO_END_MARKS.items():
        with scratch.hotel(run.data, run.downloads, companions=name == "e2e-companions") as hotel:
            python, environment = hotel.home.odoo.python, hotel.environment
            more = (*WITHOUT_ODOO, "-m", marks)
            tally.add(
                run.pytest(name, python, END_TO_END, environment, *more, spread=True, waits=True)
            )
    return tally


def _walks(run: Run) -> Tally:
    """Run the walks through the manual: in one process, as each builds on those before it."""
    if not run.select([WALKS]):
        return Tally()
    install_system_packages({"chromium": "chromium"}, "walks through the manual")
    with scratch.hotel(run.data, run.downloads, demo=False) as hotel:
        python, environment = hotel.home.odoo.python, hotel.environment
        return run.pytest("walks", python, [WALKS], environment, *WITHOUT_ODOO)


SUITES = {
    "lint": (_lint, "the gate: ruff, pylint-odoo, prettier, eslint, the addons' README.md"),
    "core": (_core, "the rules; no database, no Odoo"),
    "gateway": (_gateway, "the OCPP server on a PostgreSQL of its own"),
    "attack": (_attack, "hostile chargers on a gateway, and their messages in Odoo"),
    "odoo": (_odoo, "the addons inside Odoo, HTTP and browser tests included"),
    "walks": (_walks, "each step of the manual, in a browser, in a hotel without any data"),
    "e2e": (_e2e, "Odoo, gateway and a client over a real socket; the simulator"),
    "faults": (_faults, "processes killed and halted, a full disk, locks, while cars charge"),
    "setup": (_setup, "bin/ itself"),
}
# In a run of all suites the walks run while the others of these do.
BESIDE, WITH_WALKS = "walks", ("faults", "setup")


@contextmanager
def _counted(tally: Tally, suite: str) -> Iterator[None]:
    """Count a suite that cannot start as failed, and continue with the next."""
    progress.line(f"\n== {suite}")
    try:
        yield
    except Failure as failure:
        progress.failed(failure)
        tally.add(Tally(failed=1))


def _run_suites(run: Run, suites: Iterable[str]) -> Tally:
    """Run suites one after the other."""
    total = Tally()
    for suite in suites:
        with _counted(total, suite):
            began = time.monotonic()
            tally = SUITES[suite][0](run)
            took = f"in {time.monotonic() - began:.0f} s"
            progress.line(f"{suite}: {tally.passed} passed, {tally.failed} failed {took}")
            total.add(tally)
    return total


def _run_all(run: Run) -> Tally:
    """Run all suites, at the same time where one alone would leave a core without work.

    The walks are one process that mostly waits for a browser, and the faults one that waits for
    an Odoo to come back.
    """
    first = [suite for suite in SUITES if suite not in (BESIDE, *WITH_WALKS)]
    with databases_ahead(run.data, run.downloads):
        total = _run_suites(run, first)
        with beside(run, BESIDE) as walks:
            total.add(_run_suites(run, WITH_WALKS))
    total.add(walks)
    return total


def _choose() -> list[str] | None:
    changes = changed.list_changes(project.CHECKOUT)
    chosen = changed.choose(project.CHECKOUT, changes)
    what = "all tests" if chosen is None else "\n  ".join(["lint", *chosen])
    progress.line(f"{len(changes)} files have changed; they can touch:\n  {what}")
    return chosen


def _show_slowest(total: Tally) -> None:
    progress.line("\nSlowest tests:")
    for test in total.slowest():
        progress.line(f"  {test.duration_s:6.1f} s  {test.suite}: {test.name}")


def _parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Read the options; return them and what is left."""
    rows = "\n".join(f"  {name:<9}{text}" for name, (_, text) in SUITES.items())
    parser = argparse.ArgumentParser(
        prog="bin/test",
        allow_abbrev=False,
        usage="bin/test [--changed] [--frames N] [--faults N] [--seed N] [--data DIR] [--cache DIR]"
        " [suite ...] [pytest arguments ...]",
        description=f"Suites (all of them by default):\n{rows}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--changed",
        action="store_true",
        help="only what can have been touched since the branch left main, uncommitted files"
        " included (devkit/changed.py has the rules)",
    )
    parser.add_argument("--frames", metavar="N", type=int, help="attack: how many (20,000)")
    parser.add_argument("--faults", metavar="N", type=int, help="faults: how many (10)")
    parser.add_argument("--seed", metavar="N", type=int, help="attack, faults: repeat that run")
    add_folders(parser)
    options, rest = parser.parse_known_args(arguments)
    for name, number in (
        (FRAMES, options.frames),
        (FAULTS, options.faults),
        (SEED, options.seed),
    ):
        if number is not None:
            os.environ[name] = str(number)
    return options, rest


def main(arguments: list[str]) -> int:
    """Run the suites named, or all; returns 0 when every test passed."""
    options, rest = _parse(arguments)
    suites = []
    while rest and rest[0] in (*SUITES, "all"):
        name = rest.pop(0)
        suites += list(SUITES) if name == "all" else [name]
    data, downloads = prepare_folders(options.data, options.cache, "test-setup.log")
    chosen = _choose() if options.changed else None
    run = Run(data, downloads, rest, chosen, is_whole=not suites and not rest and chosen is None)
    total = _run_all(run) if run.is_whole else _run_suites(run, suites or SUITES)
    if total.tests and not rest:
        _show_slowest(total)
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return 0 if total.passed and not total.failed else 1
