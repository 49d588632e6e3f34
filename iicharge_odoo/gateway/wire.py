# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The bytes of one charger: TCP, HTTP handshake and websocket frames.

`websockets`' Sans-I/O `ServerProtocol` does the protocol. Only the frames that make up
nearly all traffic, a whole masked text frame and the answer to a ping, are opened here: that,
and one receive buffer for all connections, takes a third off the CPU that the package's own
server needs to receive and answer a message, and leaves no task waiting for each charger.

The protocol's object is there for the handshake, for other frames and for the end, and not in
between: with what it keeps of the handshake it is a third of what an idle charger costs.
"""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Protocol

from websockets.exceptions import PayloadTooBig
from websockets.frames import CloseCode, Frame, Opcode, apply_mask
from websockets.http11 import Request, Response
from websockets.protocol import OPEN, SERVER
from websockets.protocol import Protocol as OpenProtocol
from websockets.server import ServerProtocol

from .connection import Connection
from .few_lines import FewLines
from .handshake import Refusal
from .limits import ConnectionLimits
from .ports import RefusalReason, TransientError
from .settings import Settings

# The package writes headers, the Authorization among them, at DEBUG: never let it.
_quiet = logging.getLogger(f"{__name__}.websocket")
_quiet.setLevel(logging.WARNING)
_logger = logging.getLogger(__name__)
_logger.addFilter(FewLines())

RECEIVE_BYTES = 16_384
"""asyncio's own 256 KiB cost a quarter of the CPU; OCPP frames are small."""

_TRY_AGAIN = "The server cannot decide now. Try again.\n"
_END_OF_HEADERS = b"\r\n\r\n"
_SUBPROTOCOL = "Sec-WebSocket-Protocol"
# Where a balancer asks, by plain HTTP, whether chargers may be sent here.
HEALTH_PATH = "/health"
# A charger that begins with TLS waits for TLS: it is notified at once that there is none, by a
# fatal alert "handshake failure" (RFC 8446 section 6).
_TLS_HANDSHAKE, _TLS_ALERT = b"\x16", b"\x15\x03\x01\x00\x02\x02\x28"
_WHOLE_TEXT_FRAME = 0x81
_PING, _PONG = bytes((0x89, 0)), 0x8A
_MASKED = 0x80


class Host(Protocol):
    """Interface of the server for a wire."""

    settings: Settings
    receive_buffer: bytearray
    limits: ConnectionLimits

    async def open(self, request: Request, response: Response, wire: "Wire") -> Connection:
        """Decide on a handshake.

        :raises Refusal: answered with its status and text
        """

    def is_healthy(self) -> bool:
        """Check whether what chargers send can be stored now."""

    def refused(self, reason: RefusalReason, address: str) -> None:
        """Keep that a connection was refused before it said who it is."""

    def opened(self, connection: Connection, wire: "Wire") -> None:
        """Register the wire: its handshake was answered, frames may come from now on."""

    def lost(self, connection: Connection, wire: "Wire") -> None:
        """Drop the wire: its connection is closed."""


class Wire(asyncio.BufferedProtocol):
    """One TCP connection.

    :ivar received: data came since the server last checked
    :ivar pinged: a ping was sent then, as nothing had come
    """

    def __init__(self, host: Host):
        self.received = True
        self.pinged = False
        self.remote_address = ""
        self._host = host
        self._max_bytes = host.settings.max_new_frame_bytes
        self._buffer = host.receive_buffer
        self._protocol: OpenProtocol | None = ServerProtocol(
            max_size=host.settings.max_frame_bytes, logger=_quiet
        )
        self._rest = bytearray()
        self._parts: list[bytes] = []
        self._parts_bytes = 0
        self._open = False
        self._connection: Connection | None = None
        self._task: asyncio.Task | None = None
        self._timer: asyncio.TimerHandle | None = None

    # --- asyncio ---------------------------------------------------------------------
    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self.remote_address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._abort_after(self._host.settings.handshake_timeout_s)
        if not self._host.limits.enter(self):
            self._host.refused("full", self.remote_address)
            self.abort()

    def get_buffer(self, sizehint: int) -> bytearray:
        # One for all connections: what came is taken out before the next socket is read.
        return self._buffer

    def buffer_updated(self, size: int) -> None:
        self.received = True
        rest = self._rest
        if self._connection is None:
            rest += self._buffer[:size]
            self._read_request()
        elif rest:
            rest += self._buffer[:size]
            del rest[: self._read_frames(rest, len(rest))]
        else:
            used = self._read_frames(self._buffer, size)
            if used < size:
                rest += self._buffer[used:size]

    def eof_received(self) -> None:
        self._get_protocol().receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._host.limits.leave(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
        if self._connection is not None:
            self._connection.lost()
            self._host.lost(self._connection, self)

    def pause_writing(self) -> None:
        if self._connection is not None:
            self._connection.block()

    def resume_writing(self) -> None:
        if self._connection is not None:
            self._connection.resume()

    # --- handshake -------------------------------------------------------------------
    def _read_request(self) -> None:
        if self._task is not None:
            return
        if self._rest[:1] == _TLS_HANDSHAKE:
            self._host.refused("tls", self.remote_address)
            self._transport.write(_TLS_ALERT)
            self._transport.close()
            return
        end = self._rest.find(_END_OF_HEADERS)
        if end < 0:
            if len(self._rest) > RECEIVE_BYTES:
                self._transport.abort()
            return
        self._host.limits.shown(self)
        self._protocol.receive_data(bytes(self._rest[: end + len(_END_OF_HEADERS)]))
        del self._rest[: end + len(_END_OF_HEADERS)]
        for event in self._protocol.events_received():
            self._transport.pause_reading()
            self._task = asyncio.create_task(self._shake_hands(event))
        self._flush()

    async def _shake_hands(self, request: Request) -> None:
        protocol = self._protocol
        connection = None
        if request.path == HEALTH_PATH:
            healthy = self._host.is_healthy()
            response = protocol.reject(200 if healthy else 503, "ok\n" if healthy else _TRY_AGAIN)
        else:
            response = self._accept(request)
        if response.status_code == 101:
            try:
                connection = await self._host.open(request, response, self)
            except Refusal as refusal:
                _logger.info(
                    "A handshake from %s to %.100r was refused with %s: %s",
                    self.remote_address,
                    request.path,
                    refusal.status,
                    refusal,
                )
                response = protocol.reject(refusal.status, f"{refusal}\n")
                for name, value in refusal.headers.items():
                    response.headers[name] = value
            except TransientError as error:
                _logger.warning("A handshake from %s waits: %s", self.remote_address, error)
                response = protocol.reject(503, _TRY_AGAIN)
            except Exception:
                _logger.exception("A handshake from %s failed", self.remote_address)
                response = protocol.reject(503, _TRY_AGAIN)
        protocol.send_response(response)
        self._task = None
        self._transport.resume_reading()
        if connection is None:
            self._flush()
            return
        self._timer.cancel()
        self._connection = connection
        self._flush()
        if self._open:
            self._protocol = None
        self._host.opened(connection, self)
        if self._rest:
            del self._rest[: self._read_frames(self._rest, len(self._rest))]

    def _accept(self, request: Request) -> Response:
        """Begin the response. An empty subprotocol header is no fault of the request."""
        offered = request.headers.get_all(_SUBPROTOCOL)
        is_empty = bool(offered) and not "".join(offered).strip(" ,")
        if is_empty:
            del request.headers[_SUBPROTOCOL]
        response = self._protocol.accept(request)
        if is_empty:
            request.headers[_SUBPROTOCOL] = ""
        return response

    # --- frames ----------------------------------------------------------------------
    def _read_frames(self, data: bytearray, end: int) -> int:
        """Handle the whole frames in `data[:end]`; return how many bytes they took.

        Only whole frames are given to the protocol, so it is never inside of one, and
        the lone text frame can be taken past it.
        """
        at = 0
        while end - at >= 2:
            first, second = data[at], data[at + 1]
            length, head = second & 0x7F, 6
            if length == 126:
                length, head = int.from_bytes(data[at + 2 : at + 4], "big"), 8
            elif length == 127:
                length, head = int.from_bytes(data[at + 2 : at + 10], "big"), 14
            if end - at < head and second & _MASKED:
                return at
            if length > self._max_bytes and self._is_too_big(length):
                return end
            if not second & _MASKED:
                # Its head is enough for the protocol to fail the connection.
                self._feed(data[at:end])
                return end
            stop = at + head + length
            if stop > end:
                return at
            if first == _WHOLE_TEXT_FRAME and self._open and not self._parts:
                mask = data[at + head - 4 : at + head]
                self._connection.frame_received(apply_mask(data[at + head : stop], mask))
            elif first == _PONG and self._protocol is None:
                self._connection.heard()
            else:
                self._feed(data[at:stop])
            at = stop
        return at

    def _get_protocol(self) -> OpenProtocol:
        if self._protocol is None:
            self._protocol = OpenProtocol(
                SERVER, max_size=self._host.settings.max_frame_bytes, logger=_quiet
            )
        return self._protocol

    def _feed(self, data: bytes) -> None:
        """Pass bytes to the protocol, and handle its events."""
        connection, protocol = self._connection, self._get_protocol()
        if protocol.eof_sent:
            return
        was_open = self._open
        protocol.receive_data(data)
        for frame in protocol.events_received():
            self._take(frame, was_open)
        if isinstance(protocol.parser_exc, PayloadTooBig):
            connection.frame_too_big(self._max_bytes)
        connection.heard()
        self._flush()
        if self._open and not self._parts:
            self._protocol = None

    def _take(self, frame: Frame, was_open: bool) -> None:
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT) or not was_open:
            return
        self._parts.append(bytes(frame.data))
        self._parts_bytes += len(frame.data)
        if self._parts_bytes > self._max_bytes and self._is_too_big(self._parts_bytes):
            return
        if frame.fin:
            message = b"".join(self._parts)
            self._parts.clear()
            self._parts_bytes = 0
            self._connection.frame_received(message)

    def _is_too_big(self, length: int) -> bool:
        """Check the length of a message, and close the connection if it is too long."""
        settings = self._host.settings
        if self._connection.station.accepted:
            self._max_bytes = settings.max_frame_bytes
        if length <= self._max_bytes:
            return False
        protocol = self._get_protocol()
        if not protocol.eof_sent:
            self._connection.frame_too_big(self._max_bytes)
            protocol.fail(CloseCode.MESSAGE_TOO_BIG, f"over {self._max_bytes} bytes")
            self._flush()
        return True

    # --- called by the connection ------------------------------------------------------
    def send(self, data: bytes) -> None:
        """Send one text frame."""
        if not self._open:
            return
        length = len(data)
        if length < 126:
            head = bytes((_WHOLE_TEXT_FRAME, length))
        elif length < 65_536:
            head = bytes((_WHOLE_TEXT_FRAME, 126)) + length.to_bytes(2, "big")
        else:
            head = bytes((_WHOLE_TEXT_FRAME, 127)) + length.to_bytes(8, "big")
        self._transport.write(head + data)

    def hold(self, held: bool) -> None:
        """Stop or continue reading."""
        if held:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def ping(self) -> None:
        """Send a ping."""
        if self._open:
            self._transport.write(_PING)

    async def is_alive(self, within_s: float) -> bool:
        """Check whether the charger answers a ping, or sends anything, in that time."""
        self.received = False
        self.ping()
        ends_at = time.monotonic() + within_s
        while not self.received and time.monotonic() < ends_at:
            await asyncio.sleep(min(within_s / 20, 0.05))
        return self.received

    def close(self, code: int, reason: str) -> None:
        """Close with a code; abort if the charger does not answer the close frame."""
        if self._open:
            self._get_protocol().send_close(code, reason)
            self._transport.resume_reading()
            self._flush()

    def abort(self) -> None:
        """Close the transport at once."""
        self._transport.abort()

    def _flush(self) -> None:
        """Write the protocol's output, and follow its state."""
        self._open = self._protocol.state is OPEN
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            elif not self._transport.is_closing():
                # Half-closed, not closed: with unread bytes left, closing would reset the
                # connection, and the charger would not get the close frame. The other side may
                # be gone, which the transport finds when it reads next.
                with suppress(OSError):
                    self._transport.write_eof()
        if self._protocol.close_expected():
            self._abort_after(self._host.settings.close_timeout_s)

    def _abort_after(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._transport.abort)
