# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What Odoo wants of a charger: takes queued commands, calls, journals the outcome.

At most one command of a charger is taken at a time, so that what has not been sent stays
queued in the database, where a restart finds it.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime

import orjson

from . import schemas, v16
from .connection import Answer, Connection
from .frames import error_answer
from .journal import Journal, JournalClosed
from .ports import CommandRecord, CommandSource, JournalEntry
from .settings import Settings

_logger = logging.getLogger(__name__)

_ASK_FOR_BOOT = '{"requestedMessage":"BootNotification"}'
_START_AGAIN_S = 2
_HIDDEN = "(not kept)"
# ftp://user:password@host; JSON writers may escape the slashes
_LOGIN_IN_URL = re.compile(r'(:(?:\\?/){2})[^/@"\s]+@')


class Commands:
    """Sends commands to the chargers that are held here."""

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
        self._under_way: dict[int, asyncio.Task] = {}
        self._asking: set[asyncio.Task] = set()
        self._asked: set[int] = set()

    def ready(self, connection: Connection, booted: bool) -> None:
        """A charger can be called now; one that sent no boot is asked for it, once.

        It is asked once in the life of the gateway, not at each reconnect: a burst of
        triggers makes a flapping charger worse (CHARGERS.md rows 6 and 7).
        """
        self._wake.set()
        charger_id = connection.charger_id
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
        """Wait for what is under way; with the connections closed it ends at once."""
        tasks = [*self._under_way.values(), *self._asking]
        if tasks:
            await asyncio.wait(tasks, timeout=self._settings.close_timeout_s)

    async def _start(self) -> None:
        while True:
            try:
                return await self._source.start(self._wake.set)
            except Exception as error:
                _logger.warning("Commands cannot be listened for yet: %s", error)
                await asyncio.sleep(_START_AGAIN_S)

    async def _wait(self, timeout_s: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout_s)
        except TimeoutError:
            pass  # a look now and then, should a notification have been lost
        self._wake.clear()

    async def _take(self) -> None:
        free = [
            charger_id
            for charger_id, connection in self._held.items()
            if connection.may_call and charger_id not in self._under_way
        ]
        if not free:
            return
        try:
            commands = await self._source.take(free)
        except Exception as error:
            _logger.warning("Commands could not be read and are tried again: %s", error)
            return
        for command in commands:
            task = asyncio.create_task(self._execute(command))
            self._under_way[command.charger_id] = task

    async def _execute(self, command: CommandRecord) -> None:
        try:
            answer = _check(command)
            if answer is None:
                answer = await self._send(command.charger_id, command.action, command.payload)
            await self._record(command.charger_id, command.action, command.payload, answer, command)
        except JournalClosed:
            pass
        except Exception:
            _logger.exception("Command %s failed", command.id)
        finally:
            del self._under_way[command.charger_id]
            self._wake.set()

    async def _send(self, charger_id: int, action: str, payload: str) -> Answer:
        connection = self._held.get(charger_id)
        if connection is None:
            return Answer("", reason="The charger is not connected.")
        answer = await connection.call(action, payload, self._settings.call_timeout_s)
        if answer.answer is not None and answer.error_code is None:
            _note_departures(action, answer)
        return answer

    async def _record(
        self,
        charger_id: int,
        action: str,
        payload: str,
        answer: Answer,
        command: CommandRecord | None = None,
    ) -> None:
        await self._journal.record(
            JournalEntry(
                charger_id,
                "out",
                answer.message_id,
                action,
                hide_secrets(action, payload),
                self._clock(),
                answer.answer,
                answer.error_code,
                command_id=command.id if command else None,
                state="new" if command else "kept",
                reason=answer.reason,
            )
        )

    async def _ask_for_boot(self, connection: Connection) -> None:
        charger_id, action = connection.charger_id, "TriggerMessage"
        try:
            answer = await self._send(charger_id, action, _ASK_FOR_BOOT)
            await self._record(charger_id, action, _ASK_FOR_BOOT, answer)
        except JournalClosed:
            pass
        except Exception:
            _logger.exception("Charger %s could not be asked for its boot", charger_id)


def _check(command: CommandRecord) -> Answer | None:
    """Give the outcome of a command that must not be sent; None for one that may."""
    if command.action not in v16.OUTGOING:
        text = f"Not sent: {command.action!r:.80} is not an action for chargers in OCPP 1.6."
        return Answer("", error_answer("NotSupported", text), "NotSupported", text)
    try:
        payload = orjson.loads(command.payload)
    except orjson.JSONDecodeError as error:
        text = f"Not sent: the payload is not JSON: {error}"
        return Answer("", error_answer("FormationViolation", text), "FormationViolation", text)
    found = schemas.violations(schemas.request_validator(command.action), payload)
    if not found:
        return None
    code, text = found[0].error_code, f"Not sent. {schemas.describe(found)}"
    return Answer("", error_answer(code, text), code, text)


def _note_departures(action: str, answer: Answer) -> None:
    found = schemas.violations(schemas.response_validator(action), orjson.loads(answer.answer))
    if found:
        answer.reason = schemas.describe(found)


def hide_secrets(action: str, payload: str) -> str:
    """Take out what nobody may read in the journal or on a command: the password of a charger,
    and of a file server in an address that a charger is given.

    :param payload: JSON text
    """
    payload = _LOGIN_IN_URL.sub(rf"\1{_HIDDEN}@", payload)
    if action != "ChangeConfiguration":
        return payload
    content = orjson.loads(payload)
    if not isinstance(content, dict) or str(content.get("key")).lower() != "authorizationkey":
        return payload
    return orjson.dumps({**content, "value": _HIDDEN}).decode()
