# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The load of `fleet.py`: a process with thousands of chargers, light enough to leave the CPU to
what is measured. Prints a line of JSON with its result.

Each role connects `connections` chargers, `cp-1` on, to a port, by TLS where `tls` is set.
"""

import asyncio
import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta

from benchmarks._fleet_charger import Charger, connect, summary
from benchmarks._gateway_load import METER_VALUES

BOOT = {"chargePointVendor": "bench", "chargePointModel": "bench"}
# How many are on their way to be connected: one process asks for all its connections before it
# sends the first request, which no fleet does, and the gateway drops those that are silent.
_CONNECTING = 1000
# How many frames a charger sends before the first is answered, where it floods.
_AHEAD = 12
# When sessions began, and what their cars take: 10.8 kW, reported every 10 s of their own time.
_BEGAN_AGO = timedelta(hours=2)
_READING_S, _READING_WH = 10, 30
_METER_START_WH = 1_000
# Of those that are stopped after seconds: a bill, and not too much for an unknown power.
_STOPPED_WH = 100
# A charger that got no answer for so long connects again, after a pause of about a second.
_ANSWER_S, _PAUSE_S = 10, (0.5, 1.5)


async def _connect_and_boot(
    number: int, port: int, tls: bool, result: dict, turn: asyncio.Semaphore
) -> Charger | None:
    try:
        async with turn:
            charger = await connect(number, port, tls)
        answer = await charger.call("BootNotification", BOOT)
    except OSError as error:
        result["refused"] += 1
        result["first_refusal"] = result.get("first_refusal") or str(error)[:200]
        return None
    result["accepted"] += answer["status"] == "Accepted"
    return charger


async def _all_at_once(port: int, connections: int, tls: bool = False) -> tuple[dict, list]:
    result = {"chargers": connections, "accepted": 0, "refused": 0}
    turn = asyncio.Semaphore(_CONNECTING)
    began = time.perf_counter()
    chargers = await asyncio.gather(
        *(_connect_and_boot(number + 1, port, tls, result, turn) for number in range(connections))
    )
    result["all_booted_s"] = round(time.perf_counter() - began, 2)
    return result, chargers


async def reconnect(port: int, connections: int, tls: bool = False) -> dict:
    """Connect all at once; each sends its boot. Closes them at once."""
    result, chargers = await _all_at_once(port, connections, tls)
    for charger in filter(None, chargers):
        charger.close()
    await asyncio.sleep(0.5)
    return result


async def idle(port: int, connections: int) -> dict:
    """Connect all, say so, and hold them until standard input ends."""
    result, chargers = await _all_at_once(port, connections)
    print(json.dumps(result), flush=True)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()
    return {"held": len(list(filter(None, chargers)))}


async def paced(port: int, connections: int, per_s: float, seconds: float, first: int = 1) -> dict:
    """Send MeterValues at even times. An answer's time counts from when its frame was due."""
    chargers = [await connect(first + number, port, False) for number in range(connections)]
    return await _send_paced([(charger, _same) for charger in chargers], per_s, seconds)


def _same(_count: int) -> dict:
    return METER_VALUES


async def _send_paced(senders: list, per_s: float, seconds: float) -> dict:
    """:param senders: (charger, function of how many it has sent, which returns the next)"""
    loop, times_s = asyncio.get_running_loop(), []
    interval_s = len(senders) / per_s
    begin = loop.time() + 0.2

    async def send(charger, make, offset_s):
        for count in range(round(seconds / interval_s)):
            due = begin + offset_s + count * interval_s
            await asyncio.sleep(due - loop.time())
            await charger.call("MeterValues", make(count))
            times_s.append(loop.time() - due)

    await asyncio.gather(*(send(*sender, number / per_s) for number, sender in enumerate(senders)))
    seconds = loop.time() - begin
    for charger, _make in senders:
        charger.close()
    return {"per_s": round(len(times_s) / seconds), "frames": len(times_s), **summary(times_s)}


async def sessions(
    port: int, connections: int, per_s: float, seconds: float, first: int = 1
) -> dict:
    """Start sessions, say so, and send readings of each once standard input says so."""
    started = await _start_sessions(port, connections, first, _BEGAN_AGO)
    return await _send_paced(
        [(charger, _Readings(transaction)) for charger, transaction in started], per_s, seconds
    )


async def stops(port: int, connections: int, first: int = 1) -> dict:
    """Start sessions, say so, and stop all at once when standard input says so.

    :return: until when each was answered, in milliseconds since the first was sent
    """
    started = await _start_sessions(port, connections, first, timedelta(0))
    stopped = {
        "meterStop": _METER_START_WH + _STOPPED_WH,
        "timestamp": _stamp(timedelta(0)),
        "reason": "Local",
    }
    begin, times_s = time.perf_counter(), []

    async def stop(charger, transaction):
        await charger.call("StopTransaction", {**stopped, "transactionId": transaction})
        times_s.append(time.perf_counter() - begin)

    sent_at = time.time()
    await asyncio.gather(*(stop(*one) for one in started))
    for charger, _transaction in started:
        charger.close()
    return {"sent_at": sent_at, **summary(times_s)}


async def _start_sessions(
    port: int, connections: int, first: int, ago: timedelta
) -> list[tuple[Charger, int]]:
    """Start a session at each charger with the card `CAR-` and its number. :return: with ids"""
    began = _stamp(ago)

    async def start(number):
        charger = await connect(number, port, False)
        answer = await charger.call(
            "StartTransaction",
            {
                "connectorId": 1,
                "idTag": f"CAR-{number}",
                "meterStart": _METER_START_WH,
                "timestamp": began,
            },
        )
        if answer["idTagInfo"]["status"] != "Accepted":
            raise RuntimeError(f"Charger {number} may not start: {answer}")
        return charger, answer["transactionId"]

    started = [await start(first + number) for number in range(connections)]
    print(json.dumps({"started": len(started)}), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    return started


def _stamp(ago: timedelta) -> str:
    return (datetime.now(UTC) - ago).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Readings:
    """Make the MeterValues of a session, one after the other."""

    def __init__(self, transaction: int):
        self._transaction = transaction
        self._began = datetime.now(UTC) - _BEGAN_AGO

    def __call__(self, count: int) -> dict:
        at = self._began + timedelta(seconds=_READING_S * (count + 1))
        register_wh = _METER_START_WH + _READING_WH * (count + 1)
        _energy, *others = METER_VALUES["meterValue"][0]["sampledValue"]
        return {
            "connectorId": 1,
            "transactionId": self._transaction,
            "meterValue": [
                {
                    "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "sampledValue": [{**_energy, "value": f"{register_wh}"}, *others],
                }
            ],
        }


async def returning(port: int, connections: int, every_s: float, first: int = 1) -> dict:
    """Keep chargers connected, reporting every `every_s`; one whose line breaks comes back.
    Says when all have booted, and ends once standard input says so.

    :return: the ids of all messages that were answered, and when the last charger was back
    """
    members = [_Returning(first + number, port, every_s) for number in range(connections)]
    tasks = [asyncio.create_task(one.run()) for one in members]
    await asyncio.gather(*(one.booted.wait() for one in members))
    print(json.dumps({"booted": connections}), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    back = [one.booted_at for one in members if one.boots > 1]
    return {
        "came_back": len(back),
        "last_back_at": max(back, default=None),
        "away": sum(not one.booted.is_set() for one in members),
        "answered": [message_id for one in members for message_id in one.answered],
    }


class _Returning:
    """A charger that comes back."""

    def __init__(self, number: int, port: int, every_s: float):
        self._number, self._port, self._every_s = number, port, every_s
        self.booted = asyncio.Event()
        self.booted_at, self.boots = 0.0, 0
        self.answered: list[str] = []

    async def run(self) -> None:
        """Boot and report for ever."""
        while True:
            try:
                await self._report(await asyncio.wait_for(self._connect(), _ANSWER_S))
            except (OSError, TimeoutError):
                self.booted.clear()
                await asyncio.sleep(random.uniform(*_PAUSE_S))

    async def _connect(self) -> Charger:
        charger = await connect(self._number, self._port, False)
        charger.name_calls(f"{self._number}-{self.boots}")
        await charger.call("BootNotification", BOOT)
        self.booted_at, self.boots = time.time(), self.boots + 1
        self.booted.set()
        return charger

    async def _report(self, charger: Charger) -> None:
        try:
            while True:
                await asyncio.sleep(self._every_s)
                future = charger.call("MeterValues", METER_VALUES)
                await asyncio.wait_for(future, _ANSWER_S)
                self.answered.append(charger.last_id)
        finally:
            charger.close()


async def flood(port: int, connections: int, seconds: float, first: int = 1) -> dict:
    """Send MeterValues as fast as they are answered, some ahead."""
    loop = asyncio.get_running_loop()
    chargers = [await connect(first + number, port, False) for number in range(connections)]
    begin = loop.time()

    async def send(charger):
        count = 0
        while loop.time() < begin + seconds:
            await asyncio.gather(
                *(charger.call("MeterValues", METER_VALUES) for _ in range(_AHEAD))
            )
            count += _AHEAD
        return count

    frames = sum(await asyncio.gather(*map(send, chargers)))
    seconds = loop.time() - begin
    for charger in chargers:
        charger.close()
    return {"frames": frames, "per_s": round(frames / seconds)}


if __name__ == "__main__":
    role, options = sys.argv[1], json.loads(sys.argv[2])
    roles = (reconnect, idle, paced, flood, sessions, stops, returning)
    run = next(one for one in roles if one.__name__ == role)
    print(json.dumps(asyncio.run(run(**options))), flush=True)
