# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""One charger's connection: the order of its calls, and our calls to it. No sockets.

Calls of a charger are handled one after the other, each answered after its commit, so the
journal has them in the order they came. Answers to our own calls are taken as they come.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from datetime import datetime
from typing import Protocol

from . import reasons
from .answers import Answer, ConnectionLost, read_answer
from .apart import BIG_BYTES, Apart
from .frames import (
    Call,
    CallError,
    CallResult,
    Frame,
    Unreadable,
    decode,
    encode_call,
    encode_error,
    encode_result,
    error_answer,
    raw_text,
)
from .handling import Decision, Station, refuse
from .journal import Journal, JournalClosed
from .ports import JournalEntry, Receipt
from .version import OcppVersion

_logger = logging.getLogger(__name__)

MAX_WAITING = 16
"""Most frames of one charger that wait while its socket is read."""

_NOT_ACCEPTED = error_answer("InternalError", "The charger has not been accepted yet.")
_JOURNAL_FAILED = error_answer("InternalError", "The message could not be stored.")


class Wire(Protocol):
    """Interface of a connection's transport."""

    def send(self, data: bytes) -> None:
        """Send one text frame."""

    def hold(self, held: bool) -> None:
        """Stop or continue reading."""

    def close(self, code: int, reason: str) -> None:
        """Close with a websocket close code."""

    async def is_alive(self, within_s: float) -> bool:
        """Check whether the charger answers a ping."""


_Waiting = Call | CallResult | CallError | Unreadable
_ANSWERS = (CallResult, CallError)

# The call under way: message id as JSON (None: not to be answered), action, entry. Not the
# frame: without its parsed payload, which dies early, the next one is parsed in warm memory.
_Current = tuple[str | None, str | None, JournalEntry]


class Connection:
    """Connection of one charger, in one version of OCPP.

    :param fence: number of this connection, larger than that of any before it
    :param boot_backstop_s: our calls wait for the charger's boot at most this long
    :param on_ready: called when our calls may go out: after each boot, or without one
    :param executor: reads big frames
    """

    def __init__(
        self,
        station: Station,
        version: OcppVersion,
        fence: int,
        wire: Wire,
        journal: Journal,
        *,
        boot_backstop_s: float,
        on_ready: Callable[["Connection", bool], None],
        executor: Executor,
    ):
        self.station = station
        self.version = version
        self.fence = fence
        self.last_received_at = station.clock()
        self.closed = False
        self._wire = wire
        self._journal = journal
        self._apart = Apart(executor, self._take, self._hold, self._fail)
        # lists: an empty deque takes ten times the memory, and few frames wait
        self._waiting: list[tuple[_Waiting, datetime]] = []
        self._current: _Current | None = None
        self._busy = False
        self._handled_at = self.last_received_at
        self._blocked = False
        self._task: asyncio.Task | None = None
        self._on_ready = on_ready
        self._ready = False
        self._backstop = asyncio.get_running_loop().call_later(
            boot_backstop_s, self._set_ready, False
        )
        self._calling = asyncio.Lock()
        self._open_call: tuple[str, asyncio.Future[Answer]] | None = None

    @property
    def charger_id(self) -> int:
        return self.station.record.id

    @property
    def may_call(self) -> bool:
        """Whether our calls may go out, and none is under way.

        Not before the boot was answered, as some chargers reboot on it (docs/chargers.md row 5);
        not to one that was refused, as it must not answer (OCPP 1.6 section 4.2).
        """
        refused = self.station.record.admission == "refused"
        return self._ready and not refused and not self.closed and not self._calling.locked()

    # --- incoming ----------------------------------------------------------------------
    def frame_received(self, data: bytes) -> None:
        """Handle one text frame."""
        at = self.last_received_at = self.station.clock()
        if len(data) > BIG_BYTES or self._apart:
            self._apart.put(data, at)
        else:
            self._take(decode(data), at)

    def _take(self, frame: Frame | None, at: datetime) -> None:
        if frame is None:
            return
        if type(frame) in _ANSWERS and self._take_answer(frame):
            return
        if self._busy or self._blocked:
            self._waiting.append((frame, at))
            if len(self._waiting) == MAX_WAITING:
                self._hold()
        else:
            self._handle(frame, at)

    def heard(self) -> None:
        """Count a frame without content as a sign of life."""
        self.last_received_at = self.station.clock()

    def frame_too_big(self, limit_bytes: int) -> None:
        """Keep evidence of a frame over the limit; the transport closes with 1009."""
        text = f"A message of more than {limit_bytes} bytes; the connection was closed with 1009."
        at, version = self.station.clock(), self.version.name
        entry = JournalEntry(
            self.charger_id, "in", version, "-1", None, "", at, state="kept", reason=text
        )
        if self.station.may_keep(entry):
            self._journal.submit(entry, lambda outcome: None)

    def resume(self) -> None:
        """Continue with its calls: the charger reads its answers again."""
        self._blocked = False
        if not self._busy:
            self._next()

    def block(self) -> None:
        """Handle no more of its calls: the charger does not read its answers."""
        self._blocked = True

    def lost(self) -> None:
        """End: the transport is closed. Complete frames are still journalled, without an answer."""
        self.closed = True
        self._backstop.cancel()
        if self._open_call is not None and not self._open_call[1].done():
            self._open_call[1].set_exception(ConnectionLost())
        self.resume()

    def close(self, code: int, reason: str) -> None:
        """Close from our side."""
        self._wire.close(code, reason)

    async def is_alive(self, within_s: float) -> bool:
        """Check whether the charger still answers on this connection."""
        return not self.closed and await self._wire.is_alive(within_s)

    def is_owed_an_answer(self, for_s: float) -> bool:
        """Return whether a message has been under way for longer than that."""
        return self._busy and (self.station.clock() - self._handled_at).total_seconds() > for_s

    def _next(self) -> None:
        self._busy = False
        while self._waiting and not self._busy and not self._blocked:
            was_full = len(self._waiting) == MAX_WAITING
            frame = self._waiting.pop(0)
            if was_full:
                self._hold()
            self._handle(*frame)

    def _hold(self) -> None:
        self._wire.hold(bool(self._apart) or len(self._waiting) >= MAX_WAITING)

    def _handle(self, frame: _Waiting, at: datetime) -> None:
        self._handled_at = self.station.clock()
        if type(frame) is Call:
            decision = self._receive(frame)
            if type(decision) is not Decision:
                self._busy = True
                self._task = asyncio.create_task(self._handle_later(frame, decision, at))
            elif decision.journalled:
                self._journal_call(frame, decision, at)
            else:
                self._send_answer(frame.message_id_json, frame.action, decision.answer, None)
        elif type(frame) is Unreadable:
            entry = self._prepare_unreadable(frame, at)
            message_id = frame.message_id_json if entry.error_code else None
            self._journal_entry((message_id, None, entry))
        else:
            self._journal_entry((None, None, self._prepare_late_answer(frame, at)))

    def _receive(self, call: Call) -> Decision | Awaitable[Decision]:
        try:
            return self.version.receive(self.station, call)
        except Exception:
            _logger.exception("Charger %s: its %s failed", self.charger_id, call.action)
            return refuse("InternalError", f"{call.action} failed here.")

    async def _handle_later(self, call: Call, pending, at: datetime) -> None:
        try:
            decision = await pending
        except Exception:
            _logger.exception("Charger %s: its %s failed", self.charger_id, call.action)
            decision = refuse("InternalError", f"{call.action} failed here.")
        self._journal_call(call, decision, at)
        if self._current is None:
            self._next()

    def _journal_call(self, call: Call, decision: Decision, at: datetime) -> None:
        entry = JournalEntry(
            self.station.record.id,
            "in",
            self.version.name,
            call.message_id,
            call.action,
            call.payload_json,
            at,
            decision.answer,
            decision.error_code,
            decision.key,
            decision.complete,
            None,
            decision.state,
            decision.reason,
            decision.token_id,
        )
        self._journal_entry((call.message_id_json, call.action, entry))

    def _prepare_unreadable(self, frame: Unreadable, at: datetime) -> JournalEntry:
        error_code = self.version.faults.get(frame.fault)
        answer = error_answer(error_code, frame.description) if error_code else None
        return JournalEntry(
            self.charger_id,
            "in",
            self.version.name,
            frame.message_id,
            None,
            raw_text(frame.raw) if frame.text is None else frame.text,
            at,
            answer,
            error_code,
            state="kept",
            reason=frame.description,
        )

    def _prepare_late_answer(self, frame: CallResult | CallError, at: datetime) -> JournalEntry:
        answer = read_answer(frame)
        return JournalEntry(
            self.charger_id,
            "out",
            self.version.name,
            frame.message_id,
            None,
            "",
            at,
            answer.answer,
            answer.error_code,
            state="kept",
            reason="An answer to no open call: too late, or its id is unknown.",
        )

    def _journal_entry(self, current: _Current) -> None:
        message_id_json, action, entry = current
        if not self.station.may_keep(entry):
            if message_id_json is not None:
                # a start has no transaction id unless it is kept
                answer, code = entry.answer or _NOT_ACCEPTED, entry.error_code
                self._send_answer(
                    message_id_json, action, answer, code if entry.answer else "InternalError"
                )
            return
        self._busy = True
        self._current = current
        if self._journal.full:
            self._task = asyncio.create_task(self._journal_later(current[2]))
        else:
            self._journal.submit(current[2], self._committed)

    async def _journal_later(self, entry: JournalEntry) -> None:
        await self._journal.room()
        self._journal.submit(entry, self._committed)

    def _committed(self, outcome: Receipt | Exception) -> None:
        """Answer a stored call, and continue. A failure here ends this connection only: its
        charger connects again and repeats what was not answered."""
        try:
            self._answer_and_continue(outcome)
        except Exception:
            _logger.exception("Charger %s: connection failed", self.charger_id)
            self._fail()

    def _fail(self) -> None:
        self._wire.close(1011, "Internal error")

    def _answer_and_continue(self, outcome: Receipt | Exception) -> None:
        message_id_json, action, entry = self._current
        self._current = None
        if isinstance(outcome, JournalClosed):
            return
        if message_id_json is not None:
            if isinstance(outcome, Exception):
                answer, error_code = _JOURNAL_FAILED, "InternalError"
            else:
                answer, error_code = outcome.answer or entry.answer, entry.error_code
            self._send_answer(message_id_json, action, answer, error_code)
        self._next()

    def _send_answer(
        self, message_id_json: str, action: str | None, answer: str, error_code: str | None
    ) -> None:
        if self.closed:
            return
        encode = encode_error if error_code else encode_result
        self._wire.send(encode(message_id_json, answer))
        if action == "BootNotification":
            self._set_ready(True)

    # --- outgoing ----------------------------------------------------------------------
    async def call(self, action: str, payload_json: str, timeout_s: float) -> Answer:
        """Call the charger. One call at a time; waiting for its turn is not timed.

        :param payload_json: JSON text, already checked against the schema
        """
        async with self._calling:
            message_id = secrets.token_hex(16)
            if self.closed:
                return Answer(message_id, reason=reasons.NOT_CONNECTED)
            future = asyncio.get_running_loop().create_future()
            self._open_call = (message_id, future)
            self._wire.send(encode_call(message_id, action, payload_json))
            try:
                return await asyncio.wait_for(future, timeout_s)
            except TimeoutError:
                return Answer(message_id, reason=f"No answer within {timeout_s:g} s.")
            except ConnectionLost:
                return Answer(message_id, reason=reasons.CONNECTION_LOST)
            finally:
                self._open_call = None

    def _take_answer(self, frame: CallResult | CallError) -> bool:
        if self._open_call is None or self._open_call[0] != frame.message_id:
            return False
        future = self._open_call[1]
        if not future.done():
            future.set_result(read_answer(frame))
        return True

    def _set_ready(self, booted: bool) -> None:
        if self.closed:
            return
        self._ready = True
        self._backstop.cancel()
        self._on_ready(self, booted)
