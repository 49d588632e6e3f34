# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A card charges up to the stay's credit limit: the charger is asked to stop, once."""

import asyncio
from datetime import UTC, datetime, timedelta

from iicharge_odoo.simulator import SimulatedCharger

IDENTITY, SECRET = "GARAGE-1", "demo-garage-1-secret-0001"
LEFT = 12.0  # above the 10.35 of a typical charging
STOP_WAIT_S = 40


def set_limit(server):
    """Set the credit limit of room 101 to its bill and LEFT."""
    admin = server.log_in("admin")
    sites = admin.call("iicharge.site", "search", [])
    admin.call("iicharge.site", "write", sites, {"stop_at_credit_limit": True})
    [token] = admin.call("iicharge.token", "search_read", [["uid", "=", "ROOM101"]], ["folio_id"])
    folio_id = token["folio_id"][0]
    [folio] = admin.call("sale.order", "read", [folio_id], ["amount_total"])
    limit = folio["amount_total"] + LEFT
    admin.call("sale.order", "write", [folio_id], {"iicharge_credit_limit": limit})


def test_charging_at_the_limit_is_stopped_and_billed(server):
    set_limit(server)
    asyncio.run(charge_to_the_limit(server))
    [(reason, billing, stopped)] = server.wait_for(
        """SELECT stop_reason, billing, limit_stop_at IS NOT NULL FROM iicharge_session
            WHERE id_tag = 'ROOM101' AND billing = 'posted'"""
    )
    assert (reason, billing, stopped) == ("Remote", "posted", True)
    commands = server.rows(
        "SELECT state FROM iicharge_command WHERE action = 'RemoteStopTransaction'"
    )
    assert commands == [("answered",)]


async def charge_to_the_limit(server):
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    async with SimulatedCharger(server.ocpp_url, IDENTITY, SECRET) as charger:
        await charger.boot()
        started = await charger.start(1, "ROOM101", 0, at=began)
        assert started.id_tag_info["status"] == "Accepted"
        number = started.transaction_id
        later = began + timedelta(minutes=105)
        await charger.meter(1, 25_000, transaction_id=number, at=later)
        action, payload = await charger.next_command(STOP_WAIT_S)
        assert (action, payload["transaction_id"]) == ("RemoteStopTransaction", number)
        # the bill is at its limit, and takes no other car
        other = await charger.authorize("ROOM101")
        assert other.id_tag_info["status"] == "Blocked"
        await charger.stop(number, 25_500, at=later + timedelta(minutes=2), reason="Remote")
