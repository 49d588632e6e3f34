# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Another transaction has written all rows of a table but those of a car's charger, guest and bill,
or has locked a table that the car does not need: it charges on. Each table in turn.
"""

import asyncio
import threading
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import psycopg2

from iicharge_odoo.simulator import SimulatedCharger

from ..faults.faults import TABLES
from .test_locks import APPLIED, DELAY_S, GIVE_UP_S

MADE = """
from datetime import timedelta
from odoo import fields

site = env.ref("iicharge_odoo.demo_site")
site.property_system = "iicharge.property"
now = fields.Datetime.now()
for name in ("OWN", "OTHER"):
    guest = env["res.partner"].create({"name": f"Guest {name}"})
    order = env["sale.order"].create(
        {"partner_id": guest.id, "iicharge_room": name,
          "iicharge_checkin": now - timedelta(days=1),
          "iicharge_checkout": now + timedelta(days=1)})
    order.action_confirm()
    env["iicharge.token"].create({"uid": name, "folio_id": order.id})
    charger = env["iicharge.charger"].create(
        {"name": name, "identity": name, "site_id": site.id, "security_profile": "0"})
    env["iicharge.connector"].create({"charger_id": charger.id, "number": 1})
env.cr.commit()
"""
# What is the car's own; each row that refers to one of these is so, too.
OWN = {
    "iicharge_charger": "SELECT id FROM iicharge_charger WHERE identity = 'OWN'",
    "iicharge_token": "SELECT id FROM iicharge_token WHERE uid = 'OWN'",
    "res_partner": "SELECT id FROM res_partner WHERE name = 'Guest OWN'",
    "sale_order": "SELECT id FROM sale_order WHERE iicharge_room = 'OWN'",
}
# A visit adds rows to these; PostgreSQL then takes a lock on each table that they may refer to.
WRITTEN = """
    account_tax_iicharge_charge_line_rel account_tax_sale_order_line_rel bus_bus iicharge_charge
    iicharge_charge_line iicharge_charge_line_agreed_tax_rel
    iicharge_charge_line_iicharge_dimension_rel iicharge_meter_value iicharge_ocpp_message
    iicharge_rating iicharge_session sale_order_line
""".split()
# It reads these, too.
READ = """
    account_account_tag account_account_tag_account_tax_repartition_line_rel
    account_account_tag_product_template_rel account_tax_group
    account_tax_iicharge_tariff_component_rel account_tax_repartition_line
    iicharge_card_payment iicharge_command iicharge_connection iicharge_desired_state
    iicharge_gateway iicharge_guest_visit iicharge_reservation iicharge_review_reason
    iicharge_review_reason_iicharge_session_rel iicharge_routing iicharge_site_product
    iicharge_tariff_component iicharge_tariff_rule ir_config_parameter ir_module_module ir_sequence
    payment_transaction pos_config pos_order_line pos_session product_taxes_rel product_template
    rating_rating res_country sale_order_line_invoice_rel sale_order_transaction_rel
    stock_picking stock_warehouse
""".split()
REFERENCES = """
    SELECT conrelid::regclass::text, attname::text, confrelid::regclass::text
      FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey)
     WHERE contype = 'f'
"""
COLUMNS = """
    SELECT attname::text FROM pg_attribute
     WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
POSTED = """
    SELECT 1 FROM iicharge_session session
      JOIN iicharge_charger charger ON charger.id = session.charger_id
     WHERE charger.identity = ANY(%s) AND session.billing = 'posted'
    HAVING count(*) = %s
"""


class Car:
    """A car that charges again and again at the charger of its name."""

    def __init__(self, server, name):
        self._server = server
        self._name = name
        self._charger = SimulatedCharger(server.ocpp_url, name, validate=False)
        self._began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=23)
        self._visits = 0

    async def connect(self):
        await self._charger.connect()
        await self._charger.boot()

    async def charge(self):
        """Start, report a reading and stop, each applied before the next, up to where it is billed.

        :return: how long that took, in seconds
        """
        self._visits += 1
        self._began += timedelta(minutes=6)
        began = time.monotonic()
        started = await self._charger.start(1, self._name, 1_000, at=self._began)
        number = started.transaction_id
        self._wait_for(APPLIED)
        at = self._began + timedelta(minutes=2)
        await self._charger.meter(1, 1_500, transaction_id=number, at=at)
        self._wait_for(APPLIED)
        await self._charger.stop(number, 2_000, at=self._began + timedelta(minutes=5))
        self._wait_for(POSTED, self._visits)
        return time.monotonic() - began

    def _wait_for(self, query, *parameters):
        self._server.wait_for(query, [self._name], *parameters, timeout_s=GIVE_UP_S)

    async def close(self):
        await self._charger.close()


class Tables:
    """The tables of a database as they are now, and which of their rows are the car's own."""

    def __init__(self, server):
        self._server = server
        self.names = [name for (name,) in server.rows(TABLES)]
        self._references = {}
        for name, column, other in server.rows(REFERENCES):
            self._references.setdefault(name, []).append((column, other))
        others = {other for name in WRITTEN for _column, other in self._references.get(name, [])}
        self._needed = sorted({*WRITTEN, *READ, *others})
        self._columns = {
            name: [column for (column,) in server.rows(COLUMNS, name)] for name in self._needed
        }
        self._own = {name: self._list_ids(query) for name, query in OWN.items()}
        while self._add_what_refers_to_own():
            pass
        self._last = {
            name: server.rows(f"SELECT coalesce(max(id), 0) FROM {name}")[0][0]
            for name, columns in self._columns.items()
            if "id" in columns
        }

    def _list_ids(self, query):
        return {number for (number,) in self._server.rows(query)}

    def _add_what_refers_to_own(self):
        """Count rows that refer to the car's own as its own. :return: whether there were any"""
        count = sum(map(len, self._own.values()))
        for name in self._needed:
            condition = self._get_condition(name)
            if condition and "id" in self._columns[name]:
                query = f"SELECT id FROM {name} WHERE {condition}"
                self._own.setdefault(name, set()).update(self._list_ids(query))
        return sum(map(len, self._own.values())) > count

    def _get_condition(self, name):
        """Get what makes a row the car's own: it, or what it refers to."""
        references = [("id", name), *self._references.get(name, [])]
        return " OR ".join(
            f"{column} IN ({', '.join(map(str, self._own[other]))})"
            for column, other in references
            if self._own.get(other)
        )

    def get_lock(self, name):
        """Get the statement by which another transaction holds a table."""
        if name not in self._needed:
            return f"LOCK TABLE {name}"
        columns = self._columns[name]
        write = f"UPDATE {name} SET {columns[0]} = {columns[0]}"
        own = self._get_condition(name) or "false"
        if "id" not in columns:
            return f"{write} WHERE ({own}) IS NOT TRUE"
        # what has come since is of the car's later visits
        return f"{write} WHERE ({own}) IS NOT TRUE AND id <= {self._last[name]}"


@contextmanager
def lock(server, statement, most_s):
    """Hold a lock, so long at most."""
    with closing(psycopg2.connect(server.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        timer = threading.Timer(most_s, connection.rollback)
        timer.start()
        yield
        timer.cancel()
        timer.join()
        connection.rollback()


async def charge_beside_each_lock(server):
    slow = []
    own, other = Car(server, "OWN"), Car(server, "OTHER")
    await own.connect()
    await other.connect()
    try:
        await other.charge()
        idle_s = max([await own.charge() for _ in range(3)])
        most_s = idle_s + DELAY_S
        tables = Tables(server)
        for name in tables.names:
            with lock(server, tables.get_lock(name), most_s):
                took = await own.charge()
            if took >= most_s:
                slow.append(name)
    finally:
        await own.close()
        await other.close()
    assert not slow, f"a visit took {idle_s:.1f} s, and {DELAY_S} s longer beside a lock on {slow}"


def test_lock_on_each_table_delays_no_unrelated_car(server):
    server.stop()
    server.shell(MADE)
    server.start()
    asyncio.run(charge_beside_each_lock(server))
    assert "parked" not in server.read_log()
