# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Databases: made once, copied in a second.

A *home* is a folder with a PostgreSQL data folder, Odoo's files and its configuration. The
cache keeps one with Odoo and the modules that ours depend on; every other home begins as a copy.
"""

import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from devkit import cache, project
from devkit.accounts import reachable
from devkit.odoo_source import Odoo
from devkit.postgres import ROLE, Cluster, copy_at_rest
from devkit.processes import call, last_rows
from devkit.progress import Failure, progress

DATABASE = "hotel"
MODULE = "iicharge_odoo_hotel"
# In a home: the digest of the addons' files its database was made from, and the log of that.
DATABASE_KEY = "database.key"
INSTALL_LOG = "install.log"
NOT_INSTALLED = "Odoo's own modules could not be installed"
# Two with `project.COMPANIONS`, two without, two without demo data.
INSTALLED_KEPT = 6
HOTELS_KEPT = 2
_LOG_ROW = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[^ :]+): ")
# The bundles of the login page, the backend, the POS and the guest's page; the other twenty are
# made on demand.
_ASSETS = """
for bundle in (
    "web.assets_frontend_minimal", "web.assets_frontend", "web.assets_frontend_lazy",
    "web.assets_web", "web.assets_web_print", "point_of_sale.assets_prod",
    "iicharge_odoo.assets_guest", "iicharge_odoo.assets_charging", "bus.websocket_worker_assets",
):
    env["ir.qweb"]._get_asset_bundle(bundle, css=False, js=True).js()
    env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=False).css()
env.cr.commit()
"""
# On a server of the user's there may be no program of PostgreSQL, but Odoo's Python has its client.
_EXECUTE = """
import sys, psycopg2
with psycopg2.connect("") as connection:
    connection.cursor().execute(sys.argv[1])
"""
# Odoo's shell succeeds whatever its script does.
_HOTEL_IRIS = """
import os, sys, traceback
sys.path.insert(0, {checkout!r})
try:
    from hotel_iris import {module}
    {module}.main(env)
except BaseException:
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)
"""


@dataclass(frozen=True)
class Server:
    """Address of Odoo's database; named like Odoo's own options."""

    db_host: str
    db_name: str = DATABASE
    db_user: str = ROLE
    db_password: str = ""
    db_port: str = ""
    db_sslmode: str = ""

    @classmethod
    def from_uri(cls, uri: str) -> "Server":
        """Read `postgresql://user:password@host:port/database`; the host may be in the query."""
        parts = urlsplit(uri)
        if parts.scheme not in ("postgresql", "postgres"):
            raise Failure(
                "--db-uri is not the address of a PostgreSQL database.",
                "Write it as postgresql://user:password@host:5432/database",
            )
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return cls(
            db_host=query.get("host") or unquote(parts.hostname or ""),
            db_name=parts.path.lstrip("/") or DATABASE,
            db_user=unquote(parts.username or query.get("user", "")),
            db_password=unquote(parts.password or query.get("password", "")),
            db_port=str(parts.port or query.get("port", "")),
            db_sslmode=query.get("sslmode", ""),
        )

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables by which a client of PostgreSQL finds the database."""
        names = {
            "PGHOST": self.db_host,
            "PGPORT": self.db_port,
            "PGDATABASE": self.db_name,
            "PGUSER": self.db_user,
            "PGPASSWORD": self.db_password,
            "PGSSLMODE": self.db_sslmode,
        }
        return {name: value for name, value in names.items() if value}


class Home:
    """A folder with all data of one Odoo, and the methods to work on it."""

    def __init__(self, folder: Path, odoo: Odoo, server: Server | None, cluster: Cluster | None):
        self.folder = folder
        self.odoo = odoo
        self.cluster = cluster
        self.server = server or Server(db_host=str(cluster.socket))
        self.configuration = folder / "odoo.conf"
        self.data_dir = folder / "odoo"

    def configure(self, *, interface: str = "127.0.0.1", port: int = 8069) -> None:
        """Write Odoo's configuration."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        values = {
            "addons_path": ",".join(map(str, self.odoo.addons)),
            "data_dir": self.data_dir,
            **{name: value for name, value in vars(self.server).items() if value},
            "dbfilter": f"^{re.escape(self.server.db_name)}$",
            "list_db": False,
            "admin_passwd": secrets.token_hex(16),
            "http_interface": interface,
            "http_port": port,
        }
        rows = [f"{name} = {value}" for name, value in values.items()]
        cache.write_atomically(self.configuration, "\n".join(["[options]", *rows, ""]), 0o600)

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables by which Odoo finds this home."""
        return {**self.odoo.environment, "ODOO_RC": str(self.configuration)}

    def command(self, *arguments: str) -> list[str]:
        """Return Odoo's command line on this home, also for commands that an addon adds."""
        if arguments and not arguments[0].startswith("-"):
            folders = ",".join(map(str, self.odoo.addons))
            return [*self.odoo.command, f"--addons-path={folders}", *arguments]
        return [*self.odoo.command, *arguments]

    def _call(self, *arguments: str, failure: str, text_in: str = "") -> str:
        return call(
            self.command(*arguments),
            failure=failure,
            hint="Read the last lines above and the log. When a database is in a bad state,"
            " remove its data folder and start again.",
            environment=self.environment,
            cwd=self.folder,
            text_in=text_in,
            excerpt=error_of,
        )

    def load(self, action: str, modules: list[str], failure: str, demo: bool = True) -> str:
        """Install (`-i`) or upgrade (`-u`) `modules`; returns Odoo's log.

        Odoo leaves out a module that it cannot load, or its demo data, and still succeeds;
        here that is a `Failure`.
        """
        log = self._call(
            *(action, ",".join(modules), "--stop-after-init", "--no-http"),
            *("--max-cron-threads=0", "--with-demo" if demo else "--without-demo"),
            failure=failure,
        )
        rows = [row for row in log.splitlines() if _is_failure(row)]
        if rows:
            raise Failure(f"{failure}: Odoo logged errors.", details="\n".join(rows[:12]))
        return log

    def install(self, demo: bool) -> None:
        """Install our addons; Odoo's log of it is kept in the home."""
        digest = project.addons_digest()
        log = self.load("-i", [MODULE], "The addon could not be installed", demo)
        (self.folder / INSTALL_LOG).write_text(log, encoding="utf-8")
        self.generate_assets()
        cache.write_atomically(self.folder / DATABASE_KEY, digest)

    def install_hotel_iris(self) -> None:
        """Install our addons as a hotel does: its company and books first; then its month."""
        digest = project.addons_digest()
        self.load("-i", [project.DEMO_COUNTRY], NOT_INSTALLED, demo=False)
        self._live("company")
        modules = [MODULE, *project.DEMO_MODULES]
        log = self.load("-i", modules, "The addon could not be installed", demo=False)
        (self.folder / INSTALL_LOG).write_text(log, encoding="utf-8")
        self._live("hotel")
        with progress.step("Thirty days of the demo hotel"):
            self._live("history")
        self.generate_assets()
        cache.write_atomically(self.folder / DATABASE_KEY, digest)

    def _live(self, module: str) -> None:
        """Run a part of the package `hotel_iris` in Odoo's shell."""
        self._call(
            "shell",
            failure=f"The demo hotel could not be made ({module})",
            text_in=_HOTEL_IRIS.format(checkout=str(project.CHECKOUT), module=module),
        )

    def upgrade(self) -> None:
        """Upgrade our addons when their files have changed since the database was made."""
        digest = project.addons_digest()
        if (self.folder / DATABASE_KEY).read_text(encoding="utf-8") == digest:
            return
        with progress.step("Database upgraded to the changed addon"):
            self.load("-u", list(project.ADDONS), "The addon could not be upgraded", demo=False)
            self.generate_assets()
            cache.write_atomically(self.folder / DATABASE_KEY, digest)

    def set_address(self, url: str) -> None:
        """Let links lead to `url`, as the code on a receipt does. Odoo itself learns its address
        when an administrator logs in, and assumes port 8069 before."""
        quoted = url.replace("'", "''")
        statement = f"UPDATE ir_config_parameter SET value = '{quoted}' WHERE key = 'web.base.url'"
        if self.cluster:
            self.cluster.sql(statement, self.server.db_name)
            return
        call(
            [self.odoo.python, "-c", _EXECUTE, statement],
            failure="The address of Odoo could not be written to the database",
            environment={**self.odoo.environment, **self.server.environment},
        )

    def generate_assets(self) -> None:
        """Make the bundles of scripts and styles, so that the first page need not."""
        self._call(
            "shell",
            failure="Odoo could not make its bundles of scripts and styles",
            text_in=_ASSETS,
        )


def error_of(rows: list[str], count: int = 12) -> list[str]:
    """Return the last exception in Odoo's log, without its traceback.

    Odoo goes on logging after it, and messages of several lines end in general advice, so the
    last lines seldom show the cause.
    """
    began = [number for number, row in enumerate(rows) if row.startswith("Traceback (")]
    if began:
        for number in range(began[-1] + 1, len(rows)):
            if not rows[number].startswith(" "):
                return rows[number : number + count]
    return last_rows(rows, count)


def _is_failure(row: str) -> bool:
    found = _LOG_ROW.match(row)
    if not found:
        return False
    # Odoo tries extensions that the server may lack and goes on; the failed query is logged.
    failed = found["level"] in ("ERROR", "CRITICAL") and found["logger"] != "odoo.sql_db"
    return failed or "demo data failed to install" in row


def warnings_of_ours(log: str) -> list[str]:
    """Return the log entries of level WARNING or above that come from our loggers or our files."""
    entries: list[list[str]] = []
    for row in log.splitlines():
        if _LOG_ROW.match(row):
            entries.append([row])
        elif entries:
            entries[-1].append(row)
    found = []
    for entry in entries:
        level = _LOG_ROW.match(entry[0])["level"]
        if level in ("WARNING", "ERROR", "CRITICAL") and "iicharge" in "\n".join(entry):
            found.append("\n".join(entry))
    return found


def embedded(folder: Path, odoo: Odoo, programs: Path, log: Path, durable: bool = True) -> Home:
    """Return the home in `folder` with its own PostgreSQL."""
    return Home(folder, odoo, None, Cluster(folder / "postgres", programs, log, durable))


def base(folder: Path, odoo: Odoo, programs: Path, log: Path, demo: bool) -> Path:
    """Return the home in the cache with Odoo and the modules ours depend on; at rest."""
    modules = project.neighbour_modules()
    hotel = odoo.addons[-1].parent.parent.name
    # not the path: the same release in another cache makes the same database
    postgres = programs.parents[2].name
    key = cache.digest("base 1", odoo.version, hotel, postgres, demo, *modules)
    home_folder = reachable(folder / f"base-{key}")

    def build(target: Path) -> None:
        home = embedded(target, odoo, programs, log, durable=False)
        home.cluster.create()
        _work_on(home, lambda: home.load("-i", modules, NOT_INSTALLED, demo))

    cache.make(home_folder, build, f"Database with Odoo's modules ({', '.join(modules)})")
    return home_folder


def base_with_companions(folder: Path, odoo: Odoo, programs: Path, log: Path, demo: bool) -> Path:
    """Return a home as `base` does, with the modules of `project.COMPANIONS` as well."""
    modules = list(project.COMPANIONS)
    source = base(folder, odoo, programs, log, demo)
    home_folder = reachable(folder / f"base-{cache.digest(source.name, *modules)}")

    def build(target: Path) -> None:
        home = embedded(target, odoo, programs, log, durable=False)
        copy(source, target)
        _work_on(home, lambda: home.load("-i", modules, NOT_INSTALLED, demo))

    cache.make(home_folder, build, f"The same with {', '.join(modules)}")
    return home_folder


def digest_hotel_iris() -> str:
    """Return a digest of what makes the demo hotel's days."""
    # what Python compiles is there from the first use on, and would make the hotel a second time
    return cache.digest_files([project.CHECKOUT / "hotel_iris"], lambda path: path.suffix == ".pyc")


def hotel_iris(folder: Path, odoo: Odoo, programs: Path, log: Path) -> Path:
    """Return the home in the cache with the demo hotel and the days until today; at rest."""
    source = base(folder, odoo, programs, log, demo=False)
    files = digest_hotel_iris()
    digest = cache.digest(source.name, project.addons_digest(new=True), files, date.today())
    place = reachable(folder / f"iris-{digest}")

    def build(target: Path) -> None:
        home = embedded(target, odoo, programs, log, durable=False)
        copy(source, target)
        _work_on(home, home.install_hotel_iris)
        cache.keep_newest(place.parent.glob("iris-*/"), HOTELS_KEPT)

    cache.make(place, build, "Database of the demo hotel")
    return place


def _work_on(home: Home, work: Callable[[], object]) -> None:
    """Do `work` on a home that is being made, its server running meanwhile."""
    home.cluster.start()
    try:
        home.configure()
        work()
    finally:
        home.cluster.stop()
    home.cluster.make_durable()


def copy(source: Path, target: Path) -> None:
    """Begin a home in `target` as a copy of the one in `source`, which is at rest."""
    with cache.lock(source):
        for part in ("postgres", "odoo"):
            copy_at_rest(source / part, target / part)
        for part in (DATABASE_KEY, INSTALL_LOG):
            if (source / part).exists():
                shutil.copyfile(source / part, target / part)


def installed(
    folder: Path, odoo: Odoo, programs: Path, log: Path, demo: bool, companions: bool = False
) -> Path:
    """Return the home in the cache with our addons as they are now; at rest.

    :param companions: with the modules of `project.COMPANIONS`, and our addons that install
        themselves with them
    """
    source = (base_with_companions if companions else base)(folder, odoo, programs, log, demo)
    digest = project.addons_digest(new=True)
    place = reachable(folder / f"installed-{cache.digest(source.name, digest)}")

    def build(target: Path) -> None:
        home = embedded(target, odoo, programs, log, durable=False)
        copy(source, target)
        _work_on(home, lambda: home.install(demo))
        cache.keep_newest(place.parent.glob("installed-*/"), INSTALLED_KEPT)

    what = f"Database with the addon and {', '.join(project.COMPANIONS)}"
    cache.make(place, build, what if companions else "Database with the addon")
    return place
