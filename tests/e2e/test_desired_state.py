# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charger that does not stop is requested again until it does, and people learn of it."""

import asyncio
from datetime import UTC, datetime, timedelta

from iicharge_odoo.simulator import SimulatedCharger

from .visit import record_earlier_contact

IDENTITY, SECRET = "GARAGE-1", "demo-garage-1-secret-0001"
SESSION = "SELECT id FROM iicharge_session WHERE id_tag = 'ROOM101'"
# The pauses are shortened by the clock of the record, which the test moves.
HURRY = """
    UPDATE iicharge_desired_state SET next_try_at = now() AT TIME ZONE 'UTC'
     WHERE state = 'open'
       AND command_id IN (SELECT id FROM iicharge_command WHERE state = 'answered')
    RETURNING id
"""
TRIED = "SELECT attempts FROM iicharge_desired_state WHERE attempts >= %s"
NOTIFIED = "SELECT id FROM iicharge_desired_state WHERE notified_at IS NOT NULL"
STATE = "SELECT state FROM iicharge_desired_state WHERE state = 'met'"
TRIES = 4


async def next_stop(server, charger, tries):
    action, payload = await charger.next_command(30)
    assert action == "RemoteStopTransaction", action
    server.wait_for(TRIED, tries)
    return payload["transaction_id"]


async def refuse_then_go_away_then_stop(server):
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    charger = SimulatedCharger(server.ocpp_url, IDENTITY, SECRET)
    await charger.connect()
    await charger.boot()
    started = await charger.start(1, "ROOM101", 1_000, at=began)
    number = started.transaction_id
    [(session,)] = await asyncio.to_thread(server.wait_for, SESSION)
    front_desk = server.log_in("frontdesk")
    charger.answers["RemoteStopTransaction"] = {"status": "Rejected"}
    await asyncio.to_thread(front_desk.call, "iicharge.session", "action_remote_stop", [session])
    for tries in range(1, TRIES):
        assert await next_stop(server, charger, tries) == number
        await asyncio.to_thread(server.wait_for, HURRY)
    assert await next_stop(server, charger, TRIES) == number
    await asyncio.to_thread(server.wait_for, NOTIFIED)
    [row] = front_desk.call("iicharge.session", "read", [session], ["trouble_text"])
    assert "does not do what it must" in row["trouble_text"]
    # away, and back: it accepts now, and stops
    charger.abort()
    charger.answers["RemoteStopTransaction"] = {"status": "Accepted"}
    await charger.connect()
    await charger.boot()
    await asyncio.to_thread(server.wait_for, HURRY)
    assert await next_stop(server, charger, TRIES + 1) == number
    await charger.stop(number, 6_000, reason="Remote")
    await asyncio.to_thread(server.wait_for, STATE)
    [row] = front_desk.call("iicharge.session", "read", [session], ["trouble_text"])
    assert not row["trouble_text"]
    await charger.close()


def test_charger_that_refuses_to_stop_is_requested_until_it_does(server):
    record_earlier_contact(server, IDENTITY)
    asyncio.run(refuse_then_go_away_then_stop(server))
