# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Another transaction holds a lock: what has nothing to do with it goes on meanwhile."""

import asyncio
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import psycopg2

from iicharge_odoo.simulator import SimulatedCharger

STAYS, CARS_OF_THE_FIRST = 2, 12
UNRELATED = CARS_OF_THE_FIRST
EVERYONE = [f"LOCK-{number}" for number in range(CARS_OF_THE_FIRST + 1)]
MADE = """
from datetime import timedelta
from odoo import fields

site = env.ref("iicharge_odoo.demo_site")
now = fields.Datetime.now()
for stay in range({stays}):
    guest = env["res.partner"].create({{"name": f"Guest {{stay}}"}})
    order = env["sale.order"].create(
        {{"partner_id": guest.id, "iicharge_room": f"L{{stay}}",
          "iicharge_checkin": now - timedelta(days=1),
          "iicharge_checkout": now + timedelta(days=1)}})
    order.action_confirm()
    env["iicharge.token"].create({{"uid": f"LOCK-{{stay}}", "folio_id": order.id}})
site.property_system = "iicharge.property"
for number in range({chargers}):
    charger = env["iicharge.charger"].create(
        {{"name": f"Lock {{number}}", "identity": f"LOCK-{{number}}", "site_id": site.id,
          "security_profile": "0"}})
    env["iicharge.connector"].create({{"charger_id": charger.id, "number": 1}})
    env["iicharge.ocpp.message"].create(
        {{"charger_id": charger.id, "direction": "in", "ocpp_version": "1.6", "state": "kept",
          "action": "Heartbeat", "payload": "{{}}", "received_at": now - timedelta(days=1)}})
env.cr.commit()
"""
POSTED = """
    SELECT 1 FROM iicharge_session session
      JOIN iicharge_charger charger ON charger.id = session.charger_id
     WHERE charger.identity = ANY(%s) AND session.billing = 'posted'
    HAVING count(*) = %s
"""
APPLIED = """
    SELECT 1 FROM iicharge_ocpp_message message
      JOIN iicharge_charger charger ON charger.id = message.charger_id
     WHERE charger.identity = ANY(%s) AND message.state = 'new'
    HAVING count(*) = 0
"""
OF_THE_FIRST = """
    SELECT {} FROM iicharge_session session JOIN iicharge_token token ON token.id = session.token_id
     WHERE token.uid = 'LOCK-0'
"""
# A plain write of the record, as a person's open transaction makes it.
WRITE = "UPDATE {table} SET write_date = write_date WHERE id IN ({ids})"
ROWS = {
    "sale_order": "token.folio_id",
    "iicharge_charger": "session.charger_id",
    "iicharge_connector": "session.connector_id",
    "iicharge_session": "session.id",
}
# Billing needs these tables for each stop; other messages need them not.
TABLES = ("iicharge_charge", "sale_order_line", "account_move", "account_move_line", "account_tax")
# What has nothing to do with a lock is delayed by two waits for one (`LONGEST_LOCK_S`) at most, to
# what it takes without any; a busy machine takes longer for all of it.
DELAY_S = 2
# What waits for a lock is tried again within five seconds.
GIVE_UP_S = 30
# No plain write: it keeps others from referring to the row, as the journal's foreign keys do.
LOCKED_CHARGER = "SELECT id FROM iicharge_charger WHERE identity = 'LOCK-0' FOR UPDATE"


@contextmanager
def lock(server, statement):
    with closing(psycopg2.connect(server.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        yield
        connection.rollback()


class Cars:
    """Cars of the first stay, and one of another; all begin and stop at the same times."""

    def __init__(self, server):
        self._server = server
        self._chargers = []
        self._numbers = []
        self._began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=20)
        self.visits = 0

    async def connect(self):
        for identity in EVERYONE:
            charger = SimulatedCharger(self._server.ocpp_url, identity, validate=False)
            await charger.connect()
            await charger.boot()
            self._chargers.append(charger)

    async def start(self):
        self.visits += 1
        self._began += timedelta(hours=1)
        self._numbers = []
        for number, charger in enumerate(self._chargers):
            tag = "LOCK-1" if number == UNRELATED else "LOCK-0"
            started = await charger.start(1, tag, 1_000, at=self._began)
            self._numbers.append(started.transaction_id)

    async def stop(self, *cars):
        at = self._began + timedelta(minutes=30)
        await asyncio.gather(
            *(self._chargers[car].stop(self._numbers[car], 6_000, at=at) for car in cars)
        )

    async def report_status(self, car=UNRELATED):
        await self._chargers[car].status(1, "Charging")

    async def close(self):
        for charger in self._chargers:
            await charger.close()


def wait_for(server, query, *parameters):
    server.wait_for(query, *parameters, timeout_s=GIVE_UP_S)


async def charge(cars, server, statement, unrelated):
    """Let all cars charge, and stop while the statement's lock is held.

    :return: seconds until what is unrelated was done
    """
    await cars.start()
    wait_for(server, APPLIED, EVERYONE)
    began = time.monotonic()
    with lock(server, statement):
        await unrelated()
        took = time.monotonic() - began
    wait_for(server, POSTED, EVERYONE, cars.visits * len(EVERYONE))
    return took


async def answer_behind_a_lock(cars, server):
    """Let a charger whose row is locked and another send; only the first waits for its answer."""
    with lock(server, LOCKED_CHARGER):
        waiting = asyncio.create_task(cars.report_status(0))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        for _ in range(5):
            await cars.report_status()
        took = time.monotonic() - began
        is_answered = waiting.done()
    await asyncio.wait_for(waiting, GIVE_UP_S)
    return took, is_answered


async def charge_behind_each_lock(server):
    cars = Cars(server)

    async def stop_all():
        await cars.stop(*range(len(EVERYONE)))
        wait_for(server, POSTED, EVERYONE[UNRELATED:], cars.visits)

    async def stop_one_stay():
        await cars.stop(*range(UNRELATED))
        await cars.report_status()
        wait_for(server, APPLIED, EVERYONE[UNRELATED:])

    async def stop_the_rest():
        await stop_one_stay()
        await cars.stop(UNRELATED)

    await cars.connect()
    try:
        took, is_answered = await answer_behind_a_lock(cars, server)
        assert took < DELAY_S and not is_answered
        idle_s = await charge(cars, server, "SELECT 1", stop_all)
        for table, ids in ROWS.items():
            write = WRITE.format(table=table, ids=OF_THE_FIRST.format(ids))
            took = await charge(cars, server, write, stop_all)
            assert took < DELAY_S + 2 * idle_s, (table, took, idle_s)
        for table in TABLES:
            took = await charge(cars, server, f"LOCK TABLE {table}", stop_the_rest)
            assert took < DELAY_S + 2 * idle_s, (table, took, idle_s)
    finally:
        await cars.close()


def test_lock_delays_only_what_needs_it(server):
    server.stop()
    server.shell(MADE.format(stays=STAYS, chargers=len(EVERYONE)))
    server.start()
    asyncio.run(charge_behind_each_lock(server))
    assert "parked" not in server.read_log()
    with lock(server, "SELECT id FROM sale_order FOR UPDATE"):
        assert server.stop() == 0
