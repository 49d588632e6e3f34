# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Messages that a charger has to send, in order, kept while it is offline.

OCPP 1.6 section 3.7: messages of a transaction are delivered in the order in which things
happened, kept while the charger is offline, and sent again when the central system fails.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ocpp.exceptions import OCPPError
from ocpp.v16 import call

from .clock import Clock
from .configuration import Configuration
from .line import Line

LOGGER = logging.getLogger(__name__)

# A transaction whose start was never answered has no id; chargers in the field say -1.
UNKNOWN_TRANSACTION_ID = -1


@dataclass
class Transaction:
    """One transaction of a connector; `id` is None until the central system has given it."""

    connector: int
    id_tag: str
    started_at: datetime
    meter_start_wh: int
    id: int | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    deauthorized: bool = False


@dataclass
class Message:
    """A CALL that waits to be sent. One with a transaction outlives the connection."""

    payload: object
    transaction: Transaction | None = None
    on_answer: Callable[[object], None] | None = None
    attempts: int = 0

    def complete_payload(self) -> object:
        """Return the payload with the transaction's id, which may come only after queueing."""
        number = self.transaction.id if self.transaction else None
        if isinstance(self.payload, call.StopTransaction):
            return replace(
                self.payload,
                transaction_id=UNKNOWN_TRANSACTION_ID if number is None else number,
            )
        if isinstance(self.payload, call.MeterValues):
            return replace(self.payload, transaction_id=number)
        return self.payload


class Outbox:
    """The queue of one charger."""

    def __init__(self, name: str, clock: Clock, configuration: Configuration) -> None:
        self._name = name
        self._clock = clock
        self._configuration = configuration
        self._messages: deque[Message] = deque()
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, message: Message) -> None:
        """Append a message."""
        self._messages.append(message)
        self._filled.set()
        self._emptied.clear()

    def drop_transient(self) -> None:
        """Drop messages of passing interest: all that belong to no transaction."""
        self._messages = deque(m for m in self._messages if m.transaction)
        self._mark()

    async def wait_empty(self) -> None:
        """Return when everything is delivered."""
        await self._emptied.wait()

    async def deliver(self, line: Line) -> None:
        """Send on `line` until it is lost (raises LineLost); the unanswered message stays."""
        while True:
            await self._filled.wait()
            message = self._messages[0]
            try:
                answer = await line.call(message.complete_payload())
            except (OCPPError, TimeoutError) as error:
                await self._after_failure(message, error)
                continue
            self._remove(message)
            if message.on_answer:
                message.on_answer(answer)

    async def _after_failure(self, message: Message, error: Exception) -> None:
        message.attempts += 1
        action = type(message.payload).__name__
        most = self._configuration.count("TransactionMessageAttempts")
        if message.transaction is None or message.attempts >= most:
            LOGGER.warning("%s: %s dropped: %r", self._name, action, error)
            self._remove(message)
            return
        # Section 9.1.27: the wait grows with every attempt.
        wait_s = self._configuration.count("TransactionMessageRetryInterval") * message.attempts
        LOGGER.info("%s: %s failed (%r), retrying in %s s", self._name, action, error, wait_s)
        await self._clock.sleep(wait_s)

    def _remove(self, message: Message) -> None:
        if self._messages and self._messages[0] is message:
            self._messages.popleft()
        self._mark()

    def _mark(self) -> None:
        if not self._messages:
            self._filled.clear()
            self._emptied.set()
