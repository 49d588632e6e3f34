# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Front desk starts and stops a charger for a room, with its own rights only."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from iicharge_odoo.simulator import SimulatedCharger

from .visit import record_earlier_contact

IDENTITY, SECRET = "GARAGE-2", "demo-garage-2-secret-0001"
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def choose_room(front_desk, connector_id, text, dialog="iicharge.start", **values):
    """Fill in the start dialog, or one that finds the stay alike, as the web client does; gives
    its id."""
    [stay] = front_desk.call("iicharge.connector", "find_payers", [connector_id], text)["stays"]
    chosen = {"connector_id": connector_id, "folio_id": stay["id"], **values}
    return front_desk.call(dialog, "create", [chosen])


def wait_until_answered(front_desk, action):
    """Return the command of a button, once the charger has answered it."""
    deadline = time.monotonic() + 10
    while True:
        [command] = front_desk.call(
            "iicharge.command", "read", [action["res_id"]], ["state", "outcome", "action"]
        )
        if command["state"] not in ("queued", "sent") or time.monotonic() > deadline:
            return command
        time.sleep(0.05)


def test_front_desk_starts_for_a_room_and_stops(server):
    asyncio.run(start_and_stop(server))
    [(order, subtotal)] = server.wait_for(
        """SELECT charge.folio_id, line.price_subtotal FROM iicharge_charge charge
             JOIN iicharge_charge_line charged ON charged.charge_id = charge.id
             JOIN sale_order_line line ON line.iicharge_charge_line_id = charged.id"""
    )
    assert str(subtotal) == "4.50"
    sessions = server.rows(
        "SELECT room, billing FROM iicharge_session WHERE folio_id = %s ORDER BY id", order
    )
    assert sessions == [("102", "posted"), ("102", "free")]


async def start_and_stop(server):
    record_earlier_contact(server, IDENTITY)
    charger = SimulatedCharger(server.ocpp_url, IDENTITY, SECRET)
    await charger.connect()
    await charger.boot()
    await charger.status(1, "Preparing")
    front_desk = await asyncio.to_thread(server.log_in, "frontdesk")

    domain = [["charger_id.identity", "=", IDENTITY], ["number", "=", 1]]
    [connector_id] = await asyncio.to_thread(
        front_desk.call, "iicharge.connector", "search", domain
    )
    dialog = await asyncio.to_thread(choose_room, front_desk, connector_id, "102")
    started = await asyncio.to_thread(front_desk.call, "iicharge.start", "action_start", dialog)
    name, payload = await charger.next_command()
    assert name == "RemoteStartTransaction"
    command = await asyncio.to_thread(wait_until_answered, front_desk, started)
    assert (command["state"], command["outcome"]) == ("answered", "Accepted")

    tag = payload["id_tag"]
    authorized = await charger.authorize(tag)
    assert authorized.id_tag_info["status"] == "Accepted"
    transaction = await charger.start(1, tag, 1_000, at=BEGAN)
    assert transaction.id_tag_info["status"] == "Accepted"
    # the guest's neighbour does not charge on the same start
    other = await charger.start(2, tag, 1_000, at=BEGAN)
    # by whether the first start is in Odoo's records already
    assert other.id_tag_info["status"] in ("Blocked", "ConcurrentTx")
    await charger.stop(other.transaction_id, 1_000)
    await asyncio.to_thread(
        server.wait_for, "SELECT 1 FROM iicharge_session WHERE room = '102' AND state = 'charging'"
    )

    stopped = await asyncio.to_thread(
        front_desk.call, "iicharge.connector", "action_stop", [connector_id]
    )
    name, payload = await charger.next_command()
    assert (name, payload["transaction_id"]) == (
        "RemoteStopTransaction",
        transaction.transaction_id,
    )
    command = await asyncio.to_thread(wait_until_answered, front_desk, stopped)
    assert command["outcome"] == "Accepted"
    await charger.stop(transaction.transaction_id, 11_000, reason="Remote")
    await charger.close()
