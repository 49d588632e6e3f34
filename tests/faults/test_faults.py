# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Faults of the machine while cars charge: what was acknowledged is stored, and billed once.

In each home of gateway and processor. A long run is a number of rounds, each with a hotel of its
own; one that was ended goes on with the round it was in when it is started with the same seed.
"""

import asyncio
import json
import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from devkit.testing import Site

from .cars import CARS, IDENTITIES, MADE, PRICE_KWH, Car, wait_until_answered
from .faults import Machine, Postgres, small_disk
from .homes import DATABASE, HOMES

SEED = int(os.environ.get("IICHARGE_ATTACK_SEED") or 1)
FAULTS = int(os.environ.get("IICHARGE_ATTACK_FAULTS") or 10)
OF_A_ROUND = 50
ANSWERED_WITHIN_S = 60
BILLED_WITHIN_S = 180
NOT_DONE = """
    SELECT 'message', action, reason, count(*) FROM iicharge_ocpp_message WHERE state = 'new'
     GROUP BY action, reason
     UNION ALL
    SELECT 'session', state, billing, count(*) FROM iicharge_session
     WHERE billing NOT IN ('posted', 'review') GROUP BY state, billing
"""
SESSIONS = """
    SELECT charger.identity, session.transaction_id, session.energy_wh, session.billing,
           count(DISTINCT charge.id), count(line.id), sum(placed.price_subtotal)
      FROM iicharge_session session
      JOIN iicharge_charger charger ON charger.id = session.charger_id
      LEFT JOIN iicharge_charge charge ON charge.session_id = session.id
      LEFT JOIN iicharge_charge_line line ON line.charge_id = charge.id
      LEFT JOIN sale_order_line placed ON placed.iicharge_charge_line_id = line.id
     WHERE charger.identity = ANY(%s)
     GROUP BY charger.identity, session.id
"""
PARKED = "SELECT action, reason FROM iicharge_ocpp_message WHERE state = 'parked'"


class Result:
    """What the rounds of a home and a seed have found so far, kept in a file."""

    def __init__(self, home, seed, most):
        folder = Path(os.environ.get("IICHARGE_ATTACK_RESULTS") or ".")
        self.path = folder / f"faults-{home}-{seed}.json"
        self.found = {
            **{"home": home, "seed": seed, "faults": 0, "sessions": 0},
            **{"kinds": {}, "slowest_answer_s": {}},
        }
        if self.path.exists():
            found = json.loads(self.path.read_text(encoding="utf-8"))
            if found["faults"] < most:
                self.found = found

    def add(self, kinds, slowest, sessions):
        found = self.found
        found["faults"] += sum(kinds.values())
        found["sessions"] += sessions
        for kind, count in kinds.items():
            found["kinds"][kind] = found["kinds"].get(kind, 0) + count
            slowest_s = max(slowest[kind], found["slowest_answer_s"].get(kind, 0))
            found["slowest_answer_s"][kind] = round(slowest_s, 1)
        self.path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def site():
    return Site.from_environment()


@pytest.fixture(scope="module")
def postgres(site):
    """The server of all homes: one that a fault has started goes on for the next home."""
    postgres = Postgres(site.dsn)
    yield postgres
    postgres.stop()


@pytest.fixture(scope="module")
def breaker():
    """A thread for faults; what it starts ends with it, as a program ends with who started it."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


async def break_machine(machine, breaker, numbers, kinds, slowest):
    """Let cars charge and one fault after the other happen. :return: the cars"""
    loop = asyncio.get_running_loop()
    cars = [Car(machine.home.ocpp_url, number) for number in range(CARS)]
    running = [asyncio.create_task(car.run()) for car in cars]
    try:
        await wait_until_answered(cars, ANSWERED_WITHIN_S)
        for number in numbers:
            rng = random.Random(f"{SEED} {number}")
            fault = machine.kinds[number % len(machine.kinds)]
            await asyncio.sleep(rng.uniform(0, 4))
            try:
                await loop.run_in_executor(breaker, fault, rng, number)
                took = await wait_until_answered(cars, ANSWERED_WITHIN_S)
            except BaseException as error:
                error.add_note(f"seed {SEED}, fault {number}: {fault.__name__}")
                raise
            kinds[fault.__name__] += 1
            slowest[fault.__name__] = max(slowest[fault.__name__], took)
        for car in cars:
            car.over = True
        await asyncio.wait_for(asyncio.gather(*running), ANSWERED_WITHIN_S)
    finally:
        for task in running:
            task.cancel()
    return cars


def wait_until_billed(server):
    deadline = time.monotonic() + BILLED_WITHIN_S
    while left := server.rows(NOT_DONE):
        assert time.monotonic() < deadline, f"seed {SEED}: not billed in time: {left}"
        time.sleep(0.2)


def check(server, cars):
    """Check what was acknowledged against what is stored and billed. :return: how many sessions"""
    expected = {
        (identity, str(number)): energy_wh
        for identity, car in zip(IDENTITIES, cars, strict=True)
        for number, energy_wh in car.done.items()
    }
    assert server.rows(PARKED) == []
    rows = server.rows(SESSIONS, IDENTITIES)
    assert len(rows) == len(expected) == len({row[:2] for row in rows})
    for identity, number, energy_wh, *billed in rows:
        wh = expected[identity, number]
        amount = (Decimal(wh) * PRICE_KWH / 1000).quantize(Decimal("0.01"))
        assert (energy_wh, *billed) == (wh, "posted", 1, 1, amount), (identity, number)
    return len(rows)


@pytest.mark.parametrize("home", HOMES)
def test_what_is_acknowledged_under_faults_is_stored_and_billed_once(
    home, site, postgres, breaker, tmp_path
):
    # gateway and processor are the same in all of them
    most = FAULTS if home == "threads" else max(FAULTS // 5, 2)
    result = Result(home, SEED, most)
    while (first := result.found["faults"]) < most:
        numbers = range(first, min(first + OF_A_ROUND, most))
        folder = tmp_path / str(first)
        folder.mkdir()
        place = HOMES[home](site, folder, MADE)
        with small_disk(site, DATABASE) as disk:
            try:
                place.start()
                machine = Machine(place, postgres, disk)
                kinds, slowest = Counter(), Counter()
                cars = asyncio.run(break_machine(machine, breaker, numbers, kinds, slowest))
                wait_until_billed(place.server)
                sessions = check(place.server, cars)
            finally:
                place.kill()
            result.add(kinds, slowest, sessions)
            print(json.dumps(result.found))
