# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import asyncio
import time
from datetime import UTC, datetime

import pytest

from iicharge_odoo.gateway import journal as journal_module
from iicharge_odoo.gateway.journal import Journal, JournalClosed
from iicharge_odoo.gateway.ports import JournalEntry, TransientError

from .fakes import JournalStore
from .harness import in_loop

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def make_entry(number, charger_id=1):
    return JournalEntry(charger_id, "in", "1.6", str(number), "MeterValues", "{}", NOW)


def make_journal(store, max_queued=100, max_batch=100):
    journal = Journal(store, max_queued=max_queued, max_batch=max_batch)
    journal.start()
    return journal


@in_loop
async def test_entries_queued_during_a_commit_share_the_next():
    store = JournalStore()
    journal = make_journal(store)
    store.gate.clear()
    first = asyncio.create_task(journal.record(make_entry(0)))
    await asyncio.sleep(0.02)
    rest = [asyncio.create_task(journal.record(make_entry(n))) for n in range(1, 51)]
    await asyncio.sleep(0)
    store.gate.set()
    await asyncio.gather(first, *rest)
    await journal.close(1)
    assert store.batches == [1, 50]
    assert [entry.message_id for entry in store.entries] == [str(n) for n in range(51)]


@in_loop
async def test_rows_refused_fail_alone_and_keep_the_order_of_the_others(caplog):
    store = JournalStore()
    store.refuse = lambda entry: entry.message_id in ("3", "17")
    journal = make_journal(store)
    store.gate.clear()
    tasks = [asyncio.create_task(journal.record(make_entry(n))) for n in range(20)]
    await asyncio.sleep(0.01)
    store.gate.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    await journal.close(1)
    failed = [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Exception)]
    assert failed == [3, 17]
    assert [int(entry.message_id) for entry in store.entries] == [
        n for n in range(20) if n not in failed
    ]
    assert caplog.text.count("was refused by the database") == 2


@in_loop
async def test_transient_errors_retried_silently_then_logged(caplog, monkeypatch):
    monkeypatch.setattr(journal_module, "_FIRST_PAUSE_S", 0.001)
    store = JournalStore()
    journal = make_journal(store)
    store.errors = [TransientError("serialization failure")] * 2
    await journal.record(make_entry(1))
    assert caplog.text == ""
    store.errors = [TransientError("no server")] * 6
    await journal.record(make_entry(2))
    await journal.close(1)
    assert caplog.text.count("takes no messages since") == 1
    assert len(store.entries) == 2


@in_loop
async def test_full_queue_makes_the_next_wait():
    store = JournalStore()
    journal = make_journal(store, max_queued=3, max_batch=1)
    store.gate.clear()
    tasks = [asyncio.create_task(journal.record(make_entry(n))) for n in range(10)]
    await asyncio.sleep(0.02)
    assert 2 <= len(journal._queue) <= 3 and store.entries == []
    store.gate.set()
    await asyncio.gather(*tasks)
    await journal.close(1)
    assert len(store.entries) == 10


@in_loop
async def test_close_writes_what_is_queued_and_takes_no_more():
    store = JournalStore()
    journal = make_journal(store)
    task = asyncio.create_task(journal.record(make_entry(1)))
    await asyncio.sleep(0)
    await journal.close(1)
    await task
    with pytest.raises(JournalClosed):
        await journal.record(make_entry(2))
    assert len(store.entries) == 1 and store.closed


@in_loop
async def test_close_while_the_database_is_away_ends_in_time_and_sends_no_answer():
    store = JournalStore()
    store.errors = [TransientError("no server")] * 1000
    journal = make_journal(store)
    task = asyncio.create_task(journal.record(make_entry(1)))
    await asyncio.sleep(0.02)
    started = time.monotonic()
    await journal.close(2)
    assert time.monotonic() - started < 1
    with pytest.raises(JournalClosed):
        await task
    assert store.entries == []


@in_loop
async def test_close_while_a_commit_hangs_ends_and_logs_it(caplog):
    store = JournalStore()
    store.gate.clear()
    journal = make_journal(store)
    task = asyncio.create_task(journal.record(make_entry(1)))
    await asyncio.sleep(0.02)
    await journal.close(0.05)
    assert "did not take the last" in caplog.text
    task.cancel()
    store.gate.set()
    await asyncio.sleep(0.05)


@in_loop
async def test_charger_that_is_locked_waits_alone_and_keeps_its_order():
    store = JournalStore()
    store.locked = {7}
    journal = make_journal(store)
    store.gate.clear()
    entries = [make_entry(n, charger_id=7 if n % 5 == 0 else n) for n in range(20)]
    tasks = [asyncio.create_task(journal.record(entry)) for entry in entries]
    await asyncio.sleep(0.01)
    store.gate.set()
    others = [task for n, task in enumerate(tasks) if n % 5 and n != 7]
    await asyncio.wait_for(asyncio.gather(*others), 2)
    # what comes meanwhile waits behind them
    tasks.append(asyncio.create_task(journal.record(make_entry(20, charger_id=7))))
    await asyncio.wait_for(journal.record(make_entry(21, charger_id=8)), 2)
    assert journal.is_waiting and not tasks[0].done() and not tasks[-1].done()
    store.locked.clear()
    await asyncio.wait_for(asyncio.gather(*tasks), 5)
    assert not journal.is_waiting
    await journal.close(1)
    of_the_locked = [int(entry.message_id) for entry in store.entries if entry.charger_id == 7]
    assert of_the_locked == [0, 5, 7, 10, 15, 20]


@in_loop
async def test_stop_does_not_wait_for_a_lock():
    store = JournalStore()
    store.locked = {1}
    journal = make_journal(store)
    task = asyncio.create_task(journal.record(make_entry(0)))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    await journal.close(5)
    assert time.monotonic() - began < 2
    with pytest.raises(JournalClosed):
        await task
