# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The load on the servers of `gateway.py`: chargers that send MeterValues."""

import asyncio
import json
import statistics
import time

_FIRST_ID = "00000000"
_CLOSE_FRAME = bytes((0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8))


def _sample(measurand: str, value: str, unit: str, **more: str) -> dict[str, str]:
    return {
        "value": value,
        "context": "Sample.Periodic",
        "measurand": measurand,
        "unit": unit,
        **more,
    }


METER_VALUES = {
    "connectorId": 1,
    "transactionId": 1000042,
    "meterValue": [
        {
            "timestamp": "2026-03-01T12:00:00.000Z",
            "sampledValue": [
                _sample("Energy.Active.Import.Register", "1834902.5", "Wh", location="Outlet"),
                _sample("Power.Active.Import", "10987.0", "W", location="Outlet"),
                _sample("Current.Import", "15.9", "A", phase="L1", location="Outlet"),
                _sample("Current.Import", "15.8", "A", phase="L2", location="Outlet"),
                _sample("Current.Import", "16.0", "A", phase="L3", location="Outlet"),
            ],
        }
    ],
}


def encode_frame() -> bytes:
    """Return a masked text frame. The mask is zero: the server removes it all the same."""
    call = [2, f"d6d12f4e-75b1-4b18-bd5c-{_FIRST_ID}0001", "MeterValues", METER_VALUES]
    data = json.dumps(call).encode()
    return bytes((0x81, 0x80 | 126)) + len(data).to_bytes(2, "big") + bytes(4) + data


class _Charger(asyncio.Protocol):
    """Sends frames with ids of their own, one at a time; light, to leave the CPU alone."""

    def __init__(self, number: int):
        self._head, self._tail = encode_frame().split(_FIRST_ID.encode(), 1)
        self._number = number * 100_000
        self._received = bytearray()
        self._answered: asyncio.Future | None = None
        self._closed: asyncio.Future | None = None

    def connection_made(self, transport):
        self._transport = transport

    async def shake_hands(self, charger: int) -> None:
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(
            f"GET /ocpp/cp-{charger} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n".encode()
        )
        await self._answered

    def data_received(self, data):
        if self._closed is not None:
            return
        received = self._received
        received += data
        if received.startswith(b"HTTP"):
            if b"\r\n\r\n" not in received:
                return
            if not received.startswith(b"HTTP/1.1 101"):
                self._answered.set_exception(RuntimeError(received.decode()))
                return
            received.clear()
            self._answered.set_result(None)
            return
        length, head = received[1], 2
        if length == 126:
            length, head = int.from_bytes(received[2:4], "big"), 4
        if len(received) < head + length:
            return
        if received[head : head + 3] == b"[4,":
            self._answered.set_exception(RuntimeError(received[head:].decode()))
            return
        received.clear()
        self._answered.set_result(None)

    def connection_lost(self, exc):
        if self._closed is not None:
            self._closed.set_result(None)
        elif self._answered is not None and not self._answered.done():
            self._answered.set_exception(RuntimeError("The server closed the connection."))

    async def hang_up(self) -> None:
        self._closed = asyncio.get_running_loop().create_future()
        self._transport.write(_CLOSE_FRAME)
        await self._closed

    async def call(self) -> None:
        """Send a frame and wait for its answer."""
        self._number += 1
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(self._head + b"%08d" % self._number + self._tail)
        await self._answered


async def load(kind: str, port: int, connections: int, **options: float) -> dict:
    loop = asyncio.get_running_loop()
    chargers = []
    for number in range(1, connections + 1):
        _, charger = await loop.create_connection(
            lambda number=number: _Charger(number), "127.0.0.1", port
        )
        await charger.shake_hands(number)
        chargers.append(charger)
    send = {"closed": _load_closed, "paced": _load_paced}[kind]
    result = await send(chargers, **options)
    await asyncio.gather(*(charger.hang_up() for charger in chargers))
    return result


async def _load_closed(chargers: list[_Charger], frames: int) -> dict:
    """Send from each charger the next frame when the last one was answered."""

    async def send(charger):
        for _ in range(frames // len(chargers)):
            await charger.call()

    started = time.perf_counter()
    await asyncio.gather(*(send(charger) for charger in chargers))
    return {"seconds": time.perf_counter() - started}


async def _load_paced(chargers: list[_Charger], per_s: float, seconds: float) -> dict:
    """Send from each charger at its own times, evenly spread over all chargers."""
    loop = asyncio.get_running_loop()
    interval_s, times_s = len(chargers) / per_s, []
    begin = loop.time() + 0.1

    async def send(charger, offset_s):
        for count in range(round(seconds / interval_s)):
            due = begin + offset_s + count * interval_s
            await asyncio.sleep(due - loop.time())
            await charger.call()
            times_s.append(loop.time() - due)

    await asyncio.gather(
        *(send(charger, number / per_s) for number, charger in enumerate(chargers))
    )
    steps = statistics.quantiles(times_s, n=1000, method="inclusive")
    return {
        "frames": len(times_s),
        "frames_per_s": round(len(times_s) / (loop.time() - begin)),
        "median_ms": round(steps[499] * 1000, 1),
        "p99_ms": round(steps[989] * 1000, 1),
        "p99_9_ms": round(steps[998] * 1000, 1),
        "worst_ms": round(max(times_s) * 1000, 1),
    }
