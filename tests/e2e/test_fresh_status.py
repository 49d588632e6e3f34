# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The charger is asked for its state before a guest starts, once for all phones."""

import asyncio
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from devkit.browser import Browser

from .test_guest_page import CHARGER, FREE, Guest
from .visit import Visit

PHONES = 20
OUTCOMES = """
    SELECT state, answer FROM iicharge_command WHERE request = 'ask_for_report' ORDER BY id
"""
ANSWERED = """
    SELECT 1 FROM iicharge_command WHERE request = 'ask_for_report' AND state = 'answered'
"""
STARTS = "SELECT 1 FROM iicharge_command WHERE request = 'start' AND state = 'answered'"


@pytest.fixture
def phone(server):
    with Browser(360, 640) as browser:
        yield Guest(server, browser)


@contextmanager
def waiting_charger(server):
    """Let a charger be there that is free, and answers what it is asked."""
    found, done = [], threading.Event()

    async def stay():
        async with Visit(server, CHARGER) as car:
            found.append(car.charger)
            while not done.is_set():
                await asyncio.sleep(0.1)

    thread = threading.Thread(target=asyncio.run, args=[stay()])
    thread.start()
    try:
        server.wait_for(FREE, CHARGER)
        yield found[0]
    finally:
        done.set()
        thread.join(60)


def test_twenty_phones_at_once_ask_once(server, phone):
    with waiting_charger(server) as charger:
        url = f"{server.url}/charge/{phone.code}"
        # the first page makes the bundle
        ready = threading.Barrier(PHONES)

        def look(_number):
            ready.wait(60)
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.status

        with ThreadPoolExecutor(PHONES) as phones:
            assert list(phones.map(look, range(PHONES))) == [200] * PHONES
        server.wait_for(ANSWERED)
        assert charger.status_questions == 1
        assert len(server.rows(OUTCOMES)) == 1


def test_state_that_was_never_reported_stops_a_start(server, phone):
    with waiting_charger(server) as charger:
        phone.scan()
        phone.press("Continue")
        phone.see("Put it on your room bill")
        # the first question was for the page; the start asks again
        server.wait_for(
            """SELECT 1 FROM iicharge_command WHERE request = 'ask_for_report'
                AND create_date < now() AT TIME ZONE 'UTC' - interval '12 seconds'"""
        )
        charger.reported[1] = ("Faulted", "GroundFailure")
        phone.fill(room="102", name=phone.name)
        phone.press("Start charging")
        phone.see("Out of order")
        assert charger.status_questions == 2
        assert server.rows("SELECT 1 FROM iicharge_guest_visit") == []


def test_charger_that_cannot_say_starts_as_well(server, phone):
    with waiting_charger(server) as charger:
        charger.answers["TriggerMessage"] = {"status": "NotImplemented"}
        phone.scan()
        phone.start()
        server.wait_for(STARTS)
        [(state, answer)] = server.rows(OUTCOMES)
        assert (state, "NotImplemented" in answer) == ("answered", True)


def test_charger_that_does_not_answer_the_question_starts_as_well(server, phone):
    with waiting_charger(server) as charger:
        charger.ignored.add("TriggerMessage")
        phone.scan()
        phone.start()
        server.wait_for(STARTS)
