# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import asyncio
import json
import logging

import pytest
from websockets.exceptions import ConnectionClosed

from iicharge_odoo.gateway.few_lines import FewLines
from iicharge_odoo.gateway.limits import ConnectionLimits, count_descriptors

from .fakes import make_record
from .harness import METER_VALUES, Running, in_loop, until


class Socket:
    def __init__(self, address="a"):
        self.remote_address = address
        self.aborted = False

    def abort(self):
        self.aborted = True


def enter(limits, address, count):
    sockets = [Socket(address) for _ in range(count)]
    assert all(limits.enter(one) for one in sockets)
    return sockets


def make(most, proxies=()):
    return ConnectionLimits(most, proxies.__contains__)


def test_half_of_the_descriptors_are_for_connections():
    assert make(0).most == count_descriptors() // 2


def test_oldest_silent_connection_of_an_address_makes_room_for_its_next():
    limits = make(80)
    sockets = enter(limits, "a", 11)
    other = enter(limits, "b", 1)
    assert [one.aborted for one in sockets] == [True] + [False] * 10
    assert not other[0].aborted


def test_proxy_may_bring_all_chargers():
    sockets = enter(make(80, ["a"]), "a", 40)
    assert not any(one.aborted for one in sockets)


def test_connections_that_have_shown_a_request_are_never_closed_for_others():
    limits = make(80)
    held = enter(limits, "a", 5)
    for one in held:
        limits.shown(one)
    enter(limits, "a", 50)
    assert not any(one.aborted for one in held)


def test_address_with_the_most_silent_ones_gives_way_when_all_are_too_many():
    limits = make(16)
    many, few = enter(limits, "a", 2), enter(limits, "b", 1)
    for number in range(5):
        enter(limits, f"c{number}", 1)
    enter(limits, "d", 1)
    assert many[0].aborted and not many[1].aborted and not few[0].aborted


def test_no_connection_over_the_limit_while_none_is_silent():
    limits = make(16)
    held = []
    for number in range(16):
        held += enter(limits, str(number), 1)
        limits.shown(held[-1])
    late = Socket("x")
    assert not limits.enter(late)
    limits.leave(late)
    limits.leave(held[0])
    assert limits.enter(Socket("x"))


def test_equal_lines_are_few_and_their_number_is_told():
    now, lines = [0.0], []
    logger = logging.Logger("few")
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    logger.addHandler(handler)
    logger.addFilter(FewLines(2, lambda: now[0]))
    for number in range(10):
        logger.info("refused %s", number)
    logger.info("another")
    assert lines == ["refused 0", "refused 1", "another"]
    now[0] = 60
    logger.info("refused %s", 10)
    logger.info("refused %s", 11)
    assert lines[3:] == [
        "refused 10 (8 more lines were left out since the last one)",
        "refused 11",
    ]


def wide(size, message_id="w"):
    return json.dumps([2, message_id, "MeterValues", {**METER_VALUES, "x": "y" * size}])


@pytest.mark.parametrize("parts", [1, 40])
@in_loop
async def test_charger_that_is_not_accepted_sends_no_long_messages(parts):
    async with Running(make_record(admission="pending")) as running, running.client() as charger:
        await charger.send(wide(60_000))
        assert (await charger.receive())[0] == 3
        text = wide(70_000)
        step = len(text) // parts + 1
        pieces = [text[at : at + step] for at in range(0, len(text), step)]
        await charger.send(pieces if parts > 1 else text)
        with pytest.raises(ConnectionClosed):
            await charger.receive()
        assert charger.socket.close_code == 1009
        await until(lambda: len(running.kept()) == 2)
        assert "more than 65536 bytes" in running.kept()[1].reason


@in_loop
async def test_charger_that_was_accepted_since_sends_long_messages():
    async with Running(make_record(admission="pending")) as running, running.client() as charger:
        running.directory.records["cp-1"] = make_record()
        await charger.boot()
        await charger.send(wide(900_000))
        assert (await charger.receive())[0] == 3
        await charger.send(wide(1_100_000))
        with pytest.raises(ConnectionClosed):
            await charger.receive()
        assert charger.socket.close_code == 1009


@in_loop
async def test_order_of_messages_kept_around_long_ones():
    async with Running() as running, running.client() as charger:
        for number in range(40):
            await charger.send(wide(100_000 if number % 7 == 3 else 0, f"m{number}"))
        for number in range(40):
            assert (await charger.receive())[1] == f"m{number}"
    assert [entry.message_id for entry in running.kept()] == [f"m{n}" for n in range(40)]


@in_loop
async def test_long_message_stored_though_the_charger_closes_at_once():
    async with Running() as running:
        async with running.client() as charger:
            await charger.send(wide(500_000))
            await charger.send(wide(0, "behind"))
        await until(lambda: len(running.kept("MeterValues")) == 2)


@in_loop
async def test_secrets_of_a_long_message_hidden():
    async with Running() as running, running.client() as charger:
        data = "x" * 50_000 + " password=hunter2 " + "y" * 50_000
        await charger.call("DataTransfer", {"vendorId": "V", "data": data})
        assert "hunter2" not in running.store.entries[-1].payload
        await charger.send("[2," + "0," * 20_000 + '"AuthorizationKey":"hunter2"')
        await until(lambda: len(running.kept()) == 2)
        assert "hunter2" not in running.store.entries[-1].payload


@in_loop
async def test_failure_of_reading_ends_only_that_connection(monkeypatch):
    async with Running(make_record(), make_record(2, "cp-2")) as running:
        async with running.client() as charger, running.client("cp-2") as neighbour:
            monkeypatch.setattr("iicharge_odoo.gateway.apart.read_big", lambda data: 1 / 0)
            await charger.send(wide(100_000))
            with pytest.raises(ConnectionClosed):
                await charger.receive()
            assert await neighbour.call("MeterValues", METER_VALUES) == {}
            await asyncio.sleep(0)
