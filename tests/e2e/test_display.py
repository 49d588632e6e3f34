# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Chargers that show prices and costs on their own display, and those that do not."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

from iicharge_odoo.simulator import SimulatedCharger

from .visit import record_earlier_contact

IDENTITY, SECRET = "GARAGE-1", "demo-garage-1-secret-0001"
OTHER, OTHER_SECRET = "GARAGE-2", "demo-garage-2-secret-0001"
SHOWS = {"CustomDisplayCostAndPrice": "true", "NumberOfDecimalsForCostValues": "2"}
STATE = "SELECT id FROM iicharge_charger WHERE identity = %s AND display_state = %s"
SESSION = "SELECT id FROM iicharge_session WHERE id_tag = %s"
RATED = "SELECT amount_total FROM iicharge_session WHERE id_tag = %s AND amount_total > 0"
# A message that is not answered holds up the next command for 3 s, and calls are a second apart
# after a start.
HELD_UP_S = 6


async def connect(server, identity, secret, **settings):
    charger = SimulatedCharger(server.ocpp_url, identity, secret)
    charger.settings = settings
    await charger.connect()
    await charger.boot()
    return charger


async def wait_for(server, sql, *values):
    return await asyncio.to_thread(server.wait_for, sql, *values)


async def next_shown(charger, message, is_it=lambda content: True):
    """Return the next content of a kind that the display is sent."""
    while True:
        action, payload = await charger.next_command(60)
        if action == "DataTransfer" and payload["message_id"] == message:
            content = json.loads(payload["data"])
            if is_it(content):
                return content


async def show_price_cost_and_sum(server):
    charger = await connect(server, IDENTITY, SECRET, **SHOWS)
    await wait_for(server, STATE, IDENTITY, "on")
    await charger.authorize("ROOM101")
    price = await next_shown(charger, "SetUserPrice")
    assert price["idToken"] == "ROOM101" and "per kWh" in price["priceText"]
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
    started = await charger.start(1, "ROOM101", 1_000, at=began)
    number = started.transaction_id
    await charger.meter(1, 6_000, transaction_id=number, power_w=11_000)
    [(session,)] = await wait_for(server, SESSION, "ROOM101")
    cost = await next_shown(charger, "RunningCost", lambda content: content["cost"])
    front_desk = server.log_in("frontdesk")
    [row] = await asyncio.to_thread(
        front_desk.call, "iicharge.session", "read", [session], ["running_amount"]
    )
    assert (cost["transactionId"], cost["meterValue"]) == (number, 6_000)
    assert cost["cost"] == row["running_amount"]
    await charger.stop(number, 7_000)
    [(total,)] = await wait_for(server, RATED, "ROOM101")
    final = await next_shown(charger, "FinalCost")
    assert final["cost"] == float(total) and f"{final['cost']:.2f}" in final["priceText"]
    await charger.close()


def test_display_shows_the_price_the_cost_so_far_and_the_sum_that_is_billed(server):
    record_earlier_contact(server, IDENTITY)
    asyncio.run(show_price_cost_and_sum(server))


async def charge_beside_a_silent_display(server):
    plain = await connect(server, OTHER, OTHER_SECRET)
    silent = await connect(server, IDENTITY, SECRET, **SHOWS)
    silent.ignored.add("DataTransfer")
    await wait_for(server, STATE, IDENTITY, "on")
    await wait_for(server, STATE, OTHER, "none")
    sessions = []
    for charger, tag in ((silent, "ROOM101"), (plain, "ROOM102")):
        await charger.authorize(tag)
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
        started = await charger.start(1, tag, 1_000, at=began)
        await charger.meter(1, 1_500, transaction_id=started.transaction_id, power_w=11_000)
        [(session,)] = await wait_for(server, SESSION, tag)
        sessions.append((session, started.transaction_id))
    front_desk = server.log_in("frontdesk")
    for (session, number), charger in zip(sessions, (silent, plain), strict=True):
        asked_at = time.monotonic()
        await asyncio.to_thread(
            front_desk.call, "iicharge.session", "action_remote_stop", [session]
        )
        while (await charger.next_command(HELD_UP_S))[0] != "RemoteStopTransaction":
            pass
        assert time.monotonic() - asked_at < HELD_UP_S
        await charger.stop(number, 2_000)
        await wait_for(server, RATED, "ROOM101" if charger is silent else "ROOM102")
    await wait_for(server, STATE, IDENTITY, "silent")
    assert plain.commands.empty()
    await asyncio.gather(silent.close(), plain.close())


def test_display_that_never_answers_holds_up_no_stop_and_one_without_is_sent_nothing(server):
    for identity in (IDENTITY, OTHER):
        record_earlier_contact(server, identity)
    asyncio.run(charge_beside_a_silent_display(server))


async def refuse_the_vendor(server):
    charger = await connect(server, IDENTITY, SECRET, **SHOWS)
    charger.answers["DataTransfer"] = {"status": "UnknownVendorId"}
    await wait_for(server, STATE, IDENTITY, "on")
    await charger.authorize("ROOM101")
    await next_shown(charger, "SetUserPrice")
    await wait_for(server, STATE, IDENTITY, "refused")
    await charger.authorize("ROOM101")
    await asyncio.sleep(3)
    while not charger.commands.empty():
        assert (await charger.next_command())[0] != "DataTransfer"
    charger.answers["DataTransfer"] = {"status": "Accepted"}
    await charger.boot()
    await wait_for(server, STATE, IDENTITY, "on")
    await charger.authorize("ROOM101")
    await next_shown(charger, "SetUserPrice")
    await charger.close()


def test_display_that_knows_no_such_messages_is_asked_again_after_its_next_boot(server):
    asyncio.run(refuse_the_vendor(server))
