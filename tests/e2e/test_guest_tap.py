# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest holds a card to the charger, and the page follows, in a browser and with a charger."""

import pytest

from devkit.browser import Browser

from .reader import Reader
from .test_guest_page import Guest

STOPPED = "SELECT 1 FROM iicharge_session WHERE billing NOT IN ('open', 'review')"
SENT = "SELECT 1 FROM iicharge_command WHERE request IN ('start', 'stop')"


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
