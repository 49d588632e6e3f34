# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The people of a fleet, and the fleet's file."""

import asyncio
import json
import random
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from ocpp.v16 import call

from iicharge_odoo.simulator.charger import ChargerSpec
from iicharge_odoo.simulator.fleet import (
    DEMO_FLEET,
    Fleet,
    FleetError,
    Opening,
    Simulation,
    load_fleet,
    parse_fleet,
)
from iicharge_odoo.simulator.guests import TagPool

from .harness import SECRET, a_central_system, in_loop, until


def a_fleet(*openings, id_tags=("ROOM101", "STAFF1"), connectors=2, speed=1):
    spec = ChargerSpec("GARAGE-1", SECRET, connectors=connectors)
    return Fleet((spec,), {"GARAGE-1": openings}, id_tags, speed=speed)


@asynccontextmanager
async def living(simulation):
    life = asyncio.ensure_future(simulation.run())
    try:
        yield simulation
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)


def test_demo_fleet_is_the_demo_hotels():
    fleet = load_fleet(DEMO_FLEET)
    assert [(s.identity, s.current, s.connectors, s.rated_power_w) for s in fleet.chargers] == [
        *[(f"GARAGE-{n}", "AC", 2, 22_000) for n in (1, 2, 3, 4)],
        *[(f"COURT-{n}", "DC", 1, 60_000) for n in (1, 2)],
    ]
    assert all(s.secret == f"demo-{s.identity.lower()}-secret-0001" for s in fleet.chargers)
    assert set(fleet.id_tags) == {"ROOM101", "ROOM102", "STAFF1", "VISITOR1"}
    openings = [opening.does for given in fleet.openings.values() for opening in given]
    assert openings.count("charging") >= 3
    assert [openings.count(kind) for kind in ("full", "free", "faulted")] == [1, 1, 1]
    assert "demo-garage" not in repr(fleet)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"chargers": []}, "at least one charger"),
        ({"id_tags": []}, "id tag"),
        ({"speed": 0}, "speed"),
        ({"chargers": [{"identity": "A"}]}, "secret"),
        ({"chargers": [{"identity": "A", "secret": "s", "current": "DE"}]}, "not AC or DC"),
        ({"chargers": [{"identity": "A", "secret": "s", "colour": "red"}]}, "unknown colour"),
        ({"chargers": [{"identity": "A", "secret": "s"}] * 2}, "same identity"),
        (
            {"chargers": [{"identity": "A", "secret": "s", "openings": [{"does": "fly"}]}]},
            "'fly' is none of",
        ),
        (
            {"chargers": [{"identity": "A", "secret": "s", "openings": [{"id_tag": "X"}]}]},
            "X is not in id_tags",
        ),
    ],
)
def test_fleet_file_with_a_mistake_is_refused_with_the_reason(tmp_path, change, reason):
    good = {"id_tags": ["T"], "chargers": [{"identity": "A", "secret": "s"}]}
    assert len(parse_fleet(good).chargers) == 1
    path = tmp_path / "fleet.json"
    path.write_text(json.dumps({**good, **change}))
    with pytest.raises(FleetError, match=reason):
        load_fleet(path)


def test_fleet_file_that_is_missing_or_not_json_is_refused_with_its_name(tmp_path):
    with pytest.raises(FleetError, match="fleet.json: No such file"):
        load_fleet(tmp_path / "fleet.json")
    (tmp_path / "fleet.json").write_text("{")
    with pytest.raises(FleetError, match="fleet.json"):
        load_fleet(tmp_path / "fleet.json")


@in_loop
async def test_card_is_at_one_connector_at_a_time():
    pool = TagPool(["A", "B"], random.Random(1))
    assert pool.take_now("A") == "A"
    assert pool.take_now("A") is None
    waiting = asyncio.ensure_future(pool.take("A"))
    await asyncio.sleep(0)
    assert pool.take_now() == "B"
    await pool.give_back("A")
    assert await waiting == "A"


@in_loop
async def test_openings_bring_the_states_they_name(clock):
    openings = tuple(map(Opening, ("charging", "full", "free", "faulted")))
    async with a_central_system() as central:
        fleet = a_fleet(*openings, connectors=4)
        async with living(Simulation(fleet, central.url, seed=3, clock=clock)):
            await clock.run_for(300)
            newest = [central.statuses(number)[-1] for number in (1, 2, 3, 4)]
            assert newest == ["Charging", "SuspendedEV", "Available", "Faulted"]
            assert len(central.of("StartTransaction")) == 2


@in_loop
async def test_guest_plugs_in_when_a_remote_start_calls(clock):
    async with a_central_system() as central:
        fleet = a_fleet(Opening("free"), connectors=1, speed=30)
        simulation = Simulation(fleet, central.url, seed=3, clock=clock)
        async with living(simulation):
            await clock.run_until(simulation.chargers[0].ready.is_set)
            served = central.chargers["GARAGE-1"]
            await served.call(call.RemoteStartTransaction("ROOM205", connector_id=1))
            await clock.run_until(lambda: central.of("StartTransaction"), most_s=10)
            assert central.of("StartTransaction")[0]["id_tag"] == "ROOM205"
            await clock.run_until(lambda: central.of("StopTransaction"))
            await clock.run_until(lambda: central.statuses(1)[-1] == "Available")


@in_loop
async def test_states_vary_over_a_fast_day(clock):
    async with a_central_system() as central:
        fleet = a_fleet(Opening("charging"), Opening("later"), speed=60)
        simulation = Simulation(fleet, central.url, seed=5, faults=True, clock=clock)
        async with living(simulation):
            await clock.run_until(lambda: len(central.of("StopTransaction")) >= 6)
            starts = central.of("StartTransaction")
            assert {start["connector_id"] for start in starts} == {1, 2}
            assert len({start["id_tag"] for start in starts}) == 2
            await clock.run_until(lambda: "Faulted" in central.statuses(1) + central.statuses(2))


@pytest.mark.parametrize("speed", [1, 100])
@in_loop
async def test_session_at_any_speed_stays_below_the_ceiling(clock, speed):
    async with a_central_system() as central:
        fleet = a_fleet(connectors=1, speed=speed)
        simulation = Simulation(fleet, central.url, seed=11, clock=clock)
        session = asyncio.ensure_future(simulation.run_once())
        await clock.run_until(session.done)
        assert session.result() is True
        (start,), (stop,) = central.of("StartTransaction"), central.of("StopTransaction")
        energy_wh = stop["meter_stop"] - start["meter_start"]
        began, ended = (datetime.fromisoformat(each["timestamp"]) for each in (start, stop))
        hours = (ended - began).total_seconds() / 3600
        assert 10_000 / speed < energy_wh <= 22_000 * hours
        assert (hours > 1) == (speed == 1)


@in_loop
async def test_once_shows_that_a_card_was_refused(clock):
    async with a_central_system() as central:
        central.blocked = {"ROOM101", "STAFF1"}
        simulation = Simulation(a_fleet(), central.url, seed=11, clock=clock)
        session = asyncio.ensure_future(simulation.run_once())
        await clock.run_until(session.done)
        assert session.result() is False


@in_loop
async def test_switch_off_sends_the_stops(clock):
    async with a_central_system() as central:
        simulation = Simulation(a_fleet(Opening("charging")), central.url, seed=3, clock=clock)
        async with living(simulation):
            await clock.run_until(lambda: central.of("StartTransaction"))
            await simulation.switch_off(patience_s=5)
            assert central.of("StopTransaction")[0]["reason"] == "PowerLoss"


@in_loop
async def test_switch_off_without_a_server_does_not_wait(clock):
    async with a_central_system() as central:
        simulation = Simulation(a_fleet(Opening("charging")), central.url, seed=3, clock=clock)
        async with living(simulation):
            await clock.run_until(lambda: central.of("StartTransaction"))
            await central.stop()
            await until(lambda: not simulation.chargers[0].online)
            await simulation.switch_off(patience_s=5)
            assert not central.of("StopTransaction")
            await central.start()
