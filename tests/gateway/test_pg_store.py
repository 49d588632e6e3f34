# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The other ports on a real PostgreSQL."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from iicharge_odoo.gateway.gateway import Gateway
from iicharge_odoo.gateway.ports import Presence, Refused, TransientError
from iicharge_odoo.gateway.settings import Settings
from iicharge_odoo.service.pg_journal import PgJournal
from iicharge_odoo.service.pg_store import PgCommands, PgConnections, PgDirectory, PgPool

from .fakes import Authorizer
from .harness import METER_VALUES, START, Client, in_loop, until

pytestmark = pytest.mark.db

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


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


def test_next_password_is_confirmed_unless_it_has_changed(pool, sql):
    sql(
        "UPDATE iicharge_charger SET security_profile = '1', secret_hash = 'old',"
        " next_secret_hash = 'new' WHERE id = 1"
    )

    async def confirm():
        directory = PgDirectory(pool)
        first = await directory.find("cp-1")
        await directory.confirm_secret(replace(first, next_secret_hash="an earlier one"))
        kept = await directory.find("cp-1")
        await directory.confirm_secret(first)
        return first, kept, await directory.find("cp-1")

    first, kept, confirmed = asyncio.run(confirm())
    assert (first.secret_hash, first.next_secret_hash) == ("old", "new") and kept == first
    assert (confirmed.secret_hash, confirmed.next_secret_hash) == ("new", None)


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


def test_address_of_the_last_connection_known(pool):
    async def find():
        directory = PgDirectory(pool)
        before = await directory.find("cp-1")
        await PgConnections(pool, "gw-1").opened(1, NOW, "192.0.2.7", "ocpp1.6")
        return before.last_address, (await directory.find("cp-1")).last_address

    assert asyncio.run(find()) == (None, "192.0.2.7")


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


def test_sign_of_life_written_after_the_close_leaves_it_offline(pool, sql):
    async def act():
        store = PgConnections(pool, "gw-1")
        fence = await store.opened(1, NOW, "a", "b")
        await store.closed(1, fence, NOW + timedelta(seconds=2))
        await store.seen([Presence(1, fence, NOW + timedelta(seconds=1))])

    asyncio.run(act())
    assert presence(sql)[1] is False


def test_connection_row_without_fence_continued(pool, sql):
    sql("INSERT INTO iicharge_connection (charger_id) VALUES (1)")

    async def act():
        return await PgConnections(pool, "g").opened(1, NOW, "a", "b")

    assert asyncio.run(act()) == 1


def test_seen_moves_the_time_and_returns_the_replaced(pool, sql):
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


def hold(sql, charger_id=1, fence=1):
    sql("INSERT INTO iicharge_connection (charger_id, fence) VALUES (%s, %s)", (charger_id, fence))


def queue(sql, action, charger_id=1, seconds=30, state="queued", request=None):
    sql(
        "INSERT INTO iicharge_command (charger_id, action, request, payload, state, expires_at)"
        " VALUES (%s, %s, %s, '{}', %s, now() AT TIME ZONE 'UTC' + %s * interval '1 second')",
        (charger_id, action, request, state, seconds),
    )


def test_charger_that_has_come_back_elsewhere_gets_its_commands_there(pool, sql):
    hold(sql, fence=2)
    queue(sql, "Reset")

    async def act():
        stale, newest = PgCommands(pool), PgCommands(pool)
        return await stale.take({1: 1}), await newest.take({1: 2})

    nothing, [command] = asyncio.run(act())
    assert (nothing, command.action) == ([], "Reset")


def test_take_gives_the_oldest_open_command_of_each_charger_once(pool, sql):
    hold(sql)
    hold(sql, 2)
    queue(sql, "Expired", seconds=-1)
    queue(sql, "Done", state="answered")
    for action in ("First", "Second"):
        queue(sql, action)
    queue(sql, "Other", charger_id=2)
    queue(sql, "Elsewhere", charger_id=3)

    async def act():
        source = PgCommands(pool)
        return [[c.action for c in await source.take({1: 1, 2: 1})] for _ in range(3)]

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


def test_command_for_the_display_is_taken_after_all_others(pool, sql):
    hold(sql)
    for action, request in (("Price", "show_price"), ("Stop", "stop"), ("Other", None)):
        queue(sql, action, request=request)

    async def act():
        source = PgCommands(pool)
        return [(c.action, c.is_late) for _ in range(3) for c in await source.take({1: 1})]

    assert asyncio.run(act()) == [("Stop", False), ("Other", False), ("Price", True)]


def test_command_whose_take_got_no_answer_is_taken_again(pool, sql):
    hold(sql)
    queue(sql, "Reset")
    query, broken = pool.query, [True]

    async def lose_the_answer(*arguments, **options):
        rows = await query(*arguments, **options)
        if broken and "RETURNING" in arguments[0]:
            broken.clear()
            raise TransientError("server closed the connection unexpectedly")
        return rows

    pool.query = lose_the_answer

    async def act():
        source = PgCommands(pool)
        with pytest.raises(TransientError):
            await source.take({1: 1})
        assert sql("SELECT state FROM iicharge_command") == [("sent",)]
        return [[c.action for c in await source.take({1: 1})] for _ in range(2)]

    assert asyncio.run(act()) == [["Reset"], []]


def test_take_gives_the_secret_once(pool, sql):
    hold(sql)
    queue(sql, "ChangeConfiguration")
    sql("UPDATE iicharge_command SET secret_payload = 'the secret'")

    async def act():
        source = PgCommands(pool)
        return [[command.payload for command in await source.take({1: 1})] for _ in range(2)]

    assert asyncio.run(act()) == [["the secret"], []]


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


def test_pool_without_server_raises_transient():
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


def refuse(pool, *refusals):
    asyncio.run(PgConnections(pool, "gw-1").refused(refusals))


def test_refused_connections_counted_by_identity_and_reason(pool, sql):
    refuse(pool, Refused("CP-1", "unknown", "192.0.2.1", NOW), Refused("X", "unknown", "a", NOW))
    later = NOW + timedelta(minutes=1)
    refuse(pool, Refused("cp-1", "unknown", "192.0.2.2", later, "d\0", 4))
    refuse(pool, Refused("", "tls", "a", NOW), Refused("", "tls", "b", NOW))
    rows = sql(
        "SELECT identity, reason, charger_id, address, detail, last_at - first_at, count"
        " FROM iicharge_refused_connection ORDER BY identity DESC, address"
    )
    assert rows == [
        ("cp-1", "unknown", 1, "192.0.2.2", "d", timedelta(minutes=1), 5),
        ("X", "unknown", None, "a", "", timedelta(0), 1),
        ("", "tls", None, "a", "", timedelta(0), 1),
        ("", "tls", None, "b", "", timedelta(0), 1),
    ]


def test_invented_identities_push_none_of_another_address_off_the_list(pool, sql):
    refuse(pool, Refused("real", "unknown", "192.0.2.1", NOW))
    for turn in range(5):
        at = NOW + timedelta(seconds=turn + 1)
        refuse(pool, *(Refused(f"{turn}-{n}", "unknown", "6.6.6.6", at) for n in range(100)))
    assert sql("SELECT count(*) FROM iicharge_refused_connection") == [(51,)]
    assert sql("SELECT count(*) FROM iicharge_refused_connection WHERE identity = 'real'")
    for turn in range(5):
        at = NOW + timedelta(seconds=turn + 1)
        refuse(pool, *(Refused(f"{turn}-{n}", "unknown", f"6.{turn}.{n}", at) for n in range(100)))
    assert sql("SELECT count(*) FROM iicharge_refused_connection") == [(200,)]
