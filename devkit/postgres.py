# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""An embedded PostgreSQL: the programs from a wheel, one data folder, one Unix socket.

It listens on no network address. Its superuser is the role `odoo`, since Odoo refuses to use
one called `postgres`. Who may open the socket's folder may use it: that is its owner and root.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from devkit import project
from devkit.accounts import reachable, server_account
from devkit.processes import Service, call, spawn, stop, tail
from devkit.progress import Failure
from devkit.python import clean_environment
from devkit.uv import Uv

ROLE = "odoo"
# Longest path of a socket in the kernel, less the length of PostgreSQL's file name.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
START_TIMEOUT_S = 60
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def programs(folder: Path) -> Path:
    """Return the folder of PostgreSQL's programs, unpacked where its account can run them."""
    wheel = Uv(folder).unpack(
        project.lock("postgres"), "PostgreSQL", reachable(folder / "postgresql")
    )
    found = [path.parent for path in wheel.glob("*/pginstall*/bin/postgres")]
    if not found:
        raise Failure(f"The PostgreSQL package in {wheel} holds no programs.", "Remove it.")
    return max(found, key=lambda path: int(path.parent.name.removeprefix("pginstall") or 0))


class Cluster:
    """One data folder of PostgreSQL and the server on it.

    `durable=False` leaves out fsync: for tests and for folders that are made again.
    """

    def __init__(self, folder: Path, programs: Path, log: Path, durable: bool = True):
        self.folder = folder
        self.programs = programs
        self._log = log
        self._durable = durable
        self._account = server_account()
        self._process: subprocess.Popen | None = None
        socket = folder.parent / "socket"
        if len(str(socket)) > LONGEST_SOCKET_FOLDER:
            socket = Path("/tmp") / f"iicharge-{hashlib.sha256(bytes(folder)).hexdigest()[:16]}"
        self.socket = socket

    def dsn(self, database: str) -> str:
        """Return the DSN for clients of libpq."""
        return f"host={self.socket} user={ROLE} dbname={database}"

    def _own(self, folder: Path) -> None:
        """Make PostgreSQL's account the owner of `folder`, and its only user."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._account:
            os.chown(folder, self._account.uid, self._account.gid)
        folder.chmod(0o700)

    def run(self, program: str, *arguments: object, failure: str, text_in: str = "") -> str:
        """Run one of PostgreSQL's programs to its end, under its account."""
        return call(
            [self.programs / program, *arguments],
            failure=failure,
            hint=f"See {self._log}; check the free disk space.",
            account=self._account,
            environment=clean_environment(LC_ALL="C"),
            cwd=Path("/"),
            text_in=text_in,
        )

    def create(self) -> None:
        """Make an empty data folder."""
        self._own(self.folder)
        self.run(
            *("initdb", "--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust"),
            *("--username", ROLE, "--pgdata", self.folder),
            failure=f"PostgreSQL could not make its data folder {self.folder}",
        )

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._end_leftover()
        self._own(self.socket)
        settings = ["listen_addresses=", f"unix_socket_directories={self.socket}"]
        settings += ["max_connections=200", "log_min_messages=warning"]
        settings += [] if self._durable else QUICK
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as output:
            self._process = spawn(
                [self.programs / "postgres", "-D", self.folder]
                + [part for setting in settings for part in ("-c", setting)],
                # SIGINT is PostgreSQL's fast shutdown: sessions end, the data is kept whole.
                death_signal=signal.SIGINT,
                account=self._account,
                env=clean_environment(LC_ALL="C"),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + START_TIMEOUT_S
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise Failure(
                    f"PostgreSQL did not start on {self.folder}.",
                    f"See {self._log}. Remove the data folder to start again.",
                    tail(self._log),
                )
            time.sleep(0.05)

    @property
    def service(self) -> Service:
        """The server that `start` has started."""
        return Service("PostgreSQL", self._process, self._log, self._start_again, signal.SIGINT)

    def _start_again(self) -> subprocess.Popen:
        self.start()
        return self._process

    def answers(self) -> bool:
        """Check whether a server answers on the socket."""
        return (
            subprocess.run(
                [self.programs / "pg_isready", "-q", "-h", self.socket, "-U", ROLE],
                env=clean_environment(),
            ).returncode
            == 0
        )

    def stop(self) -> None:
        """Stop the server in fast mode; the data folder can then be copied."""
        if self._process is None:
            return
        stop(self._process, signal.SIGINT, 60)
        self._process = None
        if self.socket.parent == Path("/tmp"):
            shutil.rmtree(self.socket, ignore_errors=True)

    def make_durable(self) -> None:
        """Sync a data folder, written without fsync and without a server, to the disk."""
        self.run(
            *("initdb", "--sync-only", "--pgdata", self.folder),
            failure=f"PostgreSQL's data folder {self.folder} could not be written to the disk",
        )

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run SQL and return its rows, columns parted by a bar."""
        return self.run(
            *("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.socket, "-U", ROLE),
            *("-d", database, "-f", "-"),
            failure=f"The database {database} refused a statement of the set-up",
            text_in=statement,
        ).strip()

    def _end_leftover(self) -> None:
        """Wait for the server of a killed command, which is still shutting down.

        Our lock on the folder shows that no running command uses it.
        """
        pid_file = self.folder / "postmaster.pid"
        until = time.monotonic() + START_TIMEOUT_S
        while (pid := self._server_pid(pid_file)) is not None:
            if time.monotonic() > until:
                raise Failure(
                    f"An earlier PostgreSQL (process {pid}) still uses {self.folder}.",
                    f"End it: kill -INT {pid}",
                )
            os.kill(pid, signal.SIGINT)
            time.sleep(0.2)
        pid_file.unlink(missing_ok=True)

    def _server_pid(self, pid_file: Path) -> int | None:
        try:
            pid = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError, IndexError):
            return None
        return pid if bytes(self.folder) in words else None


def copy_at_rest(source: Path, target: Path) -> None:
    """Copy a folder with its owners; a data folder in it must be at rest."""
    call(
        ["cp", "-a", "--reflink=auto", f"{source}/.", target],
        failure=f"{source} could not be copied to {target}",
        hint="Check the free disk space.",
    )
