# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charger of the load of `fleet.py`, light enough that thousands of them fit in a process."""

import asyncio
import json
import ssl
import statistics

_PONG = bytes((0x8A, 0x80, 0, 0, 0, 0))
_NOT_SUPPORTED = '[4,"{}","NotSupported","",{{}}]'


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
        self._prefix = str(number)
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
        self.last_id = message_id = f"{self._prefix}-{self._calls}"
        future = self._waiting[message_id] = asyncio.get_running_loop().create_future()
        self._transport.write(encode_text(json.dumps([2, message_id, action, payload])))
        return future

    def name_calls(self, prefix: str) -> None:
        """Let the ids of its calls begin so; those of a charger that comes back are all new."""
        self._prefix = prefix

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


def summary(times_s: list[float]) -> dict[str, float]:
    """Return median, 99th percentile and longest, in milliseconds."""
    steps = statistics.quantiles(times_s, n=100, method="inclusive")
    return {
        "median_ms": round(steps[49] * 1000, 1),
        "p99_ms": round(steps[98] * 1000, 1),
        "max_ms": round(max(times_s) * 1000, 1),
    }
