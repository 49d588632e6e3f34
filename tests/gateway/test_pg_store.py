# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The ports on a real PostgreSQL."""

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest

from iicharge_odoo.gateway.gateway import Gateway
from iicharge_odoo.gateway.ports import JournalEntry, Presence, TransientError
from iicharge_odoo.gateway.settings import Settings
from iicharge_odoo.service.pg_journal import PgJournal
from iicharge_odoo.service.pg_store import PgCommands, PgConnections, PgDirectory, PgPool

from .fakes import Authorizer
from .harness import METER_VALUES, START, Client, in_loop, until

pytestmark = pytest.mark.db

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def sql(dsn):
    """Run a statement in autocommit and give its rows."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True

    def run(statement, parameters=()):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else None

    run.connection = connection
    yield run
    connection.close()


@pytest.fixture
def journal(dsn):
    store = PgJournal(dsn)
    yield store
    store.close()


@pytest.fixture
def pool(dsn):
    pool = PgPool(dsn, threads=2)
    yield pool
    pool.close()


def meter_values(number=1, **values):
    values = {"charger_id": 1, "answer": "{}"} | values
    return JournalEntry(
        direction="in",
        ocpp_version="1.6",
        message_id=f"m{number}",
        action="MeterValues",
        payload=json.dumps(METER_VALUES),
        received_at=NOW,
        **values,
    )


def start(key, charger_id=1, message_id="s1", text="T"):
    return JournalEntry(
        charger_id,
        "in",
        "1.6",
        message_id,
        "StartTransaction",
        json.dumps(START),
        NOW,
        key=key,
        complete=lambda number: f'{{"transactionId":{number},"idTag":"{text}"}}',
    )


def test_all_columns_written_as_they_are(journal, sql):
    entry = JournalEntry(
        2, "out", "1.6", "id", "Reset", '{"type":"Soft"}', NOW, '["A","b",{}]', "A", state="kept"
    )
    entry.reason = "why"
    journal.write([entry])
    assert sql(
        "SELECT charger_id, direction, ocpp_version, message_id, action, payload, answer,"
        " error_code, received_at, transaction_id, key, command_id, state, attempts, reason"
        " FROM iicharge_ocpp_message"
    ) == [
        (
            2,
            "out",
            "1.6",
            "id",
            "Reset",
            '{"type":"Soft"}',
            '["A","b",{}]',
            "A",
            NOW.replace(tzinfo=None),
            None,
            None,
            None,
            "kept",
            0,
            "why",
        )
    ]


@pytest.mark.parametrize(
    "text", ["a\tb\nc\r\\d", "\\N", "\\.", "", "ü €\u2028", '{"x":"\\u0000"}', "\u0085\x01"]
)
@pytest.mark.parametrize("key", [None, "k"])
def test_any_text_survives(journal, sql, text, key):
    entry = meter_values(key=key)
    entry.payload = entry.reason = text
    journal.write([entry])
    assert sql("SELECT payload, reason FROM iicharge_ocpp_message") == [(text, text)]


@pytest.mark.parametrize("key", [None, "k"])
def test_nul_characters_replaced(journal, sql, key):
    entry = meter_values(key=key)
    entry.message_id = entry.payload = "a\0b"
    journal.write([entry])
    assert sql("SELECT message_id, payload FROM iicharge_ocpp_message") == [("a\ufffdb",) * 2]


def test_batch_written_in_its_order_whatever_it_mixes(journal, sql):
    entries = [meter_values(1), start("a", message_id="m2"), meter_values(3), meter_values(4)]
    entries += [start("b", message_id="m5"), meter_values(6)]
    receipts = journal.write(entries)
    rows = sql("SELECT message_id FROM iicharge_ocpp_message ORDER BY id")
    assert [row[0] for row in rows] == [f"m{number}" for number in range(1, 7)]
    assert [receipt.transaction_id for receipt in receipts] == [None, "1", None, None, "2", None]


def test_start_allocates_id_and_stores_the_answer(journal, sql):
    (receipt,) = journal.write([start("a")])
    assert receipt.answer == '{"transactionId":1,"idTag":"T"}' and not receipt.repeated
    assert sql("SELECT transaction_id, key, answer, state FROM iicharge_ocpp_message") == [
        ("1", "a", receipt.answer, "new")
    ]


def test_token_of_the_decision_is_kept_with_its_start(journal, sql):
    sql("INSERT INTO iicharge_token (uid) VALUES ('A'), ('B') RETURNING id")
    entry = start("a")
    entry.token_id = 2
    journal.write([entry, start("b", message_id="s2"), meter_values()])
    rows = sql("SELECT token_id FROM iicharge_ocpp_message ORDER BY id")
    assert rows == [(2,), (None,), (None,)]


def test_start_sent_again_gets_first_answer_and_is_kept_as_evidence(journal, sql):
    (first,) = journal.write([start("a")])
    again, other, charger_2 = journal.write(
        [start("a", message_id="s2", text="changed"), start("b"), start("a", charger_id=2)]
    )
    assert (again.transaction_id, again.answer, again.repeated) == ("1", first.answer, True)
    assert not other.repeated and not charger_2.repeated
    assert len({first.transaction_id, other.transaction_id, charger_2.transaction_id}) == 3
    rows = sql(
        "SELECT transaction_id, key, state, answer, reason FROM iicharge_ocpp_message"
        " WHERE message_id = 's2'"
    )
    assert rows == [
        ("1", None, "kept", first.answer, "Sent again; transaction 1 was given for the first one.")
    ]


def test_same_start_twice_in_one_batch_gets_one_transaction(journal, sql):
    first, again = journal.write([start("a"), start("a", message_id="s2")])
    assert first.transaction_id == again.transaction_id
    assert (first.repeated, again.repeated) == (False, True)


def test_same_start_at_two_gateways_at_once_gets_one_transaction(dsn, sql):
    stores = [PgJournal(dsn) for _ in range(4)]
    receipts, barrier = [], threading.Barrier(4)

    def write(store):
        barrier.wait()
        receipts.extend(store.write([start("a"), start("b")]))

    threads = [threading.Thread(target=write, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert len(receipts) == 8
    assert len({receipt.transaction_id for receipt in receipts}) == 2
    assert len({receipt.answer for receipt in receipts}) == 2
    assert [receipt.repeated for receipt in receipts].count(False) == 2


def test_bad_row_raises_and_writes_nothing_then_good_ones_pass(journal, sql):
    with pytest.raises(psycopg2.IntegrityError):
        journal.write([meter_values(1), meter_values(2, charger_id=999), start("a")])
    assert sql("SELECT count(*) FROM iicharge_ocpp_message") == [(0,)]
    journal.write([meter_values(1), start("a")])
    assert sql("SELECT count(*) FROM iicharge_ocpp_message") == [(2,)]


def test_server_that_drops_the_connection_is_transient(journal, sql):
    journal.write([meter_values(1)])
    sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        " AND query LIKE '%%COPY%%'"
    )
    with pytest.raises(TransientError):
        journal.write([meter_values(2)])
    journal.write([meter_values(2)])
    assert sql("SELECT count(*) FROM iicharge_ocpp_message") == [(2,)]


def test_table_missing_during_an_upgrade_is_transient(journal, sql):
    sql("ALTER TABLE iicharge_ocpp_message RENAME TO away")
    with pytest.raises(TransientError):
        journal.write([meter_values(1)])
    sql("ALTER TABLE away RENAME TO iicharge_ocpp_message")
    journal.write([meter_values(1)])


def test_no_server_is_transient():
    with pytest.raises(TransientError):
        PgJournal("host=127.0.0.1 port=1 connect_timeout=1").write([meter_values(1)])


def test_processor_notified_at_the_commit(journal, sql):
    sql("LISTEN iicharge_journal")
    journal.write([meter_values(1)])
    sql.connection.poll()
    sql("SELECT 1")
    assert [notify.channel for notify in sql.connection.notifies] == ["iicharge_journal"]


def test_directory_reads_the_charger_with_its_defaults(pool, sql):
    sql("UPDATE iicharge_charger SET heartbeat_interval_s = NULL WHERE id = 2")
    sql("UPDATE iicharge_charger SET active = false WHERE id = 3")
    sql(
        "UPDATE iicharge_charger SET security_profile = '1', secret_hash = 'h',"
        " ocpp_version = '1.6', time_zone = 'UTC', admission = 'pending',"
        " assume_subprotocol = true, heartbeat_interval_s = 60 WHERE id = 1"
    )

    async def find_all():
        directory = PgDirectory(pool)
        return [await directory.find(f"cp-{number}") for number in range(1, 5)]

    first, second, inactive, unknown = asyncio.run(find_all())
    assert (first.id, first.identity, first.admission) == (1, "cp-1", "pending")
    assert (first.secret_hash, first.ocpp_version, first.time_zone) == ("h", "1.6", "UTC")
    assert first.assume_subprotocol is True and first.heartbeat_interval_s == 60
    assert (second.heartbeat_interval_s, second.time_zone) == (300, "Europe/Vienna")
    assert second.assume_subprotocol is False and second.secret_hash is None
    assert inactive is None and unknown is None


@pytest.mark.parametrize(
    ("profile", "stored", "asked"), [("1", "h", "h"), ("1", None, ""), ("0", "h", None)]
)
def test_password_is_asked_for_unless_the_charger_may_come_without(
    pool, sql, profile, stored, asked
):
    sql(
        "UPDATE iicharge_charger SET security_profile = %s, secret_hash = %s WHERE id = 1",
        (profile, stored),
    )
    record = asyncio.run(PgDirectory(pool).find("cp-1"))
    assert record.secret_hash == asked


def presence(sql, charger_id=1):
    return sql(
        "SELECT fence, online, last_seen_at, disconnected_at, gateway, remote_address, subprotocol"
        " FROM iicharge_connection WHERE charger_id = %s",
        (charger_id,),
    )[0]


def test_close_of_an_older_connection_leaves_the_newer_online(pool, sql):
    async def act():
        store = PgConnections(pool, "gw-1")
        first = await store.opened(1, NOW, "10.0.0.1", "ocpp1.6")
        second = await store.opened(1, NOW, "10.0.0.2", "")
        await store.closed(1, first, NOW + timedelta(seconds=1))
        return first, second

    assert asyncio.run(act()) == (1, 2)
    assert presence(sql) == (2, True, NOW.replace(tzinfo=None), None, "gw-1", "10.0.0.2", "")


def test_close_marks_offline_with_its_time(pool, sql):
    async def act():
        store = PgConnections(pool, "gw-1")
        await store.closed(1, await store.opened(1, NOW, "a", "b"), NOW + timedelta(seconds=1))

    asyncio.run(act())
    fence, online, _, disconnected_at, *_ = presence(sql)
    assert (fence, online) == (1, False)
    assert disconnected_at == (NOW + timedelta(seconds=1)).replace(tzinfo=None)


def test_connection_row_without_fence_continued(pool, sql):
    sql("INSERT INTO iicharge_connection (charger_id) VALUES (1)")

    async def act():
        return await PgConnections(pool, "g").opened(1, NOW, "a", "b")

    assert asyncio.run(act()) == 1


def test_seen_moves_the_time_and_returns_who_was_taken_over(pool, sql):
    later = NOW + timedelta(seconds=9)

    async def act():
        store = PgConnections(pool, "gw-1")
        fences = [await store.opened(number, NOW, "a", "b") for number in (1, 2, 3)]
        await store.opened(2, NOW, "elsewhere", "b")
        return await store.seen(
            [Presence(n, f, later) for n, f in zip((1, 2, 3), fences, strict=True)]
        )

    assert asyncio.run(act()) == {2}
    assert presence(sql, 1)[2] == presence(sql, 3)[2] == later.replace(tzinfo=None)
    assert presence(sql, 2)[2] == NOW.replace(tzinfo=None)


def test_what_a_dead_gateway_left_online_expires_and_revives_when_seen(pool, sql):
    async def act():
        store = PgConnections(pool, "gw-1")
        fence = await store.opened(1, NOW, "a", "b")
        await store.opened(2, NOW + timedelta(seconds=60), "a", "b")
        await store.expire(NOW + timedelta(seconds=30))
        states = [presence(sql, 1), presence(sql, 2)]
        await store.seen([Presence(1, fence, NOW + timedelta(seconds=31))])
        return states

    (dead, alive) = asyncio.run(act())
    assert (dead[1], dead[3]) == (False, NOW.replace(tzinfo=None))
    assert alive[1] is True
    assert presence(sql, 1)[1] is True


def queue(sql, action, charger_id=1, seconds=30, state="queued"):
    sql(
        "INSERT INTO iicharge_command (charger_id, action, payload, state, expires_at)"
        " VALUES (%s, %s, '{}', %s, now() AT TIME ZONE 'UTC' + %s * interval '1 second')",
        (charger_id, action, state, seconds),
    )


def test_take_gives_the_oldest_open_command_of_each_charger_once(pool, sql):
    queue(sql, "Expired", seconds=-1)
    queue(sql, "Done", state="answered")
    for action in ("First", "Second"):
        queue(sql, action)
    queue(sql, "Other", charger_id=2)
    queue(sql, "Elsewhere", charger_id=3)

    async def act():
        source = PgCommands(pool)
        return [[c.action for c in await source.take([1, 2])] for _ in range(3)]

    assert asyncio.run(act()) == [["First", "Other"], ["Second"], []]
    rows = dict(sql("SELECT action, state FROM iicharge_command"))
    assert rows == {
        "Expired": "queued",
        "Done": "answered",
        "First": "sent",
        "Second": "sent",
        "Other": "sent",
        "Elsewhere": "queued",
    }
    assert sql("SELECT count(*) FROM iicharge_command WHERE sent_at IS NULL") == [(3,)]


def test_take_gives_the_secret_once_and_clears_it(pool, sql):
    queue(sql, "ChangeConfiguration")
    sql("UPDATE iicharge_command SET secret_payload = 'the secret'")

    async def act():
        return [command.payload for command in await PgCommands(pool).take([1])]

    assert asyncio.run(act()) == ["the secret"]
    assert sql("SELECT payload, secret_payload FROM iicharge_command") == [("{}", None)]


@pytest.mark.parametrize("dropped", [False, True])
def test_listener_wakes_at_notify_also_after_the_connection_was_dropped(
    pool, sql, dropped, monkeypatch
):
    monkeypatch.setattr(PgCommands, "_RECONNECT_S", 0.05)
    wakes = []

    async def act():
        source = PgCommands(pool)
        await source.start(lambda: wakes.append(1))
        assert len(wakes) == 1
        if dropped:
            sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query = 'LISTEN iicharge_command'"
            )
            await until(lambda: len(wakes) == 2)
        before = len(wakes)
        sql("NOTIFY iicharge_command")
        await until(lambda: len(wakes) > before)
        await source.stop()

    asyncio.run(asyncio.wait_for(act(), 5))


def test_pool_reconnects_once_when_the_server_dropped_the_connection(pool, sql):
    async def act():
        before = await pool.query("SELECT pg_backend_pid()")
        sql("SELECT pg_terminate_backend(%s)", before[0])
        return before, await pool.query("SELECT pg_backend_pid()")

    before, after = asyncio.run(act())
    assert before != after


def test_pool_without_server_says_transient():
    pool = PgPool("host=127.0.0.1 port=1 connect_timeout=1")
    with pytest.raises(TransientError):
        asyncio.run(pool.query("SELECT 1"))
    pool.close()


def make_gateway(dsn, pool):
    return Gateway(
        Settings(host="127.0.0.1", port=0, close_timeout_s=1, ask_for_boot=False),
        directory=PgDirectory(pool),
        authorizer=Authorizer(),
        journal_store=PgJournal(dsn),
        connection_store=PgConnections(pool, "gw-1"),
        command_source=PgCommands(pool),
    )


@in_loop
async def run_session(dsn, pool, sql):
    from websockets.asyncio.client import connect

    gateway, stop = make_gateway(dsn, pool), asyncio.Event()
    started = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(gateway.run(stop, started.set_result))
    port = await started
    url = f"ws://127.0.0.1:{port}/ocpp/cp-1"
    async with connect(url, subprotocols=["ocpp1.6"]) as socket:
        charger = Client(socket)
        assert (await charger.boot())["status"] == "Accepted"
        started = await charger.call("StartTransaction", START)
        for _ in range(5):
            assert await charger.call("MeterValues", METER_VALUES) == {}
        assert presence(sql)[1] is True
        queue(sql, "ClearCache")
        sql("NOTIFY iicharge_command")
        message_id = (await charger.receive())[1]
        await socket.send(json.dumps([3, message_id, {"status": "Accepted"}]))
        await until(lambda: sql("SELECT 1 FROM iicharge_ocpp_message WHERE command_id = 1"))
    stop.set()
    await serving
    return started["transactionId"]


def test_whole_session_in_the_database_and_charger_offline_after_it(dsn, pool, sql):
    assert run_session(dsn, pool, sql) == 1
    rows = sql("SELECT action, state, error_code FROM iicharge_ocpp_message ORDER BY id")
    assert rows == [
        ("BootNotification", "new", None),
        ("StartTransaction", "new", None),
        *[("MeterValues", "new", None)] * 5,
        ("ClearCache", "new", None),
    ]
    assert presence(sql)[1] is False
