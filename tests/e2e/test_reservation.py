# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Front desk reserves for a room and it is not used: the fee is on the bill, once
(docs/room-charges.md rule 14)."""

import asyncio
from datetime import UTC, datetime, timedelta

from iicharge_odoo.simulator import SimulatedCharger

from .test_front_desk import choose_room

IDENTITY, SECRET = "GARAGE-2", "demo-garage-2-secret-0001"
KEPT_S = 8
FEES = """
    SELECT line.price_subtotal, line.name FROM sale_order_line line
      JOIN iicharge_charge_line charged ON charged.id = line.iicharge_charge_line_id
      JOIN iicharge_charge charge ON charge.id = charged.charge_id
      JOIN iicharge_session session ON session.id = charge.session_id
     WHERE session.no_show AND session.room = %s
"""


def find_connector(server):
    """Price a reservation that is not used; gives the id of the connector to reserve."""
    admin = server.log_in("admin")
    domain = [["charger_id.identity", "=", IDENTITY], ["number", "=", 1]]
    [connector] = admin.call("iicharge.connector", "search_read", domain, ["applied_tariff_id"])
    admin.call(
        "iicharge.tariff",
        "write",
        [connector["applied_tariff_id"][0]],
        {
            "component_ids": [
                (0, 0, {"dimension": "FLAT", "price": 4, "reservation": "RESERVATION_EXPIRES"})
            ]
        },
    )
    return connector["id"]


def reserve(server, connector_id, room):
    front_desk = server.log_in("frontdesk")
    until = datetime.now(UTC) + timedelta(seconds=KEPT_S)
    dialog = choose_room(
        front_desk, connector_id, room, "iicharge.reserve", expires_at=f"{until:%Y-%m-%d %H:%M:%S}"
    )
    front_desk.call("iicharge.reserve", "action_reserve", dialog)


def test_no_show_posts_the_fee_once_although_the_server_dies(server):
    connector_id = find_connector(server)
    asyncio.run(charger_accepts(server, connector_id))
    server.kill()
    server.start()
    [(subtotal, text)] = server.wait_for(FEES, "102", timeout_s=60)
    assert str(subtotal) == "4.00"
    assert text.startswith("Reserved and not used: charger Garage 2")
    server.wait_for("SELECT 1 FROM iicharge_session WHERE no_show AND billing = 'posted'")
    assert server.rows("SELECT state FROM iicharge_reservation") == [("expired",)]
    assert len(server.rows(FEES, "102")) == 1


async def charger_accepts(server, connector_id):
    async with SimulatedCharger(server.ocpp_url, IDENTITY, SECRET) as charger:
        await charger.boot()
        await charger.status(1, "Available")
        reserving = asyncio.create_task(asyncio.to_thread(reserve, server, connector_id, "102"))
        action, payload = await charger.next_command(20)
        await reserving
        assert (action, payload["connector_id"]) == ("ReserveNow", 1)
        await asyncio.to_thread(
            server.wait_for, "SELECT 1 FROM iicharge_reservation WHERE state = 'active'"
        )
