# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charger that acts on its own, as OCPP 1.6 asks: boot, status, heartbeat, reconnect."""

import asyncio
import logging
import random
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial

from ocpp.exceptions import OCPPError
from ocpp.v16 import call

from .clock import Clock, SystemClock, format_timestamp, wait_for_event
from .commands import Endpoint
from .configuration import Configuration
from .connector import Connector
from .line import Line, LineError, LineLost, Refused, backoff_delays
from .outbox import Message, Outbox
from .vehicle import CurrentType

LOGGER = logging.getLogger(__name__)
DEFAULT_BOOT_RETRY_S = 30  # the charger's own choice when the answer's interval is 0
REBOOT_S = 5.0
RECONNECT_FIRST_S = 1.0
SOFT_RESET_PATIENCE_S = 10.0


@dataclass(frozen=True)
class ChargerSpec:
    """Data of a charger. `register_wh` holds the lifetime count per connector (0 if missing);
    `display`: whether it shows prices and costs."""

    identity: str
    secret: str = field(repr=False)
    current: CurrentType = "AC"
    connectors: int = 2
    rated_power_w: float = 22_000
    vendor: str = "iicharge"
    model: str = "Simulator"
    firmware: str = "1.0"
    register_wh: tuple[int, ...] = ()
    display: bool = False
    configuration: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.identity:
            raise ValueError("charger without an identity")
        if self.current not in ("AC", "DC"):
            raise ValueError(f"charger {self.identity}: current {self.current!r} is not AC or DC")
        if self.connectors < 1 or self.rated_power_w <= 0:
            raise ValueError(f"charger {self.identity}: needs connectors and a rated power")


class Charger:
    """A simulated charger. `run()` runs until it is cancelled.

    `reconnect_most_s` limits the wait between attempts to connect.
    """

    def __init__(
        self,
        spec: ChargerSpec,
        url: str,
        *,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        reconnect_most_s: float = 60.0,
    ) -> None:
        self.spec = spec
        self.clock = clock or SystemClock()
        self.rng = rng or random.Random()
        self.configuration = Configuration(
            connectors=spec.connectors,
            secret=spec.secret,
            display=spec.display,
            initial=spec.configuration,
        )
        self.shown: list[tuple[str, dict]] = []
        self.outbox = Outbox(spec.identity, self.clock, self.configuration)
        registers = (*spec.register_wh, *([0] * spec.connectors))
        self.connectors = {
            number: Connector(self, number, registers[number - 1])
            for number in range(1, spec.connectors + 1)
        }
        self.ready = asyncio.Event()
        self._url = url
        self._backoff = partial(backoff_delays, self.rng, RECONNECT_FIRST_S, reconnect_most_s)
        self._delays = self._backoff()
        self._line: Line | None = None
        self._booted = False
        self._operative = True
        self._reported: dict[int, tuple[str, str]] = {}
        self._known_tags: dict[str, Mapping[str, str]] = {}
        self._reconfigured = asyncio.Event()
        self._tasks: set[asyncio.Task] = set()
        self._offline_s = 0.0

    @property
    def online(self) -> bool:
        """Whether the central system has accepted this charger and is connected."""
        return self._line is not None and not self._line.closed

    def all_connectors(self) -> list[Connector]:
        return list(self.connectors.values())

    def spawn(self, work: Coroutine) -> None:
        """Run `work` next to the connection; it ends with the charger, not with the connection."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._reap)

    def _reap(self, task: asyncio.Task) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, LineError | OCPPError | TimeoutError):
            LOGGER.info("%s: %r", self.spec.identity, error)
        elif error:
            LOGGER.error("%s: the simulator failed", self.spec.identity, exc_info=error)

    # -- connection --------------------------------------------------------------------------

    async def run(self) -> None:
        """Connect, serve, connect again. Ends only by cancellation."""
        try:
            while True:
                line = await self._connect()
                try:
                    await self._serve(line)
                finally:
                    self._line = None
                    self.outbox.drop_transient()
                    await line.close()
                LOGGER.info("%s offline", self.spec.identity)
                pause_s = self._offline_s or next(self._delays)
                self._offline_s = 0.0
                await self.clock.sleep(pause_s)
        finally:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _connect(self) -> Line:
        said = False
        while True:
            try:
                secret = self.configuration["AuthorizationKey"]
                endpoint = partial(Endpoint, self)
                return await Line.open(self._url, self.spec.identity, secret, endpoint)
            except Refused as error:
                # A warning: waiting does not cure a wrong secret or an unknown identity.
                LOGGER.log(logging.DEBUG if said else logging.WARNING, "%s; retrying", error)
            except LineError as error:
                LOGGER.log(logging.DEBUG if said else logging.INFO, "%s; retrying", error)
            said = True
            await self.clock.sleep(next(self._delays))

    async def _serve(self, line: Line) -> None:
        """Exchange messages on `line` until it ends."""
        conversation = asyncio.ensure_future(self._converse(line))
        ended = asyncio.ensure_future(line.wait_closed())
        try:
            await asyncio.wait({conversation, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (conversation, ended):
                task.cancel()
            results = await asyncio.gather(conversation, ended, return_exceptions=True)
        for result in results:
            if isinstance(result, LineError | OCPPError | TimeoutError):
                LOGGER.debug("%s: %r", self.spec.identity, result)
            elif isinstance(result, Exception):
                raise result

    async def _converse(self, line: Line) -> None:
        if not self._booted:
            await self._boot(line)
        self._line = line
        # Only now: the wait also grows while a server closes before it accepts.
        self._delays = self._backoff()
        LOGGER.info("%s online", self.spec.identity)
        for number in (0, *self.connectors):
            if self._reported.get(number) != self._status_of(number):
                self.report_status(number)
        self.ready.set()
        heart = asyncio.ensure_future(self._beat())
        try:
            await self.outbox.deliver(line)
        finally:
            heart.cancel()

    async def _boot(self, line: Line) -> None:
        while True:
            wait_s = DEFAULT_BOOT_RETRY_S
            try:
                answer = await self._send_boot(line)
                if answer.status == "Accepted":
                    self._booted = True
                    return
                wait_s = answer.interval or DEFAULT_BOOT_RETRY_S
                LOGGER.info(
                    "%s boot %s, retrying in %s s", self.spec.identity, answer.status, wait_s
                )
            except (OCPPError, TimeoutError) as error:
                LOGGER.warning("%s: BootNotification failed: %r", self.spec.identity, error)
            await self.clock.sleep(wait_s)

    async def _send_boot(self, line: Line):
        answer = await line.call(
            call.BootNotification(
                charge_point_vendor=self.spec.vendor,
                charge_point_model=self.spec.model,
                charge_point_serial_number=self.spec.identity[:25],
                firmware_version=self.spec.firmware,
            )
        )
        if answer.status == "Accepted" and answer.interval > 0:
            self.configuration.change("HeartbeatInterval", str(answer.interval))
            self.apply_configuration()
        return answer

    async def _beat(self) -> None:
        while True:
            self._reconfigured.clear()
            # 0 switches the heartbeat off (section 9.1.9).
            interval_s = self.configuration.count("HeartbeatInterval") or None
            if not await wait_for_event(self.clock, self._reconfigured, interval_s):
                await self.send_heartbeat()

    # -- what it reports -----------------------------------------------------------------------

    def _require_line(self) -> Line:
        if self._line is None:
            raise LineLost(f"{self.spec.identity}: offline")
        return self._line

    async def announce(self) -> None:
        """Send a BootNotification that was asked for."""
        await self._send_boot(self._require_line())

    async def send_heartbeat(self) -> None:
        """Send a Heartbeat; a failure has no effect."""
        try:
            await self._require_line().call(call.Heartbeat())
        except LineLost:
            LOGGER.debug("%s: connection lost at a Heartbeat", self.spec.identity)
        except (OCPPError, TimeoutError) as error:
            LOGGER.warning("%s: Heartbeat failed: %r", self.spec.identity, error)

    def _status_of(self, number: int) -> tuple[str, str]:
        if number:
            connector = self.connectors[number]
            return connector.status, connector.error_code
        return ("Available" if self._operative else "Unavailable"), "NoError"

    def report_status(self, number: int) -> None:
        """Queue a StatusNotification; while offline it waits for the next connection."""
        if not self.online:
            return
        status, error_code = self._status_of(number)
        notification = call.StatusNotification(
            connector_id=number,
            error_code=error_code,
            status=status,
            timestamp=format_timestamp(self.clock.now()),
        )

        def reported(_answer) -> None:
            self._reported[number] = status, error_code

        self.outbox.put(Message(notification, on_answer=reported))

    def trigger_status(self, number: int | None) -> None:
        for each in (0, *self.connectors) if number is None else (number,):
            self.report_status(each)

    def trigger_meter_values(self, number: int | None) -> None:
        for connector in [self.connectors[number]] if number else self.all_connectors():
            connector.send_meter_value("Trigger")

    # -- id tags -----------------------------------------------------------------------------

    async def authorize(self, id_tag: str) -> bool:
        """Check whether a tag may charge; offline, by the tags accepted before."""
        if self.online:
            try:
                answer = await self._require_line().call(call.Authorize(id_tag=id_tag))
            except LineLost:
                LOGGER.info("%s: connection lost while authorizing %s", self.spec.identity, id_tag)
            except (OCPPError, TimeoutError) as error:
                LOGGER.warning("%s: Authorize failed: %r", self.spec.identity, error)
                return False
            else:
                self.remember(id_tag, answer.id_tag_info)
                return answer.id_tag_info["status"] == "Accepted"
        known = self._known_tags.get(id_tag, {}).get("status") == "Accepted"
        return known and self.configuration.flag("LocalAuthorizeOffline")

    def remember(self, id_tag: str, info: Mapping[str, str]) -> None:
        """Store the central system's answer for a tag (the authorization cache)."""
        self._known_tags[id_tag] = info

    def get_parent(self, id_tag: str) -> str:
        """Return the group of a tag as far as the central system has named it; empty: none."""
        return self._known_tags.get(id_tag, {}).get("parent_id_tag", "")

    def clear_tags(self) -> None:
        self._known_tags.clear()

    # -- commands ----------------------------------------------------------------------------

    def connector_for_remote_start(self, number: int | None) -> Connector | None:
        """Return the connector on which a remote start may begin, or None."""
        candidates = self.all_connectors() if number is None else [self.connectors.get(number)]
        # A connector where a car waits comes first: that is where the guest is.
        free = [c for c in candidates if c and c.idle and c.remote_tag is None]
        return min(free, key=lambda c: c.vehicle is None, default=None)

    async def remote_start(self, connector: Connector, id_tag: str) -> None:
        """Start now, or wait ConnectionTimeOut seconds for a car."""
        await connector.start_remote(id_tag)
        timeout_s = self.configuration.count("ConnectionTimeOut")
        if timeout_s and not await connector.wait_for(
            lambda: connector.remote_tag != id_tag, timeout_s
        ):
            connector.cancel_remote(id_tag)

    def change_availability(self, number: int, operative: bool) -> None:
        if number == 0:
            self._operative = operative
            self.report_status(0)
        for connector in [self.connectors[number]] if number else self.all_connectors():
            connector.set_operative(operative)

    def show(self, message: str, content: dict) -> None:
        """Show a price or a cost on the display; `shown` keeps what it was."""
        self.shown.append((message, content))
        words = [str(content[name]) for name in ("cost", "priceText") if name in content]
        LOGGER.info("%s shows %s: %s", self.spec.identity, message, ", ".join(words))

    def apply_configuration(self) -> None:
        """Wake the tasks that wait for an interval, to read it again."""
        self._reconfigured.set()
        for connector in self.all_connectors():
            connector.notify()

    async def reboot(self, reason: str) -> None:
        """Stop what runs for `reason` (SoftReset or HardReset), and start again."""
        LOGGER.info("%s reboots (%s)", self.spec.identity, reason)
        for connector in self.all_connectors():
            connector.stop(reason)
        if reason == "SoftReset":
            empty = asyncio.Event()
            watcher = asyncio.ensure_future(self._set_when_delivered(empty))
            await wait_for_event(self.clock, empty, SOFT_RESET_PATIENCE_S)
            watcher.cancel()
        self._booted = False
        self._reported.clear()
        line, self._line = self._line, None
        for connector in self.all_connectors():
            connector.restart()
        self.lose_line(REBOOT_S, line)

    async def _set_when_delivered(self, event: asyncio.Event) -> None:
        await self.outbox.wait_empty()
        event.set()

    def lose_line(self, offline_s: float, line: Line | None = None) -> None:
        """Lose the connection and stay offline for `offline_s` seconds."""
        self._offline_s = offline_s
        line = line or self._line
        if line:
            line.abort()

    async def switch_off(self) -> None:
        """Stop what runs and return when everything is reported; wait for it with a timeout."""
        for connector in self.all_connectors():
            connector.stop("PowerLoss")
        if self.online:
            await self.outbox.wait_empty()
