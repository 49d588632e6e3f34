# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""PostgreSQL fails over to a standby, as under Patroni: nothing that was acknowledged is lost."""

import asyncio
import os
import signal
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn

from devkit.postgres import Cluster
from devkit.testing import Site

from .cars import CARS, MADE, Car, wait_until_answered
from .homes import Line, TwoGateways
from .test_faults import ANSWERED_WITHIN_S, check, wait_until_billed

UNDER_WAY_S = 5
# The standby answers but takes no changes, as long as it is not promoted.
UNPROMOTED_S = 3


class Replica(Cluster):
    """A copy of a running cluster that follows it until it is promoted."""

    def copy(self, dsn):
        """Copy the cluster of a DSN, and start."""
        self._own(self.folder)
        self.run(
            *("pg_basebackup", "--checkpoint=fast", "--write-recovery-conf"),
            *("--dbname", make_dsn(dsn, dbname="postgres"), "--pgdata", self.folder),
            failure="PostgreSQL could not be copied",
        )
        self.start()

    def promote(self):
        self.run(
            *("pg_ctl", "promote", "--wait", "--pgdata", self.folder),
            failure="The standby was not promoted",
        )

    def kill(self):
        os.killpg(self.service.process.pid, signal.SIGKILL)


@contextmanager
def replicated(site):
    """Run a primary with a standby, and commits that wait until both have them.

    :return: both
    """
    with closing(psycopg2.connect(site.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    with Path(f"/proc/{(folder / 'postmaster.pid').read_text().split()[0]}/exe") as program:
        programs = program.readlink().parent
    places = [folder.parent / name for name in ("primary", "standby")]
    primary, standby = (
        Replica(place / "postgres", programs, folder.parent / f"{place.name}.log")
        for place in places
    )
    try:
        primary.copy(site.dsn)
        primary.promote()
        standby.copy(primary.dsn("postgres"))
        with closing(psycopg2.connect(primary.dsn("postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
                cursor.execute("SELECT pg_reload_conf()")
        yield primary, standby
    finally:
        primary.stop()
        standby.stop()


async def fail_over(place, primary, standby):
    """Let cars charge while the primary is killed and the standby promoted. :return: the cars"""
    cars = [Car(place.ocpp_url, number) for number in range(CARS)]
    running = [asyncio.create_task(car.run()) for car in cars]
    try:
        await wait_until_answered(cars, ANSWERED_WITHIN_S)
        await asyncio.sleep(UNDER_WAY_S)
        await asyncio.to_thread(primary.kill)
        await asyncio.sleep(UNPROMOTED_S)
        await asyncio.to_thread(standby.promote)
        await wait_until_answered(cars, ANSWERED_WITHIN_S)
        await asyncio.sleep(UNDER_WAY_S)
        for car in cars:
            car.over = True
        await asyncio.wait_for(asyncio.gather(*running), ANSWERED_WITHIN_S)
    finally:
        for task in running:
            task.cancel()
    return cars


def test_failover_to_a_standby_loses_nothing_that_was_acknowledged(tmp_path, monkeypatch):
    site = Site.from_environment()
    with replicated(site) as (primary, standby):
        line = Line(primary.socket, standby.socket)
        # of Odoo's command line
        monkeypatch.setenv("PGHOST", str(line.folder))
        site = replace(site, dsn=make_dsn(site.dsn, host=line.folder))
        place = TwoGateways(site, tmp_path, MADE)
        place.start()
        try:
            cars = asyncio.run(fail_over(place, primary, standby))
            wait_until_billed(place.server)
            assert check(place.server, cars) > CARS
        finally:
            place.kill()
