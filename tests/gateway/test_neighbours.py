# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A bad charger, a bad message or an error of ours never affects another charger."""

import asyncio
import json
import logging

import pytest

from iicharge_odoo.gateway import frames
from iicharge_odoo.gateway.connection import Connection
from iicharge_odoo.gateway.version import OcppVersion

from .fakes import make_record
from .harness import METER_VALUES, START, STOP, Running, in_loop

NEIGHBOURS = range(2, 7)


def nested(depth):
    """Return MeterValues whose payload nests `depth` levels below its own object."""
    return f'[2,"deep","MeterValues",{{"meterValue":{"[" * depth}{"]" * depth}}}]'


def records(admission="accepted"):
    others = [make_record(number, f"cp-{number}") for number in NEIGHBOURS]
    return [make_record(1, "cp-1", admission=admission), *others]


async def answered(running, count=3):
    """Check whether each neighbour gets an answer to each of its messages."""

    async def charge(number):
        async with running.client(f"cp-{number}") as charger:
            return [await charger.call("MeterValues", METER_VALUES) for _ in range(count)]

    tasks = [asyncio.create_task(charge(number)) for number in NEIGHBOURS]
    return await asyncio.gather(*tasks) == [[{}] * count] * len(NEIGHBOURS)


@pytest.mark.parametrize("depth", [1, 31, 32, 33, 64, 128, 300, 512, 1024, 100_000])
def test_depth_limited_where_messages_are_decoded(depth):
    frame = frames.decode(nested(depth).encode())
    # the message and its payload are two levels of their own
    readable = depth + 2 <= frames.MAX_DEPTH
    assert isinstance(frame, frames.Call) is readable
    if not readable and depth < 1000:
        assert frame.message_id == "deep"


def test_wide_message_is_not_deep():
    values = json.dumps([2, "1", "MeterValues", {"meterValue": [[{}]] * 5000}])
    assert isinstance(frames.decode(values.encode()), frames.Call)


@pytest.mark.parametrize("admission", ["accepted", "pending"])
@in_loop
async def test_deep_message_behind_a_valid_one_leaves_the_neighbours_answered(admission):
    async with Running(*records(admission)) as running:
        neighbours = asyncio.create_task(answered(running, 40))
        for _ in range(20):
            async with running.client() as attacker:
                await attacker.send(json.dumps([2, "1", "MeterValues", METER_VALUES]))
                await attacker.send(nested(300))
                assert [(await attacker.receive())[0] for _ in range(2)] == [3, 4]
        assert await neighbours


@in_loop
async def test_validator_that_fails_answers_its_charger_and_leaves_the_neighbours(
    monkeypatch, caplog
):
    receive = OcppVersion.receive

    def fail(self, station, call):
        if station.record.id == 1:
            raise RecursionError("Recursion limit reached")
        return receive(self, station, call)

    monkeypatch.setattr(OcppVersion, "receive", fail)
    async with Running(*records()) as running, running.client() as charger:
        neighbours = asyncio.create_task(answered(running, 20))
        for _ in range(20):
            assert (await charger.call("MeterValues", METER_VALUES))[2] == "InternalError"
        assert await neighbours
    assert len(running.kept("MeterValues")) == 120
    assert "its MeterValues failed" in caplog.text


@in_loop
async def test_answer_that_fails_ends_its_own_connection_only(monkeypatch, caplog):
    send = Connection._send_answer

    def fail(self, *answer):
        if self.charger_id == 1:
            raise RuntimeError("broken")
        send(self, *answer)

    monkeypatch.setattr(Connection, "_send_answer", fail)
    async with Running(*records()) as running, running.client() as charger:
        running.store.gate.clear()
        await charger.send(json.dumps([2, "1", "MeterValues", METER_VALUES]))
        neighbours = asyncio.create_task(answered(running))
        await asyncio.sleep(0.1)
        running.store.gate.set()
        assert await neighbours
        await charger.socket.wait_closed()
        assert charger.socket.close_code == 1011
    assert [r.levelno for r in caplog.records if "connection failed" in r.message] == [
        logging.ERROR
    ]


@in_loop
async def test_store_that_answers_nonsense_fails_its_batch_and_the_journal_goes_on():
    async with Running(*records()) as running, running.client() as charger:
        write = running.store.write
        running.store.write = lambda entries: []
        assert (await charger.call("MeterValues", METER_VALUES))[2] == "InternalError"
        running.store.write = write
        assert await charger.call("MeterValues", METER_VALUES) == {}


@in_loop
async def test_what_came_whole_before_the_close_is_journalled():
    async with Running() as running:
        async with running.client() as charger:
            running.store.gate.clear()
            sent = {"MeterValues": METER_VALUES, "StopTransaction": STOP}
            sent["StatusNotification"] = {
                "connectorId": 1,
                "status": "Available",
                "errorCode": "NoError",
            }
            for number, (action, payload) in enumerate(sent.items()):
                await charger.send(json.dumps([2, str(number), action, payload]))
            charger.socket.transport.abort()
        await asyncio.sleep(0.1)
        running.store.gate.set()
        while len(running.kept()) < len(sent):
            await asyncio.sleep(0.01)
        assert [entry.action for entry in running.kept()] == list(sent)


@pytest.mark.parametrize(
    "departure",
    [{"connectorId": "1"}, {"connectorId": 1.0}, {"idTag": 12345}],
    ids=lambda departure: "-".join(departure),
)
@in_loop
async def test_start_with_a_field_of_another_type_is_answered(departure):
    async with Running() as running, running.client() as charger:
        running.authorizer.decisions["12345"] = running.authorizer.decisions["TAG"]
        answer = await charger.call("StartTransaction", START | departure)
        assert answer["idTagInfo"] == {"status": "Accepted"}
        [entry] = running.kept("StartTransaction")
        assert entry.state == "new"
        assert "Not as in the specification" in entry.reason


@pytest.mark.parametrize("connector", ["one", "", "1e3", None, [], {}, True, 1.5])
@in_loop
async def test_start_that_names_no_connector_is_refused(connector):
    async with Running() as running, running.client() as charger:
        answer = await charger.call("StartTransaction", START | {"connectorId": connector})
        assert answer[0] == 4
