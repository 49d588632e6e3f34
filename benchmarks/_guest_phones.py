# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Phones that watch charging sessions: each asks for the figures when the page would."""

import asyncio
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks._fleet_site import cpu_s

# Runs in Odoo's shell: cars that charge at chargers of their own, and the guest's page of each.
CARS = """
from datetime import timedelta
from odoo import fields
site = env.ref("iicharge_odoo.demo_site")
tariff = site.tariff_id
now = fields.Datetime.now()
chargers = env["iicharge.charger"].create([
    {{"name": f"Watched {{number}}", "identity": f"WATCHED-{{number}}", "site_id": site.id}}
    for number in range({count})
])
connectors = env["iicharge.connector"].create([
    {{"charger_id": charger.id, "number": 1, "standard": "type2", "status": "charging"}}
    for charger in chargers
])
sessions = env["iicharge.session"].create([
    {{
        "name": f"WATCHED/{{connector.id}}",
        "charger_id": connector.charger_id.id,
        "connector_id": connector.id,
        "company_id": site.company_id.id,
        "transaction_id": str(connector.id),
        "started_at": now - timedelta(minutes=50),
        "meter_start_wh": 1000,
        "energy_wh": 180 * 49,
        "power_w": 10800,
        "last_value_at": now - timedelta(minutes=1),
        **env["iicharge.session"]._prepare_tariff_values(tariff, site),
    }}
    for connector in connectors
])
env["iicharge.meter.value"].create([
    {{
        "session_id": session.id,
        "at": session.started_at + timedelta(minutes=minutes),
        "energy_wh": 1000 + 180 * minutes,
        "power_w": 10800,
        "has_power": True,
    }}
    for session in sessions for minutes in range(1, 50)
])
env["iicharge.guest.visit"].create([
    {{
        "key": f"watched-{{session.id}}",
        "request_key": f"watched-{{session.id}}",
        "connector_id": session.connector_id.id,
        "payer": "nobody",
        "session_id": session.id,
        **env["iicharge.session"]._prepare_tariff_values(tariff, site),
    }}
    for session in sessions
])
env.cr.commit()
"""

# A car reports so often; a part of the cars each second.
READING_S = 30
_READ = """
WITH charging AS (
    UPDATE iicharge_session
       SET energy_wh = energy_wh + 90, last_value_at = now() AT TIME ZONE 'UTC',
           write_date = now() AT TIME ZONE 'UTC'
     WHERE name LIKE 'WATCHED/%%' AND id %% %s = %s
 RETURNING id, energy_wh, last_value_at)
INSERT INTO iicharge_meter_value (session_id, at, energy_wh, register_wh, has_register, power_w,
                                  has_power, has_transaction_id)
SELECT id, last_value_at, energy_wh, 1000 + energy_wh, true, 10800, true, true FROM charging
RETURNING 1
"""


@contextmanager
def readings(server):
    """Let the cars report, as the processor would write it down."""
    over = threading.Event()

    def report():
        second = 0
        while not over.wait(1):
            server.rows(_READ, READING_S, second % READING_S)
            second += 1

    thread = threading.Thread(target=report)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@dataclass
class Watch:
    """What phones have seen."""

    polls: int = 0
    failed: int = 0
    waits_ms: list[float] = field(default_factory=list)


def watch(server, process, keys, interval_s, duration_s):
    """Let phones poll, spread over the interval, each on a connection of its own.

    :param process: of Odoo, with its `pid`
    :param interval_s: between two polls, where the answer does not say
    :return: (`Watch`, seconds that it took, CPU seconds of Odoo)
    """
    return asyncio.run(_watch(server, process, keys, interval_s, duration_s))


async def _watch(server, process, keys, interval_s, duration_s):
    seen = Watch()
    before, began = cpu_s(process), time.monotonic()
    phones = [
        _poll(server.http_port, key, began + number * interval_s / len(keys), seen, interval_s)
        for number, key in enumerate(keys)
    ]
    tasks = [asyncio.create_task(phone) for phone in phones]
    await asyncio.sleep(duration_s)
    took, used = time.monotonic() - began, cpu_s(process) - before
    for task in tasks:
        task.cancel()
    failed = await asyncio.gather(*tasks, return_exceptions=True)
    for error in failed:
        if isinstance(error, Exception):
            raise error
    return seen, took, used


async def _poll(port, key, at, seen, interval_s):
    request = (
        f"GET /charge/my/{key}/figures HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Accept-Language: en\r\nConnection: keep-alive\r\n\r\n"
    ).encode()
    while True:
        await asyncio.sleep(max(0, at - time.monotonic()))
        began = time.monotonic()
        # Odoo's own server closes the connection after each answer; a proxy in front keeps it
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        seen.waits_ms.append((time.monotonic() - began) * 1000)
        seen.polls += 1
        is_good = answer.startswith(b"HTTP/1.1 200")
        seen.failed += not is_good
        live = json.loads(answer.partition(b"\r\n\r\n")[2]) if is_good else {}
        at += max(interval_s, live.get("next_s", 0))
