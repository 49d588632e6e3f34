# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Answers to a charger's messages on a real socket: whole, broken, in pieces and too large."""

import asyncio
import json
import struct
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from iicharge_odoo.gateway import versions

from .harness import METER_VALUES, Running, in_loop, until


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


@pytest.mark.parametrize(
    "values", [[1] * 200_000, [{}] * 50_000, [[1] * 1000] * 200, {str(n): n for n in range(50_000)}]
)
def test_violations_of_a_large_message_found_in_time(values):
    schemas = versions.ASSUMED.schemas
    began = time.monotonic()
    validator = schemas.requests["MeterValues"]
    found = schemas.list_violations(validator, {"connectorId": 1, "meterValue": values})
    assert found and time.monotonic() - began < 1


def test_violation_far_back_in_a_large_message_found():
    schemas = versions.ASSUMED.schemas
    payload = {**METER_VALUES, "meterValue": METER_VALUES["meterValue"] * 1000 + [1]}
    found = schemas.list_violations(schemas.requests["MeterValues"], payload)
    assert [each.field for each in found] == ["meterValue.1000"]
