# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Databases for one command, separate from those of bin/run, removed when it ends."""

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devkit import cache, database, odoo_source, postgres
from devkit.accounts import reachable
from devkit.database import DATABASE, Home
from devkit.postgres import Cluster
from devkit.progress import progress


def _remove_leftovers(folder: Path) -> None:
    """Remove folders that killed commands have left."""
    for leftover in folder.parent.glob("scratch-*/"):
        guard = cache.lock(leftover)
        if guard.try_acquire():
            cache.remove(leftover)
            guard.path.unlink(missing_ok=True)
            guard.release()


@contextmanager
def _folder(data: Path) -> Iterator[Path]:
    folder = reachable(data / f"scratch-{os.getpid()}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    guard = cache.lock(folder)
    guard.acquire()
    try:
        folder.mkdir()
        yield folder
    finally:
        cache.remove(folder)
        guard.path.unlink(missing_ok=True)
        guard.release()


@contextmanager
def empty_cluster(data: Path, downloads: Path, durable: bool = False) -> Iterator[Cluster]:
    """Run a PostgreSQL without a database of ours."""
    programs = postgres.programs(downloads)
    with _folder(data) as folder:
        cluster = Cluster(folder / "postgres", programs, data / "log/postgres-test.log", durable)
        try:
            with progress.step("PostgreSQL of its own"):
                cluster.create()
                cluster.start()
            yield cluster
        finally:
            cluster.stop()


@dataclass(frozen=True)
class Copy:
    """A running copy of the demo hotel: its home and the environment of its users."""

    home: Home
    environment: dict[str, str]


@contextmanager
def hotel(
    data: Path,
    downloads: Path,
    durable: bool = False,
    companions: bool = False,
    demo: bool = True,
    lived_in: bool = False,
) -> Iterator[Copy]:
    """Run a copy of a hotel with the addons as they are now.

    :param companions: as for `database.installed`
    :param demo: the demo hotel; else a new one, with no data but what a module needs
    :param lived_in: the demo hotel of `bin/run`, with the days until today
    """
    odoo = odoo_source.find(downloads, tests=True)
    programs = postgres.programs(downloads)
    log = data / "log/postgres-test.log"
    if lived_in:
        source = database.hotel_iris(downloads, odoo, programs, log)
    else:
        source = database.installed(downloads, odoo, programs, log, demo, companions)
    with _folder(data) as folder:
        home = database.embedded(folder, odoo, programs, log, durable)
        try:
            with progress.step("Copy of the demo hotel" if demo else "Copy of a new hotel"):
                database.copy(source, folder)
                home.cluster.start()
                home.configure()
            yield Copy(home, _environment(home))
        finally:
            home.cluster.stop()


def _environment(home: Home) -> dict[str, str]:
    """See `devkit.testing`."""
    return {
        **home.environment,
        "IICHARGE_TEST_DSN": home.cluster.dsn("postgres"),
        "IICHARGE_TEST_TEMPLATE": DATABASE,
        "IICHARGE_TEST_FILESTORE": str(home.data_dir / "filestore"),
        "IICHARGE_ODOO_CMD": shlex.join(home.odoo.command),
    }
