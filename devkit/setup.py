# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Set up all from nothing to the hotel's database, for bin/run and bin/odoo."""

from pathlib import Path

from devkit import cache, database, odoo_source, postgres
from devkit.accounts import ROOT_HOME, reachable
from devkit.database import Home, Server
from devkit.progress import progress


def prepare(data: Path, downloads: Path, demo: bool, uri: str | None) -> Home:
    """Set up all that is missing and return the home to run Odoo on, its server stopped.

    The caller holds the lock of `data`, or finds the home complete.
    """
    odoo = odoo_source.find(downloads)
    if uri:
        folder = data / f"server-{cache.digest(uri)}"
        return Home(folder, odoo, Server.from_uri(uri), None)
    programs = postgres.programs(downloads)
    folder = reachable(data / ("hotel" if demo else "hotel-no-demo"))
    log = data / "log/postgres.log"
    if not cache.is_complete(folder):
        if ROOT_HOME in folder.parents:
            progress.line(
                f"PostgreSQL runs as `nobody`, which cannot reach {data}: data in {folder}."
            )
        if demo:
            source = database.hotel_iris(downloads, odoo, programs, log)
        else:
            source = database.installed(downloads, odoo, programs, log, demo=False)
        cache.make(folder, lambda target: database.copy(source, target), "Database of the hotel")
    return database.embedded(folder, odoo, programs, log)


def bring_up_to_date(home: Home, demo: bool) -> None:
    """Install the addon on a server of the user's, or upgrade it when its files have changed.

    The database server is running and the home is configured.
    """
    if (home.folder / database.DATABASE_KEY).exists():
        home.upgrade()
        return
    with progress.step(f"Database {home.server.db_name}: Odoo and the addon"):
        if demo:
            home.install_hotel_iris()
        else:
            home.install(demo=False)
