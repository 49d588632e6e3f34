# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charge is on the bill once, also where several post it or posting is cut off."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from devkit.odoo_server import OdooServer
from devkit.testing import Site
from iicharge_odoo.simulator import SimulatedCharger
from tests.soak import run_inside

from .test_kill import POSTED

CHARGERS = {
    "GARAGE-1": "demo-garage-1-secret-0001",
    "GARAGE-2": "demo-garage-2-secret-0001",
    "GARAGE-3": "demo-garage-3-secret-0001",
    "GARAGE-4": "demo-garage-4-secret-0001",
}
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


@pytest.fixture(scope="module")
def posted(tmp_path_factory):
    """Run `tests.soak.exactly_once`, which asserts on the way; yield its result."""
    site = Site.from_environment()
    server = OdooServer(site, "e2e_exactly_once", tmp_path_factory.mktemp("posters") / "odoo.log")
    yield run_inside(server, "exactly_once", dsn=server.dsn)
    site.drop_database("e2e_exactly_once")


def test_poster_killed_before_any_statement_posts_all_or_nothing(posted):
    assert posted["charge"]["killed"] > 10
    assert posted["charge"]["killed_after_commit"] >= 1


def test_credit_killed_before_any_statement_is_made_whole_or_not_at_all(posted):
    assert posted["credit"]["killed"] > 20
    assert posted["credit"]["killed_after_commit"] >= 1


def test_two_posters_of_one_charge_post_it_once(posted):
    assert posted["same_charge"]["rounds"] >= 10


def test_two_posters_on_one_bill_conflict_and_post_both(posted):
    assert posted["same_folio"]["failures"] >= 1, "they never met: this proves nothing"


def test_server_killed_in_a_burst_of_stops_posts_each_once(server):
    transactions = asyncio.run(stop_all_and_kill(server))
    server.start()
    asyncio.run(send_again(server, transactions))
    deadline = time.monotonic() + 30
    while True:
        posted = {number: server.rows(POSTED, number) for _, _, number in transactions}
        if all(posted.values()) or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert {number: [str(price) for (price,) in rows] for number, rows in posted.items()} == {
        number: ["4.50"] for _, _, number in transactions
    }
    [(sessions, charges)] = server.rows(
        "SELECT (SELECT count(*) FROM iicharge_session), (SELECT count(*) FROM iicharge_charge)"
    )
    assert sessions == charges == len(transactions)


async def stop_all_and_kill(server):
    """Stop all sessions, and kill the server as soon as the first stop is on a bill."""
    chargers, transactions = await start_all(server)
    await asyncio.to_thread(
        server.wait_for,
        "SELECT 1 FROM iicharge_session HAVING count(*) = %s",
        len(transactions),
    )
    stops = [
        asyncio.create_task(chargers[identity].stop(number, 11_000, at=BEGAN + timedelta(hours=1)))
        for identity, _, number in transactions
    ]
    await asyncio.to_thread(
        server.wait_for, "SELECT 1 FROM sale_order_line WHERE iicharge_charge_line_id > 0"
    )
    server.kill()
    for stop in stops:
        stop.cancel()
    await asyncio.gather(*stops, return_exceptions=True)
    for charger in chargers.values():
        charger.abort()
    return transactions


async def start_all(server):
    chargers, transactions = {}, []
    for number, (identity, secret) in enumerate(CHARGERS.items()):
        charger = SimulatedCharger(server.ocpp_url, identity, secret, response_timeout_s=10)
        chargers[identity] = charger
        await charger.connect()
        await charger.boot()
        for connector in (1, 2):
            room = f"ROOM10{number % 2 + 1}"
            started = await charger.start(connector, room, 1_000, at=BEGAN)
            assert started.id_tag_info["status"] == "Accepted"
            transactions.append((identity, connector, started.transaction_id))
    return chargers, transactions


async def send_again(server, transactions):
    """Send all stops again: the chargers do not know which were applied."""
    for identity, secret in CHARGERS.items():
        charger = SimulatedCharger(server.ocpp_url, identity, secret, response_timeout_s=10)
        await charger.connect()
        await charger.boot()
        for own, _, number in transactions:
            if own == identity:
                await charger.stop(number, 11_000, at=BEGAN + timedelta(hours=1))
        await charger.close()
