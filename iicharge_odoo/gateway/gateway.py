# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Assemble the gateway from its parts, and run it."""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from .commands import Commands
from .handling import VendorHandler
from .journal import Journal
from .ports import (
    Authorizer,
    ChargerDirectory,
    CommandSource,
    ConnectionStore,
    JournalStore,
)
from .server import Server
from .settings import Settings
from .versions import VERSIONS

_logger = logging.getLogger(__name__)

BEAT_S = 1
# A loop that has done nothing for so long serves no charger.
STUCK_S = 30


def utc_now() -> datetime:
    """Return the machine's time in UTC."""
    return datetime.now(UTC)


class Gateway:
    """The socket side of a central system.

    :param vendors: handlers of DataTransfer by vendorId
    :ivar port: where it listens, once it does (port 0 of the settings: any free one)
    """

    def __init__(
        self,
        settings: Settings,
        *,
        directory: ChargerDirectory,
        authorizer: Authorizer,
        journal_store: JournalStore,
        connection_store: ConnectionStore,
        command_source: CommandSource,
        vendors: Mapping[str, VendorHandler] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ):
        self.settings = settings
        self.port: int | None = None
        self.journal = Journal(
            journal_store, max_queued=settings.max_queued, max_batch=settings.max_batch
        )
        self.server = Server(
            settings,
            directory,
            authorizer,
            connection_store,
            self.journal,
            clock,
            lambda connection, booted: self.commands.ready(connection, booted),
            vendors or {},
        )
        self.commands = Commands(command_source, self.server.held, self.journal, settings, clock)

    async def run(
        self, stop_event: asyncio.Event, started: Callable[[int], None] = lambda port: None
    ) -> None:
        """Serve until the event is set, then close all and write what is queued.

        :param started: called with the port once chargers can connect
        :raises OSError: the port is taken
        """
        for version in VERSIONS.values():
            version.schemas.compile()  # before the first charger comes
        self.journal.start()
        commands: asyncio.Task | None = None
        try:
            self.port = await self.server.start()
            commands = asyncio.create_task(self.commands.run())
            _logger.info("Chargers connect to port %s, path %s", self.port, self.settings.path)
            started(self.port)
            await self._watch(stop_event, commands)
        finally:
            if commands is not None:
                commands.cancel()
                await asyncio.wait([commands], timeout=self.settings.close_timeout_s)
            if self.port is not None:
                await self.server.stop()
            await self.commands.finish()
            await self.journal.close(self.settings.close_timeout_s)

    async def _watch(self, stop_event: asyncio.Event, commands: asyncio.Task) -> None:
        """Wait for the event.

        :raises Exception: a part has ended that must not; who leads starts all of it again
        """
        stopped = asyncio.create_task(stop_event.wait())
        try:
            while not stopped.done():
                await asyncio.wait((stopped, commands), timeout=1, return_when="FIRST_COMPLETED")
                self.journal.check()
                if commands.done():
                    await commands
        finally:
            stopped.cancel()


class GatewayThread(threading.Thread):
    """A gateway in a thread with a loop of its own.

    :param make: builds the gateway inside the thread
    """

    def __init__(self, make: Callable[[], Gateway]):
        super().__init__(name="iicharge-gateway", daemon=True)
        self._make = make
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_event: asyncio.Event | None = None
        self._started_or_failed = threading.Event()
        self.port: int | None = None
        self.error: BaseException | None = None
        self._beaten_at = time.monotonic()

    def run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self.error = error
            if self.port is not None:  # else the waiting starter gets the error
                _logger.exception("The gateway ended")
        finally:
            self._started_or_failed.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop_event = asyncio.Event()
        beating = asyncio.create_task(self._beat())
        try:
            await self._make().run(self._stop_event, self._set_started)
        finally:
            beating.cancel()

    async def _beat(self) -> None:
        while True:
            self._beaten_at = time.monotonic()
            await asyncio.sleep(BEAT_S)

    def check(self) -> None:
        """Check that chargers are still served.

        :raises RuntimeError: the thread has ended, or its loop does nothing for too long
        """
        if not self.is_alive():
            raise RuntimeError("The gateway has ended.") from self.error
        silent_s = time.monotonic() - self._beaten_at
        if silent_s > STUCK_S:
            frame = sys._current_frames().get(self.ident)
            stack = "".join(traceback.format_stack(frame)) if frame else ""
            raise RuntimeError(f"The gateway's loop is stuck since {silent_s:.0f} s:\n{stack}")

    def _set_started(self, port: int) -> None:
        self.port = port
        self._started_or_failed.set()

    def wait_started(self, timeout_s: float = 30) -> int:
        """Return the port once chargers can connect.

        :raises RuntimeError: it could not start; the cause says why
        """
        self._started_or_failed.wait(timeout_s)
        if self.port is None:
            raise RuntimeError("The gateway could not start.") from self.error
        return self.port

    def stop(self, timeout_s: float = 30) -> None:
        """Stop and wait for the end; may be called from any thread."""
        if self._loop is not None and self._stop_event is not None and self.is_alive():
            try:
                self._loop.call_soon_threadsafe(self._stop_event.set)
            except RuntimeError:
                pass  # the loop ended meanwhile
        if self.ident is not None:
            self.join(timeout_s)
