# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What may happen to the machine below: processes killed or halted, a full disk, a held lock."""

import errno
import os
import signal
import subprocess
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2

TABLESPACE = "small_disk"
# Room on the disk of the database besides what it begins with.
ROOM_BYTES = 600 * 2**20
POSTGRES_START_S = 60
# Ours, and those of Odoo that charging reads or writes.
TABLES = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r'
       AND (c.relname SIMILAR TO '(iicharge|sale_order|account_tax|account_account_tag)%%'
            OR c.relname IN (
           'account_move', 'account_move_line', 'bus_bus', 'ir_config_parameter', 'ir_cron',
           'ir_module_module', 'ir_sequence', 'mail_message', 'maintenance_equipment',
           'maintenance_request', 'maintenance_stage', 'payment_transaction', 'pos_config',
           'pos_order_line', 'pos_session', 'product_product', 'product_taxes_rel',
           'product_template', 'rating_rating', 'res_company', 'res_country', 'res_currency',
           'res_partner', 'res_users', 'stock_picking', 'stock_warehouse', 'uom_uom'))
     ORDER BY 1
"""


class Postgres:
    """The server of a DSN, which is killed and started again as it was."""

    def __init__(self, dsn):
        self._dsn = dsn
        self._started = None
        self._folder = Path(self._ask("SHOW data_directory"))
        words = (self._folder / "postmaster.pid").read_text(encoding="ascii").splitlines()
        process = Path(f"/proc/{words[0]}")
        self._pid = int(words[0])
        self._locks = [
            self._folder / "postmaster.pid",
            Path(words[4]) / f".s.PGSQL.{words[3]}.lock",
        ]
        self._command = process.joinpath("cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        owner = process.stat()
        self._account = {}
        if os.geteuid() == 0:
            self._account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}

    def _ask(self, query):
        with closing(psycopg2.connect(self._dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]

    def kill(self):
        """Kill it, and wait until the processes that it leaves have noticed."""
        os.kill(self._pid, signal.SIGKILL)
        if self._started:
            self._started.wait()
        deadline = time.monotonic() + POSTGRES_START_S
        while self._is_used():
            assert time.monotonic() < deadline, "processes of PostgreSQL outlive it"
            time.sleep(0.1)
        # who started the first one has not asked yet how it ended: its number is not free
        for lock in self._locks:
            lock.unlink(missing_ok=True)

    def _is_used(self):
        """Check whether a process works in the data folder, as each of PostgreSQL's does."""
        for place in Path("/proc").glob("[0-9]*/cwd"):
            with suppress(OSError):
                if place.readlink() == self._folder:
                    return True
        return False

    def start(self):
        deadline = time.monotonic() + POSTGRES_START_S
        while True:
            self._started = subprocess.Popen(
                self._command,
                cwd="/",
                env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **self._account,
            )
            self._pid = self._started.pid
            # it ends while processes of the one before are left
            if self.wait():
                return
            assert time.monotonic() < deadline, "PostgreSQL does not start"
            time.sleep(0.2)

    def wait(self):
        """Wait until it answers. :return: False: it has ended"""
        deadline = time.monotonic() + POSTGRES_START_S
        while time.monotonic() < deadline:
            if self._started and self._started.poll() is not None:
                return False
            with suppress(psycopg2.Error):
                self._ask("SELECT 1")
                return True
            time.sleep(0.1)
        raise AssertionError("PostgreSQL does not answer")

    def stop(self):
        """Stop it where it was started here."""
        if self._started:
            self._started.send_signal(signal.SIGINT)
            self._started.wait(60)


class Machine:
    """Odoo, its PostgreSQL and its disk, as a fault finds them.

    :param home: of `homes`, running
    :param disk: where the database is on a disk of its own; None: it cannot be filled
    """

    def __init__(self, home, postgres, disk):
        self.home = home
        self.server = home.server
        self._postgres = postgres
        self._disk = disk
        self.tables = [name for (name,) in self.server.rows(TABLES)]
        self.kinds = [
            *home.faults,
            self.kill_odoo,
            self.lock_table,
            self.kill_backend,
            self.halt_odoo,
            self.lock_table,
            self.kill_postmaster,
            self.halt_backends,
            self.end_backends,
            self.lock_table,
        ]
        if disk:
            self.kinds.append(self.fill_disk)

    def _list_backends(self):
        query = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        return [pid for (pid,) in self.server.rows(query, self.server.database)]

    # --- faults: each is over when it returns ------------------------------------------------
    def kill_odoo(self, rng, number):
        self.home.kill()
        time.sleep(rng.uniform(0, 2))
        self.home.start()

    def halt_odoo(self, rng, number):
        groups = self.home.list_groups()
        for group in groups:
            os.killpg(group, signal.SIGSTOP)
        time.sleep(rng.uniform(2, 15))
        for group in groups:
            os.killpg(group, signal.SIGCONT)

    def kill_backend(self, rng, number):
        """Kill one process of PostgreSQL; it ends all others and recovers."""
        with suppress(ProcessLookupError):
            os.kill(rng.choice(self._list_backends()), signal.SIGKILL)
        self._postgres.wait()

    def end_backends(self, rng, number):
        for pid in self._list_backends():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def halt_backends(self, rng, number):
        pids = [pid for pid in self._list_backends() if rng.random() < 0.7]
        for sent in (signal.SIGSTOP, signal.SIGCONT):
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, sent)
            if sent is signal.SIGSTOP:
                time.sleep(rng.uniform(2, 8))

    def kill_postmaster(self, rng, number):
        self._postgres.kill()
        time.sleep(rng.uniform(0, 3))
        self._postgres.start()

    def fill_disk(self, rng, number):
        ballast = self._disk / "ballast"
        try:
            with suppress(OSError), ballast.open("wb", buffering=0) as file:
                while file.write(bytes(2**20)):
                    pass
            full = os.statvfs(self._disk)
            assert full.f_bavail * full.f_frsize < 2**20, errno.errorcode[errno.ENOSPC]
            time.sleep(rng.uniform(3, 10))
        finally:
            ballast.unlink(missing_ok=True)

    def lock_table(self, rng, number):
        """Lock each table in turn, for reading too."""
        count = self.kinds.count(self.lock_table)
        table = self.tables[number * count // len(self.kinds) % len(self.tables)]
        with closing(psycopg2.connect(self.server.dsn)) as connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
                time.sleep(rng.uniform(1, 6))
            connection.rollback()


@contextmanager
def small_disk(site, database):
    """Put a database that is not in use on a disk of its own, where this account may make one.

    :return: the folder of the disk; None: it may not
    """
    with closing(psycopg2.connect(site.dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            data_folder = Path(cursor.fetchone()[0])
            cursor.execute("SELECT pg_database_size(%s)", [database])
            size = cursor.fetchone()[0] + ROOM_BYTES
        folder, owner = data_folder.parent / TABLESPACE, data_folder.stat()
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
        options = f"size={size},uid={owner.st_uid},gid={owner.st_gid},mode=700"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True
        )
        if mounted.returncode:
            yield None
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE TABLESPACE {TABLESPACE} LOCATION '{folder}'")
                cursor.execute(f'ALTER DATABASE "{database}" SET TABLESPACE {TABLESPACE}')
            yield folder
        finally:
            try:
                site.drop_database(database)
                with closing(psycopg2.connect(site.dsn)) as again, again.cursor() as cursor:
                    again.autocommit = True
                    cursor.execute(f"DROP TABLESPACE {TABLESPACE}")
            finally:
                # also where PostgreSQL is gone
                subprocess.run(["umount", "-l", folder], check=True)
