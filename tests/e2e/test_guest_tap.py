# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest holds a card to the charger, and the page follows, in a browser and with a charger."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from devkit.browser import Browser

from .test_guest_page import CHARGER, FREE, Guest
from .visit import METER_START, VISITOR, Visit

STOPPED = "SELECT 1 FROM iicharge_session WHERE billing NOT IN ('open', 'review')"
SENT = "SELECT 1 FROM iicharge_command WHERE request IN ('start', 'stop')"


class Reader:
    """A charger with a free connector, and the card of a visitor."""

    def __init__(self, server):
        self.server = server
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.visit = Visit(server, CHARGER)
        self.number = None

    def do(self, step):
        return asyncio.run_coroutine_threadsafe(step, self.loop).result(60)

    def __enter__(self):
        self.do(self.visit.come_back())
        self.server.wait_for(FREE, CHARGER)
        return self

    def __exit__(self, *_exception):
        self.do(self.visit.charger.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)

    def take(self, card=VISITOR):
        """A card is held to the reader. :return: the status that the charger was answered"""
        charger = self.visit.charger
        answer = self.do(charger.authorize(card)).id_tag_info["status"]
        if answer == "Accepted":
            self.do(charger.status(1, "Preparing"))
            self.number = self.do(charger.start(1, card, METER_START)).transaction_id
            self.do(charger.status(1, "Charging"))
        return answer

    def charge(self, energy_wh):
        charger = self.visit.charger
        at = METER_START + energy_wh
        self.do(charger.meter(1, at, transaction_id=self.number, power_w=11_000))

    def end(self, energy_wh):
        """Stop with the card; the charger's clock is ahead, so that the car has had the time."""
        charger, at = self.visit.charger, datetime.now(UTC) + timedelta(seconds=90)
        stopped = {"at": at, "id_tag": VISITOR, "reason": "Local"}
        self.do(charger.stop(self.number, METER_START + energy_wh, **stopped))
        self.do(charger.status(1, "Available"))


@pytest.fixture
def phone(server):
    with Browser(360, 640) as browser:
        yield Guest(server, browser)


@pytest.fixture
def reader(server, phone):
    with Reader(server) as reader:
        yield reader


def wait_for_card(phone):
    phone.scan()
    phone.click("[name=pay][value=tap]")
    phone.press("Continue")
    phone.see("Pay with your charging card")
    phone.press("Wait for my card")
    phone.see("Hold your card to the reader, then plug in")


def test_page_follows_the_card_from_the_reader_to_the_end(server, phone, reader):
    wait_for_card(phone)
    assert reader.take("UNKNOWN") == "Invalid"
    assert reader.take() == "Accepted"
    phone.see("To stop, hold your card to the reader again.")
    reader.charge(40)
    phone.see("Speed now")
    phone.see("Your charging card pays.")
    assert "Visser" not in phone.browser.evaluate("document.documentElement.outerHTML")
    assert phone.browser.evaluate("document.querySelectorAll('main form').length") == 0
    reader.end(200)
    phone.see("Your card's bill has it.")
    phone.see("0.2 kWh at")
    server.wait_for(STOPPED)
    assert "Visser" not in phone.browser.evaluate("document.documentElement.outerHTML")
    assert server.rows(SENT) == []
    assert phone.browser.console == []


def test_two_phones_that_wait_for_one_card_show_nothing(server, phone, reader):
    wait_for_card(phone)
    with Browser(360, 640) as other:
        second = Guest(server, other)
        wait_for_card(second)
        for each in (phone, second):
            each.see("Another phone waits for a card at this plug")
        assert reader.take() == "Accepted"
        for each in (phone, second):
            each.see("neither phone shows it")
    reader.end(200)
    server.wait_for(STOPPED)
    assert server.rows("SELECT 1 FROM iicharge_guest_visit WHERE session_id IS NOT NULL") == []
