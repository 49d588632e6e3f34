# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Send queued commands of Odoo to chargers, and journal the outcome.

At most one command of a charger is taken at a time, so that what has not been sent stays
queued in the database, where a restart finds it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

import orjson

from .answers import Answer
from .connection import Connection
from .frames import Fault, error_answer
from .journal import Journal, JournalClosed
from .pace import Pace
from .ports import CommandRecord, CommandSource, JournalEntry
from .reasons import NOT_SENT
from .schemas import describe
from .settings import Settings
from .version import OcppVersion

_logger = logging.getLogger(__name__)

# the same in OCPP 1.6, 2.0.1 and 2.1
_ASK_FOR_BOOT = ("TriggerMessage", '{"requestedMessage":"BootNotification"}')
_REPORTS = ("TriggerMessage", "ExtendedTriggerMessage")
_START_AGAIN_S = 2


class Commands:
    """Sender of commands to the chargers that are connected here."""

    def __init__(
        self,
        source: CommandSource,
        held: Mapping[int, Connection],
        journal: Journal,
        settings: Settings,
        clock: Callable[[], datetime],
    ):
        self._source = source
        self._held = held
        self._journal = journal
        self._settings = settings
        self._clock = clock
        self._wake = asyncio.Event()
        self._pace = Pace(settings, self._wake.set)
        self._under_way: dict[int, asyncio.Task] = {}
        self._asking: set[asyncio.Task] = set()
        self._asked: set[int] = set()

    def ready(self, connection: Connection, booted: bool) -> None:
        """Send the charger's commands from now on; request its boot, once, if it sent none.

        Once in the life of the gateway, not at each reconnect: a burst of
        triggers makes a flapping charger worse (docs/chargers.md rows 6 and 7).
        """
        charger_id = connection.charger_id
        self._pace.started(charger_id)
        if booted or not self._settings.ask_for_boot or charger_id in self._asked:
            return
        self._asked.add(charger_id)
        task = asyncio.create_task(self._ask_for_boot(connection))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def run(self) -> None:
        """Take and send until cancelled."""
        await self._start()
        try:
            while True:
                await self._wait(self._settings.command_poll_s)
                await self._take()
        finally:
            await self._source.stop()

    async def finish(self) -> None:
        """Wait for commands under way; with the connections closed they end at once."""
        tasks = [*self._under_way.values(), *self._asking]
        if tasks:
            await asyncio.wait(tasks, timeout=self._settings.close_timeout_s)

    async def _start(self) -> None:
        while True:
            try:
                return await self._source.start(self._wake.set)
            except Exception as error:
                _logger.warning("Cannot listen for commands yet: %s", error)
                await asyncio.sleep(_START_AGAIN_S)

    async def _wait(self, timeout_s: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout_s)
        except TimeoutError:
            pass  # poll as well, in case a notification was lost
        self._wake.clear()

    async def _take(self) -> None:
        free = {
            charger_id: connection
            for charger_id, connection in self._held.items()
            if connection.may_call
            and charger_id not in self._under_way
            and self._pace.may_call(charger_id)
        }
        if not free:
            return
        try:
            commands = await self._source.take(
                {charger_id: connection.fence for charger_id, connection in free.items()}
            )
        except Exception as error:
            _logger.warning("Commands could not be read; retrying: %s", error)
            return
        for command in commands:
            charger_id = command.charger_id
            connection = self._held.get(charger_id, free[charger_id])
            self._under_way[charger_id] = asyncio.create_task(self._execute(connection, command))

    async def _execute(self, connection: Connection, command: CommandRecord) -> None:
        action, payload = command.action, command.payload
        try:
            answer = _check(connection.version, action, payload)
            if answer is None:
                answer = await self._send(connection, action, payload, command.is_late)
            await self._record(connection, action, payload, answer, command)
        except JournalClosed:
            pass
        except Exception:
            _logger.exception("Charger %s: command %s failed", command.charger_id, command.id)
        finally:
            del self._under_way[command.charger_id]
            self._pace.called(command.charger_id)
            self._wake.set()

    async def _send(
        self, connection: Connection, action: str, payload: str, is_late: bool = False
    ) -> Answer:
        settings = self._settings
        is_short = is_late or action in _REPORTS
        timeout_s = settings.report_timeout_s if is_short else settings.call_timeout_s
        answer = await connection.call(action, payload, timeout_s)
        if answer.answer is not None and answer.error_code is None:
            _record_violations(connection.version, action, answer)
        return answer

    async def _record(
        self,
        connection: Connection,
        action: str,
        payload: str,
        answer: Answer,
        command: CommandRecord | None = None,
    ) -> None:
        await self._journal.record(
            JournalEntry(
                connection.charger_id,
                "out",
                connection.version.name,
                answer.message_id,
                action,
                payload,
                self._clock(),
                answer.answer,
                answer.error_code,
                command_id=command.id if command else None,
                state="new" if command else "kept",
                reason=answer.reason,
            )
        )

    async def _ask_for_boot(self, connection: Connection) -> None:
        action, payload = _ASK_FOR_BOOT
        try:
            answer = await self._send(connection, action, payload)
            await self._record(connection, action, payload, answer)
        except JournalClosed:
            pass
        except Exception:
            _logger.exception(
                "Charger %s: request for its BootNotification failed", connection.charger_id
            )


def _check(version: OcppVersion, action: str, payload: str) -> Answer | None:
    """Return the outcome of a command that must not be sent; None for one that may."""
    if action not in version.outgoing:
        text = f"{action!r:.80} is not an action for chargers in OCPP {version.name}."
        return _reject("NotSupported", text)
    try:
        content = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        return _reject(version.faults[Fault.PAYLOAD], f"The payload is not JSON: {error}")
    schemas = version.schemas
    found = schemas.list_violations(schemas.requests[action], content)
    return _reject(found[0].error_code, describe(found)) if found else None


def _reject(error_code: str, text: str) -> Answer:
    text = f"{NOT_SENT} {text}"
    return Answer("", error_answer(error_code, text), error_code, text)


def _record_violations(version: OcppVersion, action: str, answer: Answer) -> None:
    schemas = version.schemas
    # orjson takes no subclass of str, as the text of a long answer is
    content = orjson.loads(str(answer.answer))
    found = schemas.list_violations(schemas.responses[action], content)
    if found:
        answer.reason = describe(found)
