# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Listen, and hold the connections: the newest of each charger.

Presence is written to the connection store with a fence, a number that grows with
each connection, so that the end of an old one cannot mark a new one offline.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from datetime import datetime, timedelta

from websockets.http11 import Request, Response

from .addresses import find_client, is_trusted
from .connection import Connection
from .few_lines import FewLines
from .handling import Station, VendorHandler
from .handshake import HandshakeChecker, Refusal
from .journal import Journal
from .limits import ConnectionLimits, count_descriptors
from .ports import (
    Authorizer,
    ChargerDirectory,
    ChargerRecord,
    ConnectionStore,
    Presence,
    RefusalReason,
    Refused,
)
from .quota import Quotas
from .refusals import Refusals
from .settings import Settings
from .takeovers import Takeovers
from .versions import BY_SUBPROTOCOL
from .wire import RECEIVE_BYTES, Wire

_logger = logging.getLogger(__name__)
_logger.addFilter(FewLines())

# Connections accepted in one turn of the loop, so that the requests of the first are read before
# many more are there; the rest waits in the system's queue of BACKLOG.
_ACCEPT_AT_ONCE, _BACKLOG = 16, 4096

# Within the seconds in which a balancer that checks every two of them learns of the end.
_WAVES, _LEAST_OF_A_WAVE, _WAVE_S = 20, 50, 0.1

_DETAIL = 120
"""Characters of what a charger offered or called that are kept."""

_NOT_ANSWERED = (1011, "A message was not answered; send it again.")
_REPLACED = (1008, "Replaced by a newer connection of this charger.")
_NO_SUBPROTOCOL = (1002, f"This server supports {' and '.join(BY_SUBPROTOCOL)} only.")
_GOING_AWAY = (1001, "The server is stopping. Connect again.")


class Server:
    """The listening side of the gateway.

    :param on_ready: called with a connection when our calls to it may go out
    """

    def __init__(
        self,
        settings: Settings,
        directory: ChargerDirectory,
        authorizer: Authorizer,
        connections: ConnectionStore,
        journal: Journal,
        clock: Callable[[], datetime],
        on_ready: Callable[[Connection, bool], None],
        vendors: Mapping[str, VendorHandler],
    ):
        self.settings = settings
        self.receive_buffer = bytearray(RECEIVE_BYTES)
        self.held: dict[int, Connection] = {}
        self.limits = ConnectionLimits(
            settings.max_connections, lambda address: is_trusted(address, settings.trusted_proxies)
        )
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="iicharge-reader")
        self._wires: set[Wire] = set()
        self._seen: dict[int, datetime] = {}
        self._quotas = Quotas()
        self._refusals = Refusals(connections)
        self._takeovers = Takeovers(time.monotonic)
        self._directory = directory
        self._authorizer = authorizer
        self._store = connections
        self._journal = journal
        self._clock = clock
        self._on_ready = on_ready
        self._vendors = vendors
        self._handshakes = HandshakeChecker(directory, settings)
        self._repeating: list[asyncio.Task] = []
        self._closing: set[asyncio.Task] = set()
        self._listener: asyncio.Server | None = None

    # --- life ------------------------------------------------------------------------
    async def start(self) -> int:
        """Listen, and return the port.

        :raises OSError: the port is taken
        """
        settings = self.settings
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_error)
        self._listener = await loop.create_server(
            lambda: Wire(self), settings.host, settings.port, backlog=_ACCEPT_AT_ONCE
        )
        for listening in self._listener.sockets:
            with socket.socket(fileno=os.dup(listening.fileno())) as same:
                same.listen(_BACKLOG)
        _logger.info(
            "At most %s connections, of %s files that the process may have open",
            self.limits.most,
            count_descriptors(),
        )
        self._repeating = [
            asyncio.create_task(self._repeat(settings.ping_interval_s, self._check_alive)),
            asyncio.create_task(self._repeat(settings.presence_interval_s, self._write_presence)),
            asyncio.create_task(self._repeat(settings.presence_interval_s, self._refusals.write)),
        ]
        return self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Accept no more connections, close all, and mark their chargers offline.

        Many are closed in waves, and served until then: all at once would come to the gateway
        that takes over, or to this one when it is back, in the same moment.
        """
        self._listener.close()
        wires = list(self._wires)
        size = max(len(wires) // _WAVES, _LEAST_OF_A_WAVE)
        for first in range(0, len(wires), size):
            if first:
                await asyncio.sleep(_WAVE_S)
            for wire in wires[first : first + size]:
                wire.close(*_GOING_AWAY)
        deadline = asyncio.get_running_loop().time() + self.settings.close_timeout_s
        while self._wires and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        for wire in list(self._wires):
            wire.abort()
        await asyncio.sleep(0)
        for task in self._repeating:
            task.cancel()
        if self._closing:
            await asyncio.wait(self._closing, timeout=self.settings.close_timeout_s)
        self._executor.shutdown(wait=False, cancel_futures=True)

    def find(self, charger_id: int) -> Connection | None:
        """Return the charger's connection, if it is held here."""
        return self.held.get(charger_id)

    # --- called by wires ---------------------------------------------------------------
    def is_healthy(self) -> bool:
        """Check whether what chargers send can be stored now."""
        return not self._journal.is_waiting

    async def open(self, request: Request, response: Response, wire: Wire) -> Connection:
        """Decide on a handshake; complete the response's headers."""
        address = find_client(
            wire.remote_address,
            request.headers.get_all("X-Forwarded-For"),
            self.settings.trusted_proxies,
        )
        try:
            admitted = await self._handshakes.admit(request, address)
            await self._keep_in_use(admitted.record, address)
        except Refusal as refusal:
            self._note(refusal, request, address)
            raise
        record = admitted.record
        if admitted.subprotocol is not None:
            response.headers["Sec-WebSocket-Protocol"] = admitted.subprotocol
        fence = 0
        if not admitted.agreed:
            offered = ", ".join(request.headers.get_all("Sec-WebSocket-Protocol"))
            spelled = self._handshakes.read_identity(request.path)
            self.refused("other_version", address, spelled, offered)
        else:
            fence = await self._store.opened(
                record.id, self._clock(), address, admitted.subprotocol or ""
            )
        station = Station(
            record,
            self._directory,
            self._authorizer,
            self._clock,
            self.settings.pending_interval_s,
            self._vendors,
            self._quotas.get(record.id),
            address,
        )
        return Connection(
            station,
            admitted.version,
            fence,
            wire,
            self._journal,
            boot_backstop_s=self.settings.boot_backstop_s,
            on_ready=self._on_ready,
            executor=self._executor,
        )

    async def _keep_in_use(self, record: ChargerRecord, address: str) -> None:
        """Keep a connection that is replaced again and again and still answers.

        :raises Refusal: another device has the identity, and its connection is in use
        """
        held = self.held.get(record.id)
        if held is None or not self._takeovers.are_rapid(record.id):
            return
        if await held.is_alive(self.settings.probe_s):
            self._takeovers.add(record.id)
            raise Refusal(
                429,
                "two_devices",
                "Another device uses this identity, and its connection is in use.",
                {"Retry-After": "60"},
                f"{held.station.remote_address}, {address}",
            )

    def _note(self, refusal: Refusal, request: Request, address: str) -> None:
        try:
            identity = self._handshakes.read_identity(request.path)
        except Refusal:
            identity = ""
        self.refused(refusal.reason, address, identity, refusal.detail)

    def refused(
        self, reason: RefusalReason, address: str, identity: str = "", detail: str = ""
    ) -> None:
        """Keep what a technician should know of a connection that was refused."""
        self._refusals.add(Refused(identity, reason, address, self._clock(), detail[:_DETAIL]))

    def opened(self, connection: Connection, wire: Wire) -> None:
        """Hold a new connection; an older one of the charger is closed."""
        self._wires.add(wire)
        if connection.fence == 0:
            connection.close(*_NO_SUBPROTOCOL)
            return
        old = self.held.get(connection.charger_id)
        if old is not None and old.fence > connection.fence:
            connection.close(*_REPLACED)
            return
        self.held[connection.charger_id] = connection
        if old is not None:
            self._takeovers.add(connection.charger_id)
            old.close(*_REPLACED)

    def lost(self, connection: Connection, wire: Wire) -> None:
        """Drop a closed connection."""
        self._wires.discard(wire)
        if self.held.get(connection.charger_id) is connection:
            del self.held[connection.charger_id]
            self._seen.pop(connection.charger_id, None)
        if connection.fence:
            task = asyncio.create_task(self._mark_closed(connection))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _mark_closed(self, connection: Connection) -> None:
        try:
            await self._store.closed(connection.charger_id, connection.fence, self._clock())
        except Exception as error:
            # The lease corrects it: a charger that is not seen any more goes offline.
            _logger.info("Charger %s: not marked offline yet: %s", connection.charger_id, error)

    # --- periodic ----------------------------------------------------------------------
    async def _repeat(self, interval_s: float, act: Callable[[], Coroutine]) -> None:
        while True:
            await asyncio.sleep(interval_s)
            try:
                await act()
            except Exception as error:
                _logger.warning("Retrying in %s s: %s", interval_s, error)

    async def _check_alive(self) -> None:
        """Ping wires silent for an interval; abort those that do not answer within the next.

        Close connections that are owed an answer for too long: their chargers send it again.
        """
        for connection in list(self.held.values()):
            is_owed = connection.is_owed_an_answer(self.settings.answer_timeout_s)
            if is_owed and not self._journal.is_waiting:
                _logger.error(
                    "Charger %s: a message was not answered in %s s; its connection is closed",
                    connection.charger_id,
                    self.settings.answer_timeout_s,
                )
                connection.close(*_NOT_ANSWERED)
        for wire in list(self._wires):
            if wire.received:
                wire.received = wire.pinged = False
            elif wire.pinged:
                wire.abort()
            else:
                wire.pinged = True
                wire.ping()

    async def _write_presence(self) -> None:
        presences = [
            Presence(charger_id, connection.fence, connection.last_received_at)
            for charger_id, connection in self.held.items()
            if self._seen.get(charger_id) != connection.last_received_at
        ]
        if presences:
            taken_over = await self._store.seen(presences)
            for charger_id, fence, at in map(astuple, presences):
                connection = self.held.get(charger_id)
                if connection is None or connection.fence != fence:
                    continue
                self._seen[charger_id] = at
                if charger_id in taken_over:
                    connection.close(*_REPLACED)
        await self._store.expire(self._clock() - timedelta(seconds=self.settings.presence_lease_s))


def _log_error(loop: asyncio.AbstractEventLoop, context: dict) -> None:
    """Log an error that asyncio met, as its default does, but not each of thousands."""
    _logger.error("%s", context.get("message"), exc_info=context.get("exception"))
