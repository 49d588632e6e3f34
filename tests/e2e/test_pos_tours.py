# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Front desk works at the till, in a browser; the charger is a simulated one."""

import asyncio
from datetime import UTC, datetime, timedelta

from iicharge_odoo.simulator import SimulatedCharger
from tests.e2e.register import open_register, run_tour

IDENTITY, SECRET = "GARAGE-1", "demo-garage-1-secret-0001"
# Long enough for the cashier to be told that the car is to be plugged in.
WALK_TO_CAR_S = 2
METER_START, METER_STOP = 1_000, 11_000


class Visit:
    """One car at connector 1, from the remote start on."""

    def __init__(self, server):
        self.charger = SimulatedCharger(server.ocpp_url, IDENTITY, SECRET)
        self.starts = 0

    async def __aenter__(self):
        await self.charger.connect()
        await self.charger.boot()
        for connector in (1, 2):
            await self.charger.status(connector, "Available")
        return self

    async def __aexit__(self, *_exception):
        await self.charger.close()

    async def plug_in(self):
        """The car charges for what was an hour of another clock."""
        name, payload = await self.charger.next_command(60)
        assert name == "RemoteStartTransaction", name
        await asyncio.sleep(WALK_TO_CAR_S)
        await self.charger.status(1, "Preparing")
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        started = await self.charger.start(1, payload["id_tag"], METER_START, at=began)
        assert started.id_tag_info["status"] == "Accepted"
        await self.charger.status(1, "Charging")
        return started.transaction_id

    async def charge_until_stopped(self):
        number = await self.plug_in()
        name, payload = await self.charger.next_command(60)
        assert (name, payload["transaction_id"]) == ("RemoteStopTransaction", number)
        await self.charger.stop(number, METER_STOP, reason="Remote")
        await self.charger.status(1, "Available")


def run(server, name, play, prepare=None):
    """Run a tour while the charger does what `play(visit)` says."""

    async def act():
        async with Visit(server) as visit:
            with open_register(server) as browser:
                if prepare:
                    prepare(browser)
                await run_tour(browser, name, lambda: play(visit))

    asyncio.run(act())


def charge(visit):
    return visit.charge_until_stopped()


def test_room_guest_starts_and_it_lands_on_the_folio(server):
    run(server, "iicharge_room_guest", charge)
    [(room, billing, subtotal)] = server.wait_for(
        """SELECT session.room, session.billing, line.price_subtotal
             FROM iicharge_session session
             JOIN iicharge_charge charge ON charge.session_id = session.id
             JOIN iicharge_charge_line charged ON charged.charge_id = charge.id
             JOIN sale_order_line line ON line.iicharge_charge_line_id = charged.id"""
    )
    assert (room, billing, str(subtotal)) == ("102", "posted", "4.50")


def test_walk_in_starts_and_pays_by_card(server):
    run(server, "iicharge_walk_in", charge)
    [(billing, total, paid, state)] = server.wait_for(
        """SELECT session.billing, pos_order.amount_total, pos_order.amount_paid, pos_order.state
             FROM iicharge_session session
             JOIN iicharge_charge charge ON charge.session_id = session.id
             JOIN iicharge_charge_line charged ON charged.charge_id = charge.id
             JOIN sale_order_line line ON line.iicharge_charge_line_id = charged.id
             JOIN pos_order_line sold ON sold.sale_order_line_id = line.id
             JOIN pos_order ON pos_order.id = sold.order_id
            WHERE pos_order.state = 'paid'"""
    )
    assert (billing, str(total), str(paid), state) == ("paid", "5.18", "5.18", "paid")


def test_answer_to_the_start_lost_tells_the_charger_once(server):
    run(
        server,
        "iicharge_answer_lost",
        lambda visit: visit.plug_in(),
        prepare=lambda browser: browser.lose_answer("*iicharge_start*"),
    )
    commands = server.rows("SELECT action, state FROM iicharge_command")
    assert commands == [("RemoteStartTransaction", "answered")]
    assert server.rows("SELECT room FROM iicharge_session") == [("102",)]
