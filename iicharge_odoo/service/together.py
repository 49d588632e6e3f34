# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Ask the database one question for many chargers, where many come at once.

After a power cut or an update thousands of chargers connect within seconds, and most of what
each costs is the way to the database and back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

_logger = logging.getLogger(__name__)

MOST = 500

Item, Result = TypeVar("Item"), TypeVar("Result")


class Together(Generic[Item, Result]):
    """Question that is asked for several items at once.

    What comes in one turn of the loop, or while a question for several is under way, is asked
    together. An item that comes alone waits for nothing, and nothing waits for it. Where a
    question for several fails, each is asked alone, so that one of them harms no other.

    :param ask: returns a result for each of these items, within a short time where there are
        several
    :param get_key: of an item; two with the same are not asked together
    """

    def __init__(
        self,
        ask: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        get_key: Callable[[Item], Hashable],
    ):
        self._ask = ask
        self._get_key = get_key
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._is_asking = False
        self._tasks: set[asyncio.Task] = set()

    async def ask(self, item: Item) -> Result:
        """Ask for an item.

        :raises Exception: what the question for it alone raises
        """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting.append((item, future))
        if len(self._waiting) == 1 and not self._is_asking:
            loop.call_soon(self._begin)
        return await future

    def _begin(self) -> None:
        taken, keys, rest = [], set(), []
        for item, future in self._waiting:
            key = self._get_key(item)
            if future.done():
                continue  # its connection is gone
            if key in keys or len(taken) == MOST:
                rest.append((item, future))
            else:
                keys.add(key)
                taken.append((item, future))
        self._waiting = rest
        if len(taken) > 1:
            self._is_asking = True
            self._start(self._ask_together(taken))
            return
        self._ask_alone(taken)
        if rest:
            asyncio.get_running_loop().call_soon(self._begin)

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask_together(self, pairs: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            _resolve(pairs, await self._ask([item for item, _future in pairs]))
        except Exception as error:
            _logger.info("Asking for each of %s alone: %s", len(pairs), error)
            self._ask_alone(pairs)
        finally:
            self._is_asking = False
            self._begin()

    def _ask_alone(self, pairs: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        for pair in pairs:
            self._start(self._ask_one(pair))

    async def _ask_one(self, pair: tuple[Item, asyncio.Future[Result]]) -> None:
        item, future = pair
        try:
            _resolve([pair], await self._ask([item]))
        except Exception as error:
            if not future.done():
                future.set_exception(error)


def _resolve(pairs: list[tuple[Item, asyncio.Future[Result]]], results: Sequence[Result]) -> None:
    for (_item, future), result in zip(pairs, results, strict=True):
        if not future.done():
            future.set_result(result)
