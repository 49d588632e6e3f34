# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The load of `fleet.py`: a process with thousands of chargers, light enough to leave the CPU to
what is measured. Prints a line of JSON with its result.

Each role connects `connections` chargers, `cp-1` on, to a port, by TLS where `tls` is set.
"""

import asyncio
import json
import ssl
import statistics
import sys
import time

from benchmarks._gateway_load import METER_VALUES

BOOT = {"chargePointVendor": "bench", "chargePointModel": "bench"}
_PONG = bytes((0x8A, 0x80, 0, 0, 0, 0))
_NOT_SUPPORTED = '[4,"{}","NotSupported","",{{}}]'
# How many are on their way to be connected: one process asks for all its connections before it
# sends the first request, which no fleet does, and the gateway drops those that are silent.
_CONNECTING = 1000
# How many frames a charger sends before the first is answered, where it floods.
_AHEAD = 12


def encode_text(text: str) -> bytes:
    """Return a masked text frame. The mask is zero: the server removes it all the same."""
    data = text.encode()
    if len(data) < 126:
        return bytes((0x81, 0x80 | len(data))) + bytes(4) + data
    return bytes((0x81, 0x80 | 126)) + len(data).to_bytes(2, "big") + bytes(4) + data


class Charger(asyncio.Protocol):
    """Sends calls, knows their answers, answers pings, and refuses what it is asked to do."""

    def __init__(self, number: int):
        self._number = number
        self._received = bytearray()
        self._calls = 0
        self._waiting: dict[str, asyncio.Future] = {}
        self._greeted = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self._transport = transport
        transport.write(
            f"GET /ocpp/cp-{self._number} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n".encode()
        )

    async def greeted(self) -> None:
        """Wait for the handshake's answer.

        :raises ConnectionRefusedError: it is no 101
        """
        await self._greeted

    def data_received(self, data):
        received = self._received
        received += data
        if not self._greeted.done():
            head, found, rest = bytes(received).partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._greeted.set_exception(ConnectionRefusedError(head.decode()))
                return
            self._greeted.set_result(None)
            received[:] = rest
        while len(received) >= 2:
            length, head = received[1], 2
            if length == 126:
                length, head = int.from_bytes(received[2:4], "big"), 4
            if len(received) < head + length:
                return
            opcode, payload = received[0], bytes(received[head : head + length])
            del received[: head + length]
            self._take(opcode, payload)

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 0x89:
            self._transport.write(_PONG)
        elif opcode == 0x81:
            kind, message_id, *rest = json.loads(payload)
            if kind == 2:
                self._transport.write(encode_text(_NOT_SUPPORTED.format(message_id)))
            else:
                future = self._waiting.pop(message_id)
                if not future.done():
                    future.set_result(rest[0] if kind == 3 else rest)

    def connection_lost(self, exc):
        for future in (self._greeted, *self._waiting.values()):
            if not future.done():
                future.set_exception(ConnectionResetError("The server closed the connection."))

    def call(self, action: str, payload: dict) -> asyncio.Future:
        """Send a call. :return: its answer"""
        self._calls += 1
        message_id = f"{self._number}-{self._calls}"
        future = self._waiting[message_id] = asyncio.get_running_loop().create_future()
        self._transport.write(encode_text(json.dumps([2, message_id, action, payload])))
        return future

    def close(self) -> None:
        """Hang up."""
        self._transport.abort()


async def connect(number: int, port: int, tls: bool) -> Charger:
    """Connect a charger, and wait for its handshake."""
    context = None
    if tls:
        context = _TLS
    _, charger = await asyncio.get_running_loop().create_connection(
        lambda: Charger(number), "127.0.0.1", port, ssl=context
    )
    await charger.greeted()
    return charger


def _make_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # a certificate of the bench's own
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


_TLS = _make_tls()


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
    loop, times_s = asyncio.get_running_loop(), []
    chargers = [await connect(first + number, port, False) for number in range(connections)]
    interval_s = connections / per_s
    begin = loop.time() + 0.2

    async def send(charger, offset_s):
        for count in range(round(seconds / interval_s)):
            due = begin + offset_s + count * interval_s
            await asyncio.sleep(due - loop.time())
            await charger.call("MeterValues", METER_VALUES)
            times_s.append(loop.time() - due)

    await asyncio.gather(
        *(send(charger, number / per_s) for number, charger in enumerate(chargers))
    )
    seconds = loop.time() - begin
    for charger in chargers:
        charger.close()
    return {"per_s": round(len(times_s) / seconds), "frames": len(times_s), **summary(times_s)}


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


def summary(times_s: list[float]) -> dict[str, float]:
    """Return median, 99th percentile and longest, in milliseconds."""
    steps = statistics.quantiles(times_s, n=100, method="inclusive")
    return {
        "median_ms": round(steps[49] * 1000, 1),
        "p99_ms": round(steps[98] * 1000, 1),
        "max_ms": round(max(times_s) * 1000, 1),
    }


if __name__ == "__main__":
    role, options = sys.argv[1], json.loads(sys.argv[2])
    roles = {"reconnect": reconnect, "idle": idle, "paced": paced, "flood": flood}
    print(json.dumps(asyncio.run(roles[role](**options))), flush=True)
