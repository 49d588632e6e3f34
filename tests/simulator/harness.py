# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A small central system on `ocpp`'s server side, and a clock that the test controls."""

import asyncio
import base64
import functools
import heapq
import itertools
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from ocpp.exceptions import InternalError
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.enums import Action
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from iicharge_odoo.simulator.charger import Charger, ChargerSpec
from iicharge_odoo.simulator.line import Line

SECRET = "a-secret-of-the-test-0001"
SERVER_LOGGER = logging.getLogger("tests.simulator.ocpp")
SERVER_LOGGER.setLevel(logging.CRITICAL)
EPOCH = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PATIENCE_S = 30


def in_loop(test):
    """Run an async test in a loop of its own, bounded so that a hang is a failure."""

    @functools.wraps(test)
    def run(*args, **kwargs):
        async def bounded():
            async with asyncio.timeout(PATIENCE_S):
                await test(*args, **kwargs)

        asyncio.run(bounded())

    return run


async def until(predicate):
    """Wait in real time for network events."""
    while not predicate():
        await asyncio.sleep(0.001)


class Traffic:
    """Counter of the calls that are under way, so that held time stops."""

    def __init__(self, monkeypatch):
        self.under_way = 0
        for name in ("call", "close"):
            monkeypatch.setattr(Line, name, self._counted(getattr(Line, name)))
        monkeypatch.setattr(Line, "open", self._counted(Line.open))

    def _counted(self, method):
        @functools.wraps(method)
        async def counted(*args, **kwargs):
            self.under_way += 1
            try:
                return await method(*args, **kwargs)
            finally:
                self.under_way -= 1

        return counted

    async def wait_idle(self):
        """Return when no call is under way and every task has run."""
        quiet = 0
        while quiet < 2:
            for _ in range(8):
                await asyncio.sleep(0)
            quiet = 0 if self.under_way else quiet + 1
            if self.under_way:
                await asyncio.sleep(0.0005)


class HeldClock:
    """A clock that advances only when the test says so, from one sleeper to the next."""

    def __init__(self, traffic):
        self._now = EPOCH
        self._traffic = traffic
        self._order = itertools.count()
        self._sleepers = []

    def now(self):
        return self._now

    async def sleep(self, duration_s):
        woken = asyncio.get_running_loop().create_future()
        due = self._now + timedelta(seconds=duration_s)
        heapq.heappush(self._sleepers, (due, next(self._order), woken))
        await woken

    async def run_until(self, predicate, most_s=86_400):
        """Let time pass until `predicate` holds."""
        end = self._now + timedelta(seconds=most_s)
        await self._traffic.wait_idle()
        while not predicate():
            self._sleepers = [each for each in self._sleepers if not each[2].done()]
            heapq.heapify(self._sleepers)
            if not self._sleepers:
                # nothing waits for the clock: something is still on its way through a socket
                await asyncio.sleep(0.01)
                await self._traffic.wait_idle()
                continue
            due = self._sleepers[0][0]
            assert due <= end, f"it did not happen within {most_s} s"
            self._now = max(self._now, due)
            heapq.heappop(self._sleepers)[2].set_result(None)
            await self._traffic.wait_idle()

    async def run_for(self, duration_s):
        """Let `duration_s` pass."""
        passed = asyncio.ensure_future(self.sleep(duration_s))
        await asyncio.sleep(0)
        await self.run_until(passed.done, duration_s)


@dataclass
class Call:
    """A call that the central system received."""

    identity: str
    action: str
    payload: dict


class _Served(ChargePoint):
    def __init__(self, central, identity, connection):
        super().__init__(identity, connection, 5, SERVER_LOGGER)
        self._central = central

    def _take(self, action, payload):
        self._central.calls.append(Call(self.id, action, payload))
        if action in self._central.failing:
            raise InternalError(description="not now")

    @on(Action.boot_notification)
    def on_boot(self, **payload):
        self._take("BootNotification", payload)
        status, interval = self._central.boots.pop(0) if self._central.boots else ("Accepted", 0)
        return call_result.BootNotification(
            current_time="2026-03-01T12:00:00Z", interval=interval, status=status
        )

    @on(Action.heartbeat)
    def on_heartbeat(self):
        self._take("Heartbeat", {})
        return call_result.Heartbeat(current_time="2026-03-01T12:00:00Z")

    @on(Action.status_notification)
    def on_status(self, **payload):
        self._take("StatusNotification", payload)
        return call_result.StatusNotification()

    @on(Action.authorize)
    def on_authorize(self, **payload):
        self._take("Authorize", payload)
        return call_result.Authorize(id_tag_info=self._central.inform(payload))

    @on(Action.start_transaction)
    def on_start(self, **payload):
        self._take("StartTransaction", payload)
        return call_result.StartTransaction(
            transaction_id=next(self._central.transaction_ids),
            id_tag_info=self._central.inform(payload, self._central.start_verdict),
        )

    @on(Action.meter_values)
    def on_meter_values(self, **payload):
        self._take("MeterValues", payload)
        return call_result.MeterValues()

    @on(Action.stop_transaction)
    def on_stop(self, **payload):
        self._take("StopTransaction", payload)
        return call_result.StopTransaction()


class CentralSystem:
    """A central system: received calls are in `calls`, its attributes set its answers."""

    def __init__(self):
        self.calls = []
        self.boots = []  # (status, interval) of the next BootNotifications
        self.failing = set()  # actions answered with a CALLERROR
        self.blocked = set()  # id tags
        self.parents = {}  # id tag: its group
        self.start_verdict = None
        self.transaction_ids = itertools.count(1)
        self.chargers = {}
        self.handshakes = 0
        self.port = 0
        self._server = None

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.port}/ocpp"

    def inform(self, payload, verdict=None):
        """Make the idTagInfo of an answer."""
        info = {"status": verdict or self.verdict(payload)}
        parent = self.parents.get(payload["id_tag"])
        return info if parent is None else {**info, "parent_id_tag": parent}

    def verdict(self, payload):
        return "Blocked" if payload["id_tag"] in self.blocked else "Accepted"

    def of(self, action):
        return [call.payload for call in self.calls if call.action == action]

    def statuses(self, connector):
        return [
            payload["status"]
            for payload in self.of("StatusNotification")
            if payload["connector_id"] == connector
        ]

    async def start(self):
        """Listen; on the same port as before when started again."""
        self._server = await serve(
            self._handle,
            "127.0.0.1",
            self.port,
            subprotocols=["ocpp1.6"],
            process_request=self._check_secret,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        for served in list(self.chargers.values()):
            served._connection.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    def _check_secret(self, connection, request):
        self.handshakes += 1
        identity = request.path.rpartition("/")[2]
        expected = base64.b64encode(f"{identity}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "")
        return None

    async def _handle(self, connection):
        identity = connection.request.path.rpartition("/")[2]
        served = _Served(self, identity, connection)
        self.chargers[identity] = served
        try:
            await served.start()
        except ConnectionClosed:
            if self.chargers.get(identity) is served:
                del self.chargers[identity]


@asynccontextmanager
async def a_central_system():
    central = CentralSystem()
    await central.start()
    try:
        yield central
    finally:
        await central.stop()


@asynccontextmanager
async def a_booted_charger(central, clock, rng, **spec):
    """A charger that has booted."""
    spec = {"identity": "GARAGE-1", "secret": SECRET, **spec}
    charger = Charger(ChargerSpec(**spec), central.url, clock=clock, rng=rng)
    life = asyncio.ensure_future(charger.run())
    try:
        if not central.boots:
            await clock.run_until(charger.ready.is_set)
        yield charger
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
