# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The journal's writer: one commit for many messages.

A thread takes the entries that queued up during its last commit. No timer makes a better
window: a single message is committed at once; under load, batches grow.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from .hiding import hide_secrets
from .ports import JournalEntry, JournalStore, LockedError, Receipt, TransientError

_logger = logging.getLogger(__name__)

Done = Callable[[Receipt | Exception], None]
_Item = tuple[JournalEntry, Done]

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 5.0
# Of a charger that met a lock; each try delays the others by the time that it waits for it.
_FIRST_HOLD_S, _LONGEST_HOLD_S = 0.2, 1.0


class JournalClosed(Exception):
    """The gateway is stopping; the charger will send the message again to the next one."""


class _Held:
    """Entries of a charger that wait for a lock, and when they are tried again."""

    def __init__(self, items: list[_Item]):
        self.items = items
        self._pause_s = _FIRST_HOLD_S
        self.retry_at = time.monotonic() + _FIRST_HOLD_S

    def hold_longer(self, before: "_Held") -> None:
        """Double the pause of the try before."""
        self._pause_s = min(before._pause_s * 2, _LONGEST_HOLD_S)
        self.retry_at = time.monotonic() + self._pause_s


class Journal:
    """Writer of entries: takes them in the loop, writes in a thread, calls back in the loop.

    An entry whose row the store refuses fails alone. While the store cannot write at all
    there are no callbacks: an answer means that the message is safe. Where a record of one charger
    is locked, its entries wait in their order, and those of the others do not.
    """

    def __init__(self, store: JournalStore, *, max_queued: int, max_batch: int):
        self._store = store
        self._max_queued = max_queued
        self._max_batch = max_batch
        self._incoming: list[_Item] = []
        self._queue: deque[_Item] = deque()
        self._held: dict[int, _Held] = {}
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._closed = False
        # whether the store cannot write now; then answers are late, and nothing is wrong here
        self.is_waiting = False
        self._room = asyncio.Event()
        self._room.set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="iicharge-journal", daemon=True)

    def start(self) -> None:
        """Start; called in the loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def check(self) -> None:
        """:raises RuntimeError: the thread has ended, and no charger gets an answer any more"""
        if not self._thread.is_alive() and not self._closed:
            raise RuntimeError("The journal's thread has ended.")

    @property
    def full(self) -> bool:
        """Whether an entry should wait for `room`."""
        held = sum(len(held.items) for held in list(self._held.values()))
        return len(self._queue) + len(self._incoming) + held >= self._max_queued

    async def room(self) -> None:
        """Wait until the queue has room."""
        while self.full and not self._closed:
            self._room.clear()
            await self._room.wait()

    def submit(self, entry: JournalEntry, done: Done) -> None:
        """Queue an entry without its secrets; `done` is called in the loop after its commit, or
        with the error."""
        if self._closed:
            done(JournalClosed("The gateway is stopping."))
            return
        if not self._incoming:
            self._loop.call_soon(self._hand_over)
        self._incoming.append((_hide_secrets(entry), done))

    async def record(self, entry: JournalEntry) -> Receipt:
        """Write one entry and wait for its commit.

        :raises JournalClosed: the gateway stops
        :raises Exception: the store refused this entry
        """
        await self.room()
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()

        def done(outcome: Receipt | Exception) -> None:
            if future.cancelled():
                return
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        self.submit(entry, done)
        return await future

    async def close(self, timeout_s: float) -> None:
        """Write the queued entries, as far as the store can in that time, and end the thread."""
        self._closed = True
        self._room.set()
        if self._loop is None:
            return
        self._hand_over()
        self._stopping.set()
        self._wake.set()
        await asyncio.to_thread(self._thread.join, timeout_s)
        if self._thread.is_alive():
            _logger.warning(
                "Journal: the database did not take the last %s messages in %s s. "
                "Their chargers were not answered and will send them again.",
                len(self._queue),
                timeout_s,
            )

    # --- in the thread ---------------------------------------------------------------
    def _run(self) -> None:
        try:
            while True:
                self._wake.wait(self._get_wait())
                self._wake.clear()
                self._write_held()
                while batch := self._take():
                    self._report(self._write_or_fail(batch))
                    self._write_held()
                if self._stopping.is_set() and not self._queue and not self._held:
                    return
        finally:
            self._store.close()

    def _take(self) -> list[_Item]:
        """Take the next batch; entries of a charger that is held wait behind its others."""
        queue = self._queue
        items = [queue.popleft() for _ in range(min(len(queue), self._max_batch))]
        if not self._held:
            return items
        free = []
        for item in items:
            held = self._held.get(item[0].charger_id)
            (held.items if held else free).append(item)
        return free or (self._take() if queue else [])

    def _get_wait(self) -> float | None:
        """Return the seconds until a charger that is held is tried again."""
        if not self._held:
            return None
        earliest = min(held.retry_at for held in self._held.values())
        return max(earliest - time.monotonic(), 0)

    def _write_held(self) -> None:
        """Try again the entries of the chargers that are held, each charger's alone."""
        now = time.monotonic()
        for charger_id, held in list(self._held.items()):
            if held.retry_at > now and not self._stopping.is_set():
                continue
            del self._held[charger_id]
            outcomes = self._write_or_fail(held.items)
            if charger_id in self._held:
                self._held[charger_id].hold_longer(held)
            self._report(outcomes)

    def _write_or_fail(self, batch: list[_Item]) -> list[tuple[Done, Receipt | Exception]]:
        """Write a batch; an error of ours fails the batch, and never ends the thread."""
        try:
            return self._write(batch)
        except Exception as error:
            _logger.exception("Journal: %s messages could not be written", len(batch))
            return [(done, error) for _, done in batch]

    def _write(self, batch: list[_Item]) -> list[tuple[Done, Receipt | Exception]]:
        """Write a batch; where one row fails it, bisect until that row is alone."""
        try:
            receipts = self._write_when_possible([entry for entry, _ in batch])
        except JournalClosed as error:
            return [(done, error) for _, done in batch]
        except LockedError as error:
            return self._write_apart(batch, error)
        except Exception as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                return self._write(batch[:middle]) + self._write(batch[middle:])
            entry, done = batch[0]
            _logger.error(
                "Journal: a %s of charger %s was refused by the database and is not kept: %s",
                entry.action or "message",
                entry.charger_id,
                str(error).partition("\n")[0],  # what follows may show the row
            )
            return [(done, error)]
        return [(done, receipt) for (_, done), receipt in zip(batch, receipts, strict=True)]

    def _write_apart(self, batch: list[_Item], error: LockedError):
        """Write a batch that met a lock: bisect until its charger is alone, and hold that one."""
        chargers = list({entry.charger_id: None for entry, _ in batch})
        if len(chargers) > 1:
            first = set(chargers[: len(chargers) // 2])
            return self._write([item for item in batch if item[0].charger_id in first]) + (
                self._write([item for item in batch if item[0].charger_id not in first])
            )
        if self._stopping.is_set():
            closed = JournalClosed("The gateway is stopping.")
            return [(done, closed) for _, done in batch]
        self.is_waiting = True
        self._held[chargers[0]] = _Held(batch)
        _logger.info("Journal: charger %s waits for a lock (%s)", chargers[0], error)
        return []

    def _write_when_possible(self, entries: list[JournalEntry]) -> list[Receipt]:
        pause_s, started = _FIRST_PAUSE_S, time.monotonic()
        while True:
            try:
                receipts = self._store.write(entries)
            except LockedError:
                raise
            except TransientError as error:
                self.is_waiting = True
                if pause_s == _FIRST_PAUSE_S * 2**3:
                    _logger.warning(
                        "Journal: the database takes no messages since %.1f s (%s). Chargers "
                        "wait for their answers. Retrying until it works.",
                        time.monotonic() - started,
                        error,
                    )
                if self._stopping.wait(pause_s):
                    raise JournalClosed("The gateway is stopping.") from error
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
                continue
            if pause_s > _FIRST_PAUSE_S * 2**3:
                _logger.info("Journal: the database takes messages again.")
            return receipts

    def _report(self, outcomes: list[tuple[Done, Receipt | Exception]]) -> None:
        try:
            self._loop.call_soon_threadsafe(self._deliver, outcomes)
        except RuntimeError:
            _logger.info("Journal: the loop ended before %s answers.", len(outcomes))

    # --- in the loop -----------------------------------------------------------------
    def _hand_over(self) -> None:
        """Pass the entries of this turn of the loop to the thread.

        Once a turn, not at each entry: woken by the first, the thread would commit it alone
        and compete with the loop for the interpreter while the others are read.
        """
        self._queue.extend(self._incoming)
        self._incoming.clear()
        self._wake.set()

    def _deliver(self, outcomes: list[tuple[Done, Receipt | Exception]]) -> None:
        for done, outcome in outcomes:
            try:
                done(outcome)
            except Exception:
                # the others of this batch belong to other chargers
                _logger.exception("Journal: an answer could not be sent")
        if not self._queue and not self._held:
            # not before what waited is answered: until then these answers are late for good reason
            self.is_waiting = False
        if not self.full:
            self._room.set()


def _hide_secrets(entry: JournalEntry) -> JournalEntry:
    payload, answer = hide_secrets(entry.payload), hide_secrets(entry.answer)
    reason = hide_secrets(entry.reason)
    if (payload, answer, reason) == (entry.payload, entry.answer, entry.reason):
        return entry
    return replace(entry, payload=payload, answer=answer, reason=reason)
