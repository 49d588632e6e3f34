# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The end of a gateway, as its chargers see it."""

import asyncio
import json

import pytest
from websockets.exceptions import ConnectionClosed

from iicharge_odoo.gateway import server

from .fakes import make_record
from .harness import METER_VALUES, Running, in_loop


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
async def test_stop_sends_chargers_away_in_waves_and_serves_them_until_then(monkeypatch):
    monkeypatch.setattr(server, "_LEAST_OF_A_WAVE", 1)
    monkeypatch.setattr(server, "_WAVE_S", 0.5)
    async with Running(make_record(), make_record(2, "cp-2")) as running:
        async with running.client("cp-1") as first, running.client("cp-2") as second:
            await first.boot()
            await second.boot()
            stopping = asyncio.create_task(running.stop())
            closing = {
                asyncio.create_task(one.socket.wait_closed()): one for one in (first, second)
            }
            [gone], _ = await asyncio.wait(closing, return_when=asyncio.FIRST_COMPLETED)
            [other] = set(closing.values()) - {closing[gone]}
            assert await other.call("MeterValues", METER_VALUES) == {}
            await other.socket.wait_closed()
            assert first.socket.close_code == second.socket.close_code == 1001
            await stopping
