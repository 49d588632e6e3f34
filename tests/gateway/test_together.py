# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""One question for many chargers: none waits for another, and none fails for another."""

import asyncio
import time
from contextlib import closing

import psycopg2
import pytest

from iicharge_odoo.gateway.ports import TransientError
from iicharge_odoo.service.pg_store import PgConnections, PgDirectory
from iicharge_odoo.service.together import MOST, Together

from .harness import in_loop
from .test_pg_store import NOW


class Asked:
    """Answers with the item; some items are refused, and the first question may wait."""

    def __init__(self, bad=(), gate=None):
        self.questions = []
        self._bad = bad
        self._gate = gate

    async def __call__(self, items):
        self.questions.append(list(items))
        if self._gate and len(self.questions) == 1:
            await self._gate.wait()
        if set(items) & set(self._bad):
            raise ValueError("bad")
        return [f"answer {item}" for item in items]


@in_loop
async def test_items_of_a_moment_are_asked_together_and_one_alone_at_once():
    asked = Asked()
    together = Together(asked, get_key=str)
    assert await together.ask("a") == "answer a"
    answers = await asyncio.gather(*map(together.ask, "bcd"))
    assert answers == ["answer b", "answer c", "answer d"]
    assert asked.questions == [["a"], ["b", "c", "d"]]


@in_loop
async def test_bad_item_fails_alone():
    asked = Asked(bad="c")
    together = Together(asked, get_key=str)
    answers = await asyncio.gather(*map(together.ask, "bcd"), return_exceptions=True)
    assert (answers[0], answers[2]) == ("answer b", "answer d")
    assert isinstance(answers[1], ValueError)
    assert await together.ask("e") == "answer e"


@in_loop
async def test_what_comes_alone_keeps_nothing_waiting():
    gate = asyncio.Event()
    asked = Asked(gate=gate)
    together = Together(asked, get_key=str)
    stuck = asyncio.create_task(together.ask("a"))
    await asyncio.sleep(0.01)
    assert await together.ask("b") == "answer b"
    assert await asyncio.gather(*map(together.ask, "cd")) == ["answer c", "answer d"]
    gate.set()
    assert await stuck == "answer a"


@in_loop
async def test_same_key_is_asked_one_after_the_other_and_not_too_many_at_once():
    asked = Asked()
    together = Together(asked, get_key=lambda item: item % 1000)
    items = [1, 1001, *range(2, 2 + MOST)]
    assert await asyncio.gather(*map(together.ask, items)) == [f"answer {item}" for item in items]
    assert [len(question) for question in asked.questions] == [MOST, 2]
    assert 1001 in asked.questions[1]


@in_loop
async def test_item_whose_caller_is_gone_is_not_asked_for():
    asked = Asked()
    together = Together(asked, get_key=str)
    task = asyncio.create_task(together.ask("a"))
    other = asyncio.create_task(together.ask("b"))
    asyncio.get_running_loop().call_soon(task.cancel)
    assert await other == "answer b"
    assert asked.questions == [["b"]] and task.cancelled()


@pytest.mark.db
def test_chargers_at_once_are_found_and_opened_each_as_alone(pool, sql):
    async def act():
        directory, store = PgDirectory(pool), PgConnections(pool, "gw-1")
        names = ["cp-1", "cp-2", "cp-1", "unknown"]
        records = await asyncio.gather(*map(directory.find, names))
        opened = (store.opened(number, NOW, f"192.0.2.{number}", "") for number in (2, 1, 2))
        return [record and record.id for record in records], await asyncio.gather(*opened)

    assert asyncio.run(act()) == ([1, 2, 1, None], [1, 1, 2])
    rows = sql("SELECT charger_id, fence, remote_address FROM iicharge_connection ORDER BY 1")
    assert rows == [(1, 1, "192.0.2.1"), (2, 2, "192.0.2.2")]


@pytest.mark.db
def test_charger_that_is_deleted_or_locked_holds_up_no_other(pool, dsn):
    async def act():
        store = PgConnections(pool, "gw-1")
        await asyncio.gather(*(store.opened(number, NOW, "a", "") for number in (1, 2, 3)))
        with closing(psycopg2.connect(dsn)) as other, other.cursor() as cursor:
            cursor.execute("SELECT FROM iicharge_connection WHERE charger_id = 2 FOR UPDATE")
            began = time.monotonic()
            locked = asyncio.create_task(store.opened(2, NOW, "b", ""))
            missing = asyncio.create_task(store.opened(9_999, NOW, "b", ""))
            assert await asyncio.gather(
                store.opened(1, NOW, "b", ""), store.opened(3, NOW, "b", "")
            )
            with pytest.raises(Exception, match="iicharge_connection_charger_id_fkey"):
                await missing
            assert time.monotonic() - began < 2 and not locked.done()
        assert await locked == 2

    asyncio.run(asyncio.wait_for(act(), 10))


@pytest.mark.db
def test_database_that_is_away_is_transient_for_all(pool):
    async def act():
        directory = PgDirectory(type(pool)("dbname=none host=127.0.0.1 port=1"))
        return await asyncio.gather(*map(directory.find, ("cp-1", "cp-2")), return_exceptions=True)

    assert all(isinstance(error, TransientError) for error in asyncio.run(act()))
