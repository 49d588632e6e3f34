# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Trouble at the register: no network, a charger that does not answer, one with a fault."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.e2e.register import offline, open_register, play
from tests.e2e.visit import VISITOR, Visit

COMMANDS = """
    SELECT command.action, command.state FROM iicharge_command command
      JOIN iicharge_charger charger ON charger.id = command.charger_id
     WHERE charger.identity = %s AND command.request IN ('start', 'stop')
     ORDER BY command.id
"""
PAID = """
    SELECT session.billing, pos_order.amount_total, pos_order.amount_paid
      FROM iicharge_session session
      JOIN iicharge_charger charger ON charger.id = session.charger_id
      JOIN iicharge_charge charge ON charge.session_id = session.id
      JOIN iicharge_charge_line charged ON charged.charge_id = charge.id
      JOIN pos_order_line line ON line.iicharge_charge_line_id = charged.id
      JOIN pos_order ON pos_order.id = line.order_id
     WHERE charger.identity = %s AND pos_order.state = 'paid'
"""
TRIED = """
    SELECT step.action, command.state, attempt.outcome FROM iicharge_attempt attempt
      JOIN iicharge_guide_step step ON step.id = attempt.step_id
      JOIN iicharge_command command ON command.id = attempt.command_id
      JOIN iicharge_charger charger ON charger.id = command.charger_id
     WHERE charger.identity = %s
"""
NOTED = """
    SELECT 1 FROM mail_message WHERE model = 'maintenance.request' AND body LIKE %s
"""
REQUESTS = """
    SELECT request.description FROM maintenance_request request
      JOIN iicharge_charger charger ON charger.equipment_id = request.equipment_id
     WHERE charger.identity = %s
"""

ENDED = """
    SELECT state, billing, energy_wh FROM iicharge_session
     WHERE transaction_id = %s::text AND state = 'stopped'
"""


async def play_while(browser, name, work):
    """Run a tour while the charger plays its part, and wait for both."""
    working = asyncio.create_task(work)
    try:
        await asyncio.to_thread(play, browser, name)
        return await working
    finally:
        working.cancel()


def test_network_gone_at_start_stop_and_payment_is_shown_and_loses_nothing(pos_server):
    async def act(browser):
        async with Visit(pos_server, "GARAGE-1") as car:
            charging = asyncio.create_task(car.charge())
            await asyncio.to_thread(cut_at_each_step, browser)
            await charging

    with open_register(pos_server) as browser:
        asyncio.run(act(browser))
    assert pos_server.rows(COMMANDS, "GARAGE-1") == [
        ("RemoteStartTransaction", "answered"),
        ("RemoteStopTransaction", "answered"),
    ]
    paid = [
        (billing, str(total), str(got)) for billing, total, got in pos_server.rows(PAID, "GARAGE-1")
    ]
    assert paid == [("paid", "5.18", "5.18")]


def cut_at_each_step(browser):
    play(browser, "iicharge_offline_1")
    for without in (2, 4, 6):
        with offline(browser):
            play(browser, f"iicharge_offline_{without}")
        play(browser, f"iicharge_offline_{without + 1}")


def test_charger_that_never_answers_is_reported_and_starts_once_it_is_back(pos_server):
    async def act(browser):
        async with Visit(pos_server, "GARAGE-2") as car:
            car.charger.fall_silent()
            await asyncio.to_thread(play, browser, "iicharge_silent_1")
            await car.come_back()
            await play_while(browser, "iicharge_silent_2", car.charge())
            await asyncio.to_thread(play, browser, "iicharge_silent_3")

    with open_register(pos_server) as browser:
        asyncio.run(act(browser))
    assert pos_server.rows(COMMANDS, "GARAGE-2") == [
        ("RemoteStartTransaction", "timeout"),
        ("RemoteStartTransaction", "answered"),
        ("RemoteStopTransaction", "answered"),
    ]


def test_restart_from_the_guide_brings_a_faulted_charger_back(pos_server):
    async def act(browser):
        async with Visit(pos_server, "GARAGE-3") as car:
            await car.charger.status(1, "Faulted", "InternalError")
            name, payload = await play_while(
                browser, "iicharge_fault_1", car.charger.next_command()
            )
            assert (name, payload) == ("Reset", {"type": "Soft"})
            await car.come_back()
            await asyncio.to_thread(play, browser, "iicharge_fault_2")

    with open_register(pos_server) as browser:
        asyncio.run(act(browser))
    assert pos_server.rows(TRIED, "GARAGE-3") == [("reset", "answered", "asked")]
    [(report,)] = pos_server.rows(REQUESTS, "GARAGE-3")
    for part in ("Restart the charger", "accepted and restarts", "InternalError"):
        assert part in report
    assert pos_server.rows(NOTED, "%Smells burnt%")


def bill_without_stop(server, minutes):
    admin = server.log_in("admin")
    sites = admin.call("iicharge.site", "search", [])
    values = {"bill_without_stop": True, "wait_for_stop_min": minutes}
    admin.call("iicharge.site", "write", sites, values)


async def lose_power(car):
    """Charge 2 kWh, lose power in the middle, and come back without a stop."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    started = await car.charger.start(1, VISITOR, 1_000, at=began)
    number = started.transaction_id
    await car.charger.status(1, "Charging", at=began)
    half_an_hour_later = began + timedelta(minutes=30)
    await car.charger.meter(1, 3_000, transaction_id=number, at=half_an_hour_later)
    car.charger.abort()
    car.charger.answers["RemoteStopTransaction"] = {"status": "Rejected"}
    await car.come_back()
    return number


def test_power_cut_session_is_ended_at_the_register(pos_server):
    async def act(browser):
        async with Visit(pos_server, "GARAGE-1") as car:
            number = await lose_power(car)
            await asyncio.to_thread(play, browser, "iicharge_power_cut_1")
            # the stop that comes after all is taken, and changes no sum
            await car.charger.stop(number, 3_010)
            return number

    bill_without_stop(pos_server, 60)
    with open_register(pos_server) as browser:
        number = asyncio.run(act(browser))
    [(_state, billing, energy_wh)] = pos_server.wait_for(ENDED, number)
    assert (billing, int(energy_wh)) == ("rated", 2_000)


def test_power_cut_session_ends_by_itself(pos_server):
    async def act():
        async with Visit(pos_server, "GARAGE-2") as car:
            number = await lose_power(car)
            return number, await asyncio.to_thread(pos_server.wait_for, ENDED, number)

    bill_without_stop(pos_server, 0)
    _number, [(_state, billing, energy_wh)] = asyncio.run(act())
    assert (billing, int(energy_wh)) == ("rated", 2_000)
