# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Behaviour of the server on a real socket, as a charger sees it."""

import asyncio
import json
import logging
import threading

import pytest
from websockets.exceptions import ConnectionClosed

from iicharge_odoo.gateway.gateway import GatewayThread
from iicharge_odoo.gateway.ports import TransientError
from iicharge_odoo.gateway.v16 import messages

from .fakes import make_record
from .harness import METER_VALUES, START, STOP, Running, in_loop, until


@in_loop
async def test_session_journalled_in_order_with_its_answers():
    async with Running() as running, running.client() as charger:
        await charger.boot()
        await charger.call("StatusNotification", {"connectorId": 1, "status": "Preparing"})
        assert await charger.call("Authorize", {"idTag": "TAG"}) == {
            "idTagInfo": {"status": "Accepted"}
        }
        started = await charger.call("StartTransaction", START)
        assert started == {"transactionId": 1, "idTagInfo": {"status": "Accepted"}}
        assert await charger.call("MeterValues", METER_VALUES) == {}
        assert await charger.call("StopTransaction", STOP) == {}
        entries = running.kept()
        assert [entry.action for entry in entries] == [
            "BootNotification",
            "StatusNotification",
            "Authorize",
            "StartTransaction",
            "MeterValues",
            "StopTransaction",
        ]
        meter_values = entries[4]
        assert json.loads(meter_values.payload) == METER_VALUES
        assert (meter_values.answer, meter_values.direction) == ("{}", "in")
        assert (meter_values.state, meter_values.reason) == ("new", None)
        assert meter_values.received_at.utcoffset().total_seconds() == 0


@in_loop
async def test_charger_not_answered_before_the_commit():
    async with Running() as running, running.client() as charger:
        running.store.gate.clear()
        await charger.send(json.dumps([2, "m1", "MeterValues", METER_VALUES]))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(charger.receive(), 0.1)
        running.store.gate.set()
        assert await charger.receive() == [3, "m1", {}]


@in_loop
async def test_database_away_answered_when_it_is_back():
    async with Running() as running, running.client() as charger:
        running.store.errors = [TransientError("no server")] * 2
        assert await charger.call("StopTransaction", STOP) == {}
        assert len(running.kept("StopTransaction")) == 1


@in_loop
async def test_row_refused_by_database_answered_internal_error_others_kept(caplog):
    async with Running(make_record(), make_record(2, "cp-2")) as running:
        running.store.refuse = lambda entry: entry.charger_id == 2
        async with running.client() as good, running.client("cp-2") as bad:
            running.store.gate.clear()
            await good.send(json.dumps([2, "a", "MeterValues", METER_VALUES]))
            await bad.send(json.dumps([2, "b", "MeterValues", METER_VALUES]))
            running.store.gate.set()
            assert await good.receive() == [3, "a", {}]
            assert (await bad.receive())[:3] == [4, "b", "InternalError"]
    assert "MeterValues of charger 2 was refused by the database" in caplog.text


@in_loop
async def test_start_sent_again_gets_same_transaction_and_accepted():
    async with Running() as running:
        async with running.client() as charger:
            first = await charger.call("StartTransaction", START, "x1")
        running.authorizer.decisions.clear()
        async with running.client() as charger:
            assert await charger.call("StartTransaction", START, "x2") == first
            other = await charger.call("StartTransaction", START | {"meterStart": 5})
            assert other == {"transactionId": 2, "idTagInfo": {"status": "Invalid"}}


@in_loop
async def test_calls_sent_at_once_answered_in_their_order():
    async with Running() as running, running.client() as charger:
        actions = ["Authorize", "Heartbeat", "MeterValues", "Heartbeat"] * 10
        for number, action in enumerate(actions):
            payload = {"idTag": "TAG"} if action == "Authorize" else {}
            await charger.send(json.dumps([2, str(number), action, payload]))
        for number in range(len(actions)):
            assert (await charger.receive())[1] == str(number)
        kept = [entry.action for entry in running.kept()]
        assert kept == [action for action in actions if action != "Heartbeat"]


@in_loop
async def test_flood_from_one_charger_held_up_then_answered():
    async with Running() as running, running.client() as charger:
        running.store.gate.clear()
        for number in range(2_000):
            await charger.send(json.dumps([2, str(number), "MeterValues", METER_VALUES]))
        connection = running.gateway.server.find(1)
        await asyncio.sleep(0.05)
        assert len(connection._waiting) < 1_000
        running.store.gate.set()
        for number in range(2_000):
            assert await charger.receive() == [3, str(number), {}]


@in_loop
async def test_full_journal_holds_chargers_up_and_loses_nothing():
    records = [make_record(number, f"cp-{number}") for number in range(1, 9)]
    async with Running(*records, settings={"max_queued": 2, "max_batch": 2}) as running:
        running.store.gate.clear()

        async def charge(number):
            async with running.client(f"cp-{number}") as charger:
                return [await charger.call("MeterValues", METER_VALUES) for _ in range(3)]

        tasks = [asyncio.create_task(charge(number)) for number in range(1, 9)]
        await asyncio.sleep(0.1)
        assert len(running.gateway.journal._queue) <= 2
        running.store.gate.set()
        assert await asyncio.gather(*tasks) == [[{}] * 3] * 8
        assert len(running.store.entries) == 24


@in_loop
async def test_newest_connection_wins_and_stays_online():
    async with Running() as running:
        async with running.client() as old, running.client() as new:
            with pytest.raises(ConnectionClosed):
                await old.receive()
            assert old.socket.close_code == 1008
            await asyncio.sleep(0.02)
            assert running.connections.rows[1][:2] == [2, True]
            assert (await new.boot())["status"] == "Accepted"
        await until(lambda: not running.connections.rows[1][1])


@in_loop
async def test_half_open_connection_cut_off_without_marking_the_new_one_offline():
    settings = {"close_timeout_s": 0.05}
    async with Running(settings=settings) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.gateway.port)
        writer.write(
            b"GET /ocpp/cp-1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        async with running.client() as new:
            # it never answers the close frame
            await until(lambda: len(running.gateway.server._wires) == 1)
            assert running.connections.rows[1][:2] == [2, True]
            await new.boot()
        writer.close()


@in_loop
async def test_replaced_by_another_gateway_closed_here():
    async with Running(settings={"presence_interval_s": 0.02}) as running:
        async with running.client() as charger:
            running.connections.taken_over = {1}
            with pytest.raises(ConnectionClosed):
                await charger.receive()
            assert charger.socket.close_code == 1008


@in_loop
async def test_presence_written_once_for_each_sign_of_life():
    async with Running(settings={"presence_interval_s": 0.02}) as running:
        async with running.client() as charger:
            await asyncio.sleep(0.1)
            assert [sign.fence for sign in running.connections.signs] == [1]
            await charger.call("Heartbeat", {})
            await until(lambda: len(running.connections.signs) == 2)
            first, second = running.connections.signs
            assert second.at > first.at
            age = second.at - running.connections.expired_before
            assert 110 < age.total_seconds() < 121


@in_loop
async def test_silent_charger_pinged_and_kept_while_it_answers():
    async with Running(settings={"ping_interval_s": 0.03}) as running:
        async with running.client(ping_interval=None) as charger:
            before = running.gateway.server.find(1).last_received_at
            await asyncio.sleep(0.2)
            assert running.gateway.server.find(1).last_received_at > before
            await charger.call("Heartbeat", {})


@in_loop
async def test_dead_charger_found_by_ping_and_marked_offline():
    async with Running(settings={"ping_interval_s": 0.03}) as running:
        async with running.client() as charger:
            charger.socket.transport.pause_reading()
            await until(lambda: not running.connections.rows[1][1])
            charger.socket.transport.abort()


@in_loop
async def test_charger_that_reads_no_answers_is_held_up(monkeypatch):
    monkeypatch.setattr(messages, "ID_TOKEN_LENGTH", 100_000)
    async with Running() as running, running.client() as charger:
        running.authorizer.decisions["TAG"] = make_long_decision()
        connection = running.gateway.server.find(1)
        charger.socket.transport.pause_reading()
        for number in range(300):
            await charger.send(json.dumps([2, str(number), "Authorize", {"idTag": "TAG"}]))
        await until(lambda: connection._blocked)
        answered = len(running.kept())
        await asyncio.sleep(0.05)
        assert len(running.kept()) - answered <= 1
        charger.socket.transport.resume_reading()
        for number in range(300):
            assert (await charger.receive())[1] == str(number)


def make_long_decision():
    from iicharge_odoo.gateway.ports import TokenDecision

    return TokenDecision("Accepted", parent_id_tag="x" * 100_000)


@in_loop
async def test_port_taken_raised_at_start():
    async with Running() as running:
        with pytest.raises(OSError):
            async with Running(settings={"port": running.gateway.port}):
                pass


@in_loop
async def test_clean_session_logs_no_warning(caplog):
    caplog.set_level(logging.INFO)
    async with Running() as running, running.client() as charger:
        await charger.boot()
        await charger.call("StartTransaction", START)
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_gateway_in_a_thread_serves_and_stops():
    ports = {}

    def make():
        ports["running"] = Running()
        return ports["running"].gateway

    thread = GatewayThread(make)
    thread.start()
    try:
        assert thread.wait_started() > 0

        async def boot():
            async with ports["running"].client() as charger:
                return await charger.boot()

        assert asyncio.run(boot())["status"] == "Accepted"
    finally:
        thread.stop()
    assert not thread.is_alive() and thread.error is None


def test_gateway_in_a_thread_that_cannot_start_says_why(caplog):
    def make():
        raise ValueError("no such database")

    thread = GatewayThread(make)
    thread.start()
    with pytest.raises(RuntimeError) as caught:
        thread.wait_started()
    assert str(caught.value.__cause__) == "no such database"
    thread.stop()


def start_in_a_thread():
    """Return a gateway that runs in a thread, and the gateway itself."""
    made = []

    def make():
        made.append(Running().gateway)
        return made[0]

    thread = GatewayThread(make)
    thread.start()
    thread.wait_started()
    return thread, made[0]


def test_gateway_that_works_passes_the_check():
    thread, _gateway = start_in_a_thread()
    thread.check()
    thread.stop()


def test_loop_that_is_stuck_fails_the_check_and_shows_where(monkeypatch):
    monkeypatch.setattr("iicharge_odoo.gateway.gateway.STUCK_S", 0.2)
    monkeypatch.setattr("iicharge_odoo.gateway.gateway.BEAT_S", 0.01)
    thread, gateway = start_in_a_thread()
    free, is_stuck = threading.Event(), threading.Event()

    def hang():
        is_stuck.set()
        free.wait(10)

    gateway.journal._loop.call_soon_threadsafe(hang)
    assert is_stuck.wait(10)
    with pytest.raises(RuntimeError, match="(?s)stuck.*hang"):
        while True:
            thread.check()
    free.set()
    thread.stop()


def test_gateway_ends_when_its_commands_end(caplog):
    thread, gateway = start_in_a_thread()

    def fail():
        raise ZeroDivisionError

    # at the next turn of its own loop
    gateway.commands._wait = lambda _timeout_s: fail()
    gateway.commands._wake.set()
    thread.join(10)
    assert not thread.is_alive()
    assert isinstance(thread.error, ZeroDivisionError)
    with pytest.raises(RuntimeError, match="ended"):
        thread.check()


@in_loop
async def test_answer_that_is_owed_for_too_long_closes_the_connection(caplog):
    settings = {"answer_timeout_s": 0, "ping_interval_s": 0.05}
    async with Running(settings=settings) as running, running.client() as client:
        await client.boot()
        running.gateway.journal.submit = lambda entry, done: None  # a callback that was lost
        await client.send('[2, "1", "StatusNotification", {"connectorId": 1}]')
        with pytest.raises(ConnectionClosed):
            await client.receive()
    assert "not answered" in caplog.text


@in_loop
async def test_answer_that_waits_for_the_database_leaves_the_connection(caplog):
    settings = {"answer_timeout_s": 0, "ping_interval_s": 0.02}
    async with Running(settings=settings) as running, running.client() as client:
        await client.boot()
        running.gateway.journal.is_waiting = True
        running.store.gate.clear()
        await client.send('[2, "1", "Heartbeat", {}]')
        await client.send('[2, "2", "StatusNotification", {"connectorId": 1}]')
        await asyncio.sleep(0.1)
        running.store.gate.set()
        assert (await client.receive())[1] == "1"
        assert (await client.receive())[1] == "2"
    assert "not answered" not in caplog.text
