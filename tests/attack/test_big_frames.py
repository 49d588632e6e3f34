# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Frames as long as they may be, of any content, hold up no other charger."""

import asyncio
import json
import time

import pytest

from tests.gateway.fakes import make_record
from tests.gateway.harness import METER_VALUES, Running

FRAME_BYTES = 1_000_000
ATTACKERS = range(2, 7)
ANSWER_WITHIN_S = 0.5


def call(action, **payload):
    return json.dumps([2, "big", action, payload]).encode()


def meter_values(item):
    head = b'[2,"big","MeterValues",{"connectorId":1,"meterValue":['
    return head + b",".join([item] * (FRAME_BYTES // (len(item) + 1))) + b"]}]"


FRAMES = {
    "valid": meter_values(json.dumps(METER_VALUES["meterValue"][0]).encode()),
    "numbers": meter_values(b"1"),
    "empty objects": meter_values(b"{}"),
    "passwords": meter_values(b'{"password":"abc"}'),
    "names": call("MeterValues", **{f"passkey{n}": "x" for n in range(FRAME_BYTES // 20)}),
    "text": call("DataTransfer", vendorId="V", data="password " + "ab " * (FRAME_BYTES // 3)),
    "text in text": call("DataTransfer", vendorId="V", data=json.dumps([{"a": "pass"}] * 40_000)),
    "not JSON": b"[2," + b'"password",' * (FRAME_BYTES // 11),
    "answer": b'[3,"x",{"configurationKey":[' + b'{"key":"password"},' * 45_000 + b"{}]}]",
}


async def measure(running, busy):
    """Be a neighbour while the others send; return how long each answer took."""
    waits = []
    async with running.client("cp-1") as charger:
        while not all(task.done() for task in busy) or not waits:
            began = time.monotonic()
            assert await charger.call("MeterValues", METER_VALUES) == {}
            waits.append(time.monotonic() - began)
            await asyncio.sleep(0.01)
    return waits


async def answered(charger):
    while True:
        message = await charger.receive()
        if message[1] == "next":
            return message[2]


@pytest.mark.parametrize("kind", FRAMES)
def test_big_frames_of_others_delay_no_answer(kind):
    async def attack(running, number):
        async with running.client(f"cp-{number}") as charger:
            await charger.send(FRAMES[kind])
            await charger.send(json.dumps([2, "next", "MeterValues", METER_VALUES]))
            assert await answered(charger) == {}

    async def run():
        records = [make_record(number, f"cp-{number}") for number in (1, *ATTACKERS)]
        async with Running(*records) as running:
            tasks = [asyncio.create_task(attack(running, number)) for number in ATTACKERS]
            waits = await measure(running, tasks)
            for task in tasks:
                task.result()
            return waits

    waits = asyncio.run(asyncio.wait_for(run(), 60))
    assert max(waits) < ANSWER_WITHIN_S, sorted(waits)[-5:]
