# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""For end-to-end tests and benches: Odoo on databases of their own, each a copy of the hotel.

`bin/test` and `bin/bench` describe the server in the environment:

- `IICHARGE_TEST_DSN`       a database for the caller to use as it likes (empty for gateway tests,
                            a maintenance connection for the others)
- `IICHARGE_TEST_TEMPLATE`  the database to copy: Odoo, the addons, demo data; never connect to it
- `IICHARGE_TEST_FILESTORE` the folder with one folder of Odoo's files for each database
- `IICHARGE_ODOO_CMD`       the words that start Odoo, as for a shell; it finds its configuration
                            and packages by the environment, which must be handed on
"""

import os
import shlex
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import make_dsn


@dataclass(frozen=True)
class Site:
    """The PostgreSQL and the Odoo of this run."""

    dsn: str
    template: str
    filestore: Path
    odoo: list[str]

    @classmethod
    def from_environment(cls) -> "Site":
        """Return the site that `bin/test` or `bin/bench` has described."""
        try:
            return cls(
                dsn=os.environ["IICHARGE_TEST_DSN"],
                template=os.environ["IICHARGE_TEST_TEMPLATE"],
                filestore=Path(os.environ["IICHARGE_TEST_FILESTORE"]),
                odoo=shlex.split(os.environ["IICHARGE_ODOO_CMD"]),
            )
        except KeyError as missing:
            raise RuntimeError(f"{missing} is not set: run this by bin/test or bin/bench") from None

    def _execute(self, statement: sql.Composed) -> None:
        with closing(psycopg2.connect(self.dsn)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)

    def dsn_of(self, database: str) -> str:
        """Return the DSN of `database`."""
        return make_dsn(self.dsn, dbname=database)

    def copy_database(self, name: str) -> str:
        """Make `name` a copy of the hotel, files included; returns its dsn. Takes 1 to 2 s."""
        self.drop_database(name)
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(self.template)
            )
        )
        files = self.filestore / self.template
        if files.exists():
            shutil.copytree(files, self.filestore / name)
        return self.dsn_of(name)

    def drop_database(self, name: str) -> None:
        """Remove `name` and its files, ending its sessions."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        shutil.rmtree(self.filestore / name, ignore_errors=True)

    def shell_command(self, database: str) -> list[str]:
        """Return the command of Odoo's shell on `database`; the shell reads a script from stdin."""
        return [*self.odoo, "shell", "-d", database, "--no-http"]

    def odoo_command(self, database: str, http_port: int, *arguments: str) -> list[str]:
        """Return the command that serves `database`; run it with this process's environment."""
        return [
            *(*self.odoo, "-d", database, f"--db-filter=^{database}$"),
            *("--http-port", str(http_port), *arguments),
        ]
