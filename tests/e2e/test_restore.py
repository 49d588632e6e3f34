# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The machine is lost; its last dump is restored on another one, and the chargers come back."""

import asyncio
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from devkit import postgres
from devkit.odoo_server import OdooServer
from devkit.settings import default_cache
from devkit.testing import Site
from iicharge_odoo.simulator import SimulatedCharger

SECRETS = {"GARAGE-1": "demo-garage-1-secret-0001", "GARAGE-2": "demo-garage-2-secret-0001"}
BILLED = """
    SELECT charger.identity, session.billing, session.energy_wh::int,
           (SELECT count(*) FROM iicharge_charge charge
             WHERE charge.session_id = session.id AND charge.state = 'posted')
      FROM iicharge_session session JOIN iicharge_charger charger ON charger.id = charger_id
     WHERE session.state = 'stopped' ORDER BY session.id
"""
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


def at(minutes):
    return BEGAN + timedelta(minutes=minutes)


class Machine(OdooServer):
    """Another machine, with a database that is restored from a dump."""

    def __init__(self, site, database, log, dump, files):
        super().__init__(site, database, log)
        site.drop_database(database)
        run_tool("createdb", "--maintenance-db", site.dsn, database)
        run_tool("pg_restore", "--no-owner", "--dbname", self.dsn, dump)
        # as deploy/README.md says
        self.rows(
            "SELECT setval('iicharge_transaction_id_seq',"
            " nextval('iicharge_transaction_id_seq') + 100000)"
        )
        shutil.copytree(files, site.filestore / database)


def run_tool(program, *arguments):
    done = subprocess.run(
        [postgres.programs(default_cache()) / program, *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def restored(server, tmp_path):
    """Take a dump of `server`, and restore it when it is called."""
    site, dump, machines = Site.from_environment(), tmp_path / "hotel.dump", []

    def take():
        run_tool("pg_dump", "--format=custom", "--file", dump, server.dsn)
        shutil.copytree(site.filestore / server.database, tmp_path / "files")

    def restore():
        server.kill()
        name = f"{server.database[:50]}_again"
        machines.append(Machine(site, name, tmp_path / "again.log", dump, tmp_path / "files"))
        machines[0].start()
        return machines[0]

    yield take, restore
    for machine in machines:
        machine.stop()
        site.drop_database(machine.database)


async def connect(server, identity):
    charger = SimulatedCharger(server.ocpp_url, identity, SECRETS[identity], response_timeout_s=20)
    await charger.connect()
    await charger.boot()
    return charger


async def charge(charger, connector, number, minutes):
    for minute in minutes:
        register = 1_000 + minute * 167
        await charger.meter(connector, register, transaction_id=number, at=at(minute))


async def charge_until_the_loss(server, take):
    """Charge before the dump and after it. :return: transactions: one that runs, a lost one"""
    first = await connect(server, "GARAGE-1")
    done = await first.start(1, "ROOM102", 1_000, at=at(0))
    await first.stop(done.transaction_id, 3_000, at=at(20))
    running = await first.start(2, "ROOM101", 1_000, at=at(0))
    await charge(first, 2, running.transaction_id, range(1, 11))
    server.wait_for("SELECT 1 FROM iicharge_session WHERE billing = 'posted'")
    await asyncio.to_thread(take)
    # what comes now is answered, and lost with the machine
    await charge(first, 2, running.transaction_id, range(11, 21))
    second = await connect(server, "GARAGE-2")
    lost = await second.start(1, "ROOM102", 1_000, at=at(15))
    await charge(second, 1, lost.transaction_id, range(16, 21))
    first.abort()
    second.abort()
    return running.transaction_id, lost.transaction_id


async def charge_on(again, running, lost):
    first, second = [await connect(again, identity) for identity in SECRETS]
    # a new start on the restored machine gets no number that the lost one has given away
    other = await second.start(2, "ROOM101", 1_000, at=at(22))
    await second.stop(other.transaction_id, 2_000, at=at(40))
    await charge(first, 2, running, range(21, 61))
    await first.stop(running, 11_020, at=at(60))
    await charge(second, 1, lost, range(21, 31))
    await second.stop(lost, 11_000, at=at(60))
    await first.close()
    await second.close()


def test_chargers_come_back_to_a_restored_machine_and_nothing_is_billed_twice(server, restored):
    take, restore = restored
    running, lost = asyncio.run(charge_until_the_loss(server, take))
    again = restore()
    asyncio.run(charge_on(again, running, lost))

    again.wait_for("SELECT 1 FROM iicharge_ocpp_message HAVING bool_and(state <> 'new')")
    again.wait_for(
        "SELECT 1 FROM iicharge_session HAVING bool_and(billing NOT IN ('open', 'rated'))"
    )
    rows = again.rows(BILLED)
    assert len(rows) == 4, rows
    garage_1 = [row[1:] for row in rows if row[0] == "GARAGE-1"]
    # two kilowatt-hours before the dump, and ten over the loss, each billed once
    assert sorted(garage_1) == [("posted", 2_000, 1), ("posted", 10_020, 1)]
    # of the session whose start was lost nothing is billed unseen: a person finds it
    garage_2 = [row[1:] for row in rows if row[0] == "GARAGE-2"]
    assert ("posted", 1_000, 1) in garage_2
    others = [row for row in garage_2 if row != ("posted", 1_000, 1)]
    assert [row[0] for row in others] == ["review"], rows
    assert [row[2] for row in others] == [0]
