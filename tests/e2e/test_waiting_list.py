# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest who waits: from the list over the kept connector to the charging, with a real gateway."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from devkit.browser import Browser

from .test_guest_page import CHARGER, ROOM, Guest
from .visit import METER_START, METER_STOP, VISITOR, Visit

PLACES = "SELECT state, mails_sent FROM iicharge_waiting"
KEPT = "SELECT 1 FROM iicharge_waiting WHERE state = 'offered'"


@pytest.fixture
def phone(server):
    with Browser(360, 640) as browser:
        yield Guest(server, browser)


class Neighbour:
    """Another car at the guest's charger, then the charger that the guest starts.

    :ivar claimed: (ReserveNow, RemoteStartTransaction): the payloads of the commands
    """

    def __init__(self, server):
        self.server = server
        self.is_there, self.leaves = threading.Event(), threading.Event()
        self.claimed = None
        self.thread = threading.Thread(target=asyncio.run, args=[self.visit()])
        self.thread.start()
        assert self.is_there.wait(60)

    async def visit(self):
        async with Visit(self.server, CHARGER) as car:
            charger = car.charger
            began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
            started = await charger.start(1, VISITOR, METER_START, at=began)
            await charger.status(1, "Charging")
            await charger.status(2, "Unavailable")
            query = "SELECT 1 FROM iicharge_connector WHERE status = 'unavailable'"
            await asyncio.to_thread(self.server.wait_for, query)
            self.is_there.set()
            await asyncio.to_thread(self.leaves.wait, 120)
            await charger.stop(started.transaction_id, METER_STOP, reason="EVDisconnected")
            await charger.status(1, "Available")
            await self.be_claimed(charger)

    async def be_claimed(self, charger):
        name, reserved = await charger.next_command(60)
        assert name == "ReserveNow", name
        await charger.status(1, "Reserved")
        name, asked = await charger.next_command(60)
        assert name == "RemoteStartTransaction", name
        self.claimed = reserved, asked
        await charger.status(1, "Preparing")
        await charger.start(
            1, asked["id_tag"], METER_STOP, reservation_id=reserved["reservation_id"]
        )
        await charger.status(1, "Charging")
        query = "SELECT 1 FROM iicharge_waiting WHERE state = 'claimed'"
        await asyncio.to_thread(self.server.wait_for, query)


def test_guest_waits_is_offered_the_connector_and_charges(server, phone):
    car = Neighbour(server)
    phone.browser.open(f"{server.url}/charge/{phone.code}")
    phone.see("No plug is free for your car.")
    phone.press("Put me on the list")
    phone.see("You would be number 1")
    phone.fill(email="ada@example.com")
    phone.click("summary:has-text('I stay in the house')")
    phone.fill(room=ROOM, name=phone.name)
    phone.press("Put me on the list")
    phone.see("You are on the list")
    phone.see("We write to a…@example.com")
    link = phone.browser.evaluate("location.href")
    car.leaves.set()
    server.wait_for(KEPT)
    # the page goes on without a reload by hand
    phone.see("It is your turn")
    with Browser(360, 640) as other:
        stranger = Guest(server, other)
        other.open(f"{server.url}/charge/{phone.code}")
        stranger.see("kept for another guest until")
    phone.press("I am here, see the price")
    phone.see("Kept for you")
    phone.start()
    phone.see("Speed now")
    car.thread.join(60)
    reserved, asked = car.claimed
    assert reserved["id_tag"] == asked["id_tag"]
    assert server.rows(PLACES) == [("claimed", 1)]
    mails = server.rows("SELECT count(*) FROM mail_mail WHERE email_to = 'ada@example.com'")
    assert mails == [(1,)]
    assert server.rows("SELECT state FROM iicharge_reservation") == [("used",)]
    [(room,)] = server.rows("SELECT room FROM iicharge_session WHERE reservation_id IS NOT NULL")
    assert room == ROOM
    phone.browser.open(link)
    phone.see("Your car is charging")
    assert phone.browser.console == []
