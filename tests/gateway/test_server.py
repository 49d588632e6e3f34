# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a charger sees on a real socket."""

import asyncio
import json
import logging
import struct

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from iicharge_odoo.gateway.gateway import GatewayThread
from iicharge_odoo.gateway.ports import TransientError

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


@pytest.mark.parametrize(
    ("frame", "code", "message_id"),
    [
        ('{"no": "frame"}', "FormationViolation", "-1"),
        ("not JSON", "FormationViolation", "-1"),
        ('[2,"7","Heartbeat"]', "FormationViolation", "7"),
        ('[2,"7","Fly",{}]', "NotImplemented", "7"),
        ('[2,"7","Reset",{}]', "NotSupported", "7"),
        ('[2,"7","Authorize",{}]', "ProtocolError", "7"),
        ('[2,"7","Authorize",{"idTag":[5]}]', "TypeConstraintViolation", "7"),
        ('[2,"7","MeterValues",[]]', "FormationViolation", "7"),
    ],
)
@in_loop
async def test_malformed_frame_answered_kept_and_survived(frame, code, message_id):
    async with Running() as running, running.client() as charger:
        await charger.send(frame)
        answer = await charger.receive()
        assert answer[:3] == [4, message_id, code] and len(answer) == 5
        (entry,) = running.kept()
        assert (entry.state, entry.error_code, entry.message_id) == ("kept", code, message_id)
        assert json.loads(entry.answer) == answer[2:]
        assert entry.payload in frame
        assert "currentTime" in await charger.call("Heartbeat", {})


@in_loop
async def test_bytes_that_are_not_text_kept_readably():
    async with Running() as running, running.client() as charger:
        await charger.socket.send(b"\xff\x00" * 50_000, text=True)
        assert (await charger.receive())[:3] == [4, "-1", "FormationViolation"]
        (entry,) = running.kept()
        assert entry.payload.startswith("\ufffd\0") and len(entry.payload) == 65_536


@in_loop
async def test_unknown_message_type_kept_and_not_answered():
    async with Running() as running, running.client() as charger:
        await charger.send('[7,"1","x",{}]')
        assert "currentTime" in await charger.call("Heartbeat", {})
        (entry,) = running.kept()
        assert (entry.state, entry.answer, entry.error_code) == ("kept", None, None)
        assert "Message type 7" in entry.reason


@in_loop
async def test_empty_and_null_frames_harmless():
    async with Running() as running, running.client() as charger:
        await charger.send("")
        await charger.send('[2,"h","Heartbeat",null]')
        assert (await charger.receive())[:2] == [3, "h"]
        assert running.kept() == []


@in_loop
async def test_answer_to_no_call_kept():
    async with Running() as running, running.client() as charger:
        await charger.send('[3,"old",{"status":"Accepted"}]')
        await charger.send('[4,"older","GenericError","x",{}]')
        await until(lambda: len(running.kept()) == 2)
        first, second = running.kept()
        assert (first.direction, first.message_id, first.state) == ("out", "old", "kept")
        assert (first.answer, second.error_code) == ('{"status":"Accepted"}', "GenericError")


@pytest.mark.parametrize("fragment", [None, 100_000])
@in_loop
async def test_frame_over_1_mb_closed_1009_with_evidence(fragment):
    async with Running() as running, running.client() as charger:
        data = json.dumps([2, "m", "DataTransfer", {"vendorId": "x", "data": "x" * 1_100_000}])
        with pytest.raises(ConnectionClosed):
            if fragment:
                await charger.send(data[at : at + fragment] for at in range(0, len(data), fragment))
            else:
                await charger.send(data)
            await charger.receive()
        assert charger.socket.close_code == 1009
        await until(running.kept)
        (entry,) = running.kept()
        assert (entry.charger_id, entry.state, entry.action) == (1, "kept", None)
        assert "more than 1048576 bytes" in entry.reason


@in_loop
async def test_frame_just_under_1_mb_answered():
    async with Running() as running, running.client() as charger:
        payload = {"vendorId": "x", "data": "x" * 1_000_000}
        assert await charger.call("DataTransfer", payload) == {"status": "UnknownVendorId"}


@in_loop
async def test_fragmented_message_and_ping_inside_it_understood():
    async with Running() as running, running.client() as charger:
        data = json.dumps([2, "m", "Heartbeat", {}])
        await charger.send(data[at : at + 3] for at in range(0, len(data), 3))
        assert (await charger.receive())[1] == "m"
        protocol, transport = charger.socket.protocol, charger.socket.transport

        def frame(opcode, text, fin):
            return Frame(opcode, text.encode(), fin).serialize(mask=True)

        assert protocol is not None
        data = frame(Opcode.TEXT, '[2,"n","Heart', False) + frame(Opcode.PING, "x", True)
        for part in (data[:5], data[5:], frame(Opcode.CONT, 'beat",{}]', True)):
            transport.write(part)
            await asyncio.sleep(0.01)
        assert (await charger.receive())[1] == "n"


@in_loop
async def test_many_frames_in_one_segment_and_one_in_many_understood():
    async with Running() as running, running.client() as charger:
        frames = b"".join(
            Frame(Opcode.TEXT, json.dumps([2, str(n), "Heartbeat", {}]).encode()).serialize(
                mask=True
            )
            for n in range(8)
        )
        charger.socket.transport.write(frames)
        for n in range(8):
            assert (await charger.receive())[1] == str(n)
        for at in range(0, len(frames), 7):
            charger.socket.transport.write(frames[at : at + 7])
            await asyncio.sleep(0)
        for n in range(8):
            assert (await charger.receive())[1] == str(n)


@pytest.mark.parametrize(
    "data",
    [
        b"\x81\x05hello",
        struct.pack("!BB", 0x83, 0x80) + bytes(4),
        struct.pack("!BB", 0xC1, 0x80) + bytes(4),
        struct.pack("!BB", 0x80, 0x80) + bytes(4),
    ],
)
@in_loop
async def test_broken_websocket_frame_closed_1002(data, caplog):
    async with Running() as running, running.client() as charger:
        charger.socket.transport.write(data)
        with pytest.raises(ConnectionClosed):
            await charger.receive()
        assert charger.socket.close_code == 1002
    assert "ERROR" not in caplog.text


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
async def test_taken_over_by_another_gateway_closed_here():
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
            before = running.gateway.server.find(1).last_heard_at
            await asyncio.sleep(0.2)
            assert running.gateway.server.find(1).last_heard_at > before
            await charger.call("Heartbeat", {})


@in_loop
async def test_dead_charger_found_by_ping_and_marked_offline():
    async with Running(settings={"ping_interval_s": 0.03}) as running:
        async with running.client() as charger:
            charger.socket.transport.pause_reading()
            await until(lambda: not running.connections.rows[1][1])
            charger.socket.transport.abort()


@in_loop
async def test_charger_that_reads_no_answers_is_held_up():
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
async def test_stop_closes_chargers_marks_them_offline_and_writes_the_rest():
    async with Running() as running, running.client() as charger:
        running.store.gate.clear()
        await charger.send(json.dumps([2, "m1", "MeterValues", METER_VALUES]))
        await asyncio.sleep(0.05)
        stopping = asyncio.create_task(running.stop())
        with pytest.raises(ConnectionClosed):
            await charger.receive()
        assert charger.socket.close_code == 1001
        running.store.gate.set()
        await stopping
        assert len(running.kept("MeterValues")) == 1
        assert running.connections.rows[1][1] is False
        assert running.store.closed and running.commands.stopped


@in_loop
async def test_port_taken_said_at_start():
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
