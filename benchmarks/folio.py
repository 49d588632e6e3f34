# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""From StopTransaction sent to the folio line committed: paced, and a burst.

A real Odoo with its gateway, real sockets, a PostgreSQL that waits for the disk. The line
counts when another connection to the database can read it; that is looked up every 20 ms,
so the figures are up to 20 ms too high.
"""

import asyncio
import statistics
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2

from devkit import bare
from devkit.odoo_server import OdooServer
from devkit.testing import Site

DATABASE = "hotel"

FOLIOS = 40
PACED_STOPS, STOPS_PER_S = 80, 4
BURST_STOPS = 200
POLL_S = 0.02
GIVE_UP_S = 120

_FLEET = """
from datetime import timedelta
from odoo import fields

site = env.ref("iicharge_odoo.demo_site")
now = fields.Datetime.now()
kind = env.ref("iicharge_odoo_hotel.room_type_demo")
for number in range({folios}):
    room = env["hotel.room"].create(
        {{"name": f"B{{number}}", "isroom": True, "room_categ_id": kind.id,
          "list_price": 100, "capacity": 2}})
    folio = env["hotel.folio"].create(
        {{"partner_id": env["res.partner"].create({{"name": f"Guest {{number}}"}}).id,
          "date_order": now - timedelta(days=9)}})
    env["hotel.folio.line"].create(
        {{"folio_id": folio.id, "product_id": room.product_id.id, "name": "Night",
          "product_uom_qty": 3, "checkin_date": now - timedelta(days=1),
          "checkout_date": now + timedelta(days=2)}})
    folio.action_confirm()
    env["iicharge.token"].create({{"uid": f"BENCH-{{number}}", "folio_id": folio.order_id.id}})
for number in range({chargers}):
    charger = env["iicharge.charger"].create(
        {{"name": f"Bench {{number}}", "identity": f"BENCH-{{number}}", "site_id": site.id,
          "security_profile": "0"}})
    env["iicharge.connector"].create({{"charger_id": charger.id, "number": 1}})
env.cr.commit()
"""
_POSTED = """
    SELECT session.transaction_id::int FROM sale_order_line line
      JOIN iicharge_charge_line charged ON charged.id = line.iicharge_charge_line_id
      JOIN iicharge_charge charge ON charge.id = charged.charge_id
      JOIN iicharge_session session ON session.id = charge.session_id
"""


def run():
    """Measure; every duration in milliseconds."""
    bare.register()
    site = Site.from_environment()
    server = OdooServer(site, "bench_folio", Path(site.filestore).parent / "bench.log")
    try:
        server.shell(_FLEET.format(folios=FOLIOS, chargers=max(PACED_STOPS, BURST_STOPS)))
        server.start()
        paced = asyncio.run(_measure(server, PACED_STOPS, 1 / STOPS_PER_S, hours_ago=4))
        burst = asyncio.run(_measure(server, BURST_STOPS, 0, hours_ago=2))
    finally:
        server.stop()
    return {
        "paced": {"stops_per_s": STOPS_PER_S, **paced},
        "burst": burst,
        "goals": {
            "paced_posted_median_under_ms": 200,
            "paced_posted_p99_under_ms": 500,
            "burst_answered_within_ms": 100,
            "burst_all_posted_within_ms": 10_000,
        },
    }


async def _measure(server, stops, pause_s, hours_ago):
    from iicharge_odoo.simulator import SimulatedCharger

    began = datetime.now(UTC) - timedelta(hours=hours_ago)
    chargers = [
        SimulatedCharger(server.ocpp_url, f"BENCH-{number}", validate=False)
        for number in range(stops)
    ]
    transactions = []
    for number, charger in enumerate(chargers):
        await charger.connect()
        await charger.boot()
        started = await charger.start(1, f"BENCH-{number % FOLIOS}", 1_000, at=began)
        assert started.id_tag_info["status"] == "Accepted", started
        transactions.append(started.transaction_id)
    await asyncio.to_thread(_wait_until_idle, server)

    watcher = asyncio.create_task(asyncio.to_thread(_watch, server, set(transactions)))
    sent, answered = {}, {}

    async def stop(charger, transaction_id):
        sent[transaction_id] = time.monotonic()
        await charger.stop(transaction_id, 11_000, at=began + timedelta(hours=1))
        answered[transaction_id] = time.monotonic()

    tasks = []
    for charger, transaction_id in zip(chargers, transactions, strict=True):
        tasks.append(asyncio.create_task(stop(charger, transaction_id)))
        if pause_s:
            await asyncio.sleep(pause_s)
    await asyncio.gather(*tasks)
    posted = await watcher
    for charger in chargers:
        await charger.close()
    return {
        "stops": stops,
        "answered": _summary([answered[t] - sent[t] for t in transactions]),
        "posted": _summary([posted[t] - sent[t] for t in transactions]),
    }


def _wait_until_idle(server):
    """Wait until the starts are applied, before the stops are timed."""
    while server.rows("SELECT 1 FROM iicharge_ocpp_message WHERE state = 'new' LIMIT 1"):
        time.sleep(0.1)


def _watch(server, waiting):
    """Return the time at which each transaction's line could first be read."""
    posted = {}
    deadline = time.monotonic() + GIVE_UP_S
    with closing(psycopg2.connect(server.dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            while waiting:
                cursor.execute(
                    _POSTED + " WHERE session.transaction_id::int = ANY(%s)", [list(waiting)]
                )
                now = time.monotonic()
                for (transaction_id,) in cursor.fetchall():
                    posted[transaction_id] = now
                    waiting.discard(transaction_id)
                if now > deadline:
                    raise TimeoutError(f"{len(waiting)} charges are not posted: {server.log}")
                time.sleep(POLL_S)
    return posted


def _summary(seconds):
    ordered = sorted(seconds)
    return {
        "median_ms": round(statistics.median(ordered) * 1000, 1),
        "p99_ms": round(ordered[int(len(ordered) * 0.99) - 1] * 1000, 1),
        "max_ms": round(ordered[-1] * 1000, 1),
    }
