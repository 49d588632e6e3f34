# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charger that acts on its own, against a central system over a real socket."""

import asyncio
from datetime import datetime

import pytest
from ocpp.v16 import call

from iicharge_odoo.simulator.vehicle import Vehicle

from .harness import EPOCH, a_booted_charger, a_central_system, in_loop, until

ENERGY, POWER = "Energy.Active.Import.Register", "Power.Active.Import"


def read(payload, measurand):
    """(time, value) of a measurand in a MeterValues."""
    (value,) = payload["meter_value"]
    (number,) = [
        float(each["value"])
        for each in value["sampled_value"]
        if each["measurand"] == measurand and "phase" not in each
    ]
    return datetime.fromisoformat(value["timestamp"]), number


def seconds(payload):
    return (datetime.fromisoformat(payload["timestamp"]) - EPOCH).total_seconds()


async def charge_until(clock, charger, soc=0.5, capacity_wh=20_000, id_tag="ROOM101"):
    connector = charger.connectors[1]
    assert await connector.plug(Vehicle(capacity_wh, soc, ac_power_w=11_000))
    assert await connector.present(id_tag)
    return connector


@in_loop
async def test_boot_is_repeated_by_the_interval_until_accepted(clock, rng):
    async with a_central_system() as central:
        central.boots = [("Rejected", 90), ("Pending", 40), ("Accepted", 600)]
        async with a_booted_charger(central, clock, rng) as charger:
            await clock.run_until(charger.ready.is_set)
            assert (clock.now() - EPOCH).total_seconds() == 130
            assert len(central.of("BootNotification")) == 3
            await until(lambda: len(central.of("StatusNotification")) == 3)
            assert central.calls[0].action == central.calls[2].action == "BootNotification"
            assert [p["connector_id"] for p in central.of("StatusNotification")] == [0, 1, 2]
            assert charger.configuration["HeartbeatInterval"] == "600"


@in_loop
async def test_heartbeats_follow_the_interval(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng, configuration={}) as charger:
            await clock.run_for(301)
            assert len(central.of("Heartbeat")) == 1
            served = central.chargers["GARAGE-1"]
            answer = await served.call(call.ChangeConfiguration("HeartbeatInterval", "10"))
            assert answer.status == "Accepted"
            await clock.run_for(101)
            assert len(central.of("Heartbeat")) == 11
            assert charger.online


@in_loop
async def test_session_runs_from_plug_to_unplug(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng, register_wh=(4_000_000,)) as charger:
            connector = await charge_until(clock, charger)
            await clock.run_until(lambda: connector.status == "SuspendedEV")
            await clock.run_for(600)
            connector.stop("Local", "ROOM101")
            connector.unplug()
            await charger.outbox.wait_empty()
            assert central.statuses(1) == [
                "Available",
                "Preparing",
                "Charging",
                "SuspendedEV",
                "Finishing",
                "Available",
            ]
            (start,), (stop,) = central.of("StartTransaction"), central.of("StopTransaction")
            assert start["meter_start"] == 4_000_000
            assert stop["meter_stop"] in (4_009_999, 4_010_000)
            assert (stop["transaction_id"], stop["reason"]) == (1, "Local")
            order = [c.action for c in central.calls if "Transaction" in c.action]
            assert order == ["StartTransaction", "StopTransaction"]


@pytest.mark.parametrize(("current", "rated_w"), [("AC", 22_000), ("DC", 60_000)])
@in_loop
async def test_samples_agree_with_power_over_time(clock, rng, current, rated_w):
    async with a_central_system() as central:
        settings = {"current": current, "connectors": 1, "rated_power_w": rated_w}
        async with a_booted_charger(central, clock, rng, **settings) as charger:
            connector = await charge_until(clock, charger, soc=0.3)
            await clock.run_until(lambda: connector.status == "SuspendedEV")
            connector.unplug()
            await charger.outbox.wait_empty()
            samples = central.of("MeterValues")
            energy = [read(payload, ENERGY) for payload in samples]
            power = [read(payload, POWER)[1] for payload in samples]
            assert len(samples) > 8
            for i in range(1, len(samples) - 1):
                hours = (energy[i][0] - energy[i - 1][0]).total_seconds() / 3600
                step_wh = energy[i][1] - energy[i - 1][1]
                assert step_wh <= rated_w * hours + 1
                assert step_wh == pytest.approx((power[i] + power[i - 1]) / 2 * hours, rel=0.06)
            (start,), (stop,) = central.of("StartTransaction"), central.of("StopTransaction")
            hours = (seconds(stop) - seconds(start)) / 3600
            assert 0 < stop["meter_stop"] - start["meter_start"] <= rated_w * hours


@in_loop
async def test_register_goes_on_over_sessions(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            for _ in range(2):
                connector = await charge_until(clock, charger, soc=0.95)
                await clock.run_until(lambda: connector.status == "SuspendedEV")  # noqa: B023
                connector.unplug()
                await charger.outbox.wait_empty()
            first, second = central.of("StartTransaction")
            stop, _ = central.of("StopTransaction")
            assert second["meter_start"] == stop["meter_stop"] > first["meter_start"]


@in_loop
async def test_offline_session_is_replayed_in_order_with_its_own_times(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            connector = await charge_until(clock, charger, soc=0.99)
            connector.unplug()
            await charger.outbox.wait_empty()  # the tag is known now
            await clock.run_for(60)
            central.calls.clear()
            await central.stop()
            await until(lambda: not charger.online)
            connector = await charge_until(clock, charger)
            await clock.run_for(300)
            connector.unplug()
            stopped_at = (clock.now() - EPOCH).total_seconds()
            assert not central.calls
            await central.start()
            await clock.run_until(lambda: central.of("StopTransaction"))
            replayed = [c for c in central.calls if c.action != "StatusNotification"]
            assert [c.action for c in replayed] == [
                "StartTransaction",
                *["MeterValues"] * (len(replayed) - 2),
                "StopTransaction",
            ]
            assert len(replayed) >= 6
            times = [
                seconds(c.payload if "Transaction" in c.action else c.payload["meter_value"][0])
                for c in replayed
            ]
            assert times == sorted(times)
            assert times[-1] == stopped_at < (clock.now() - EPOCH).total_seconds()
            assert {c.payload["transaction_id"] for c in replayed[1:]} == {2}


@in_loop
async def test_unknown_tag_offline_is_refused(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            await central.stop()
            await until(lambda: not charger.online)
            assert await charger.connectors[1].plug(Vehicle(20_000, 0.5))
            assert not await charger.connectors[1].present("ROOM101")
            assert charger.connectors[1].transaction is None
            await central.start()


@in_loop
async def test_line_lost_before_the_start_is_answered_sends_it_again(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            served = central.chargers["GARAGE-1"]
            # The start arrives, and the answer is lost on the way.
            central.start_verdict = "Accepted"
            send = served._send

            async def lose(message):
                if central.of("StartTransaction"):
                    served._connection.transport.abort()
                else:
                    await send(message)

            served._send = lose
            await charge_until(clock, charger)
            await clock.run_until(lambda: len(central.of("StartTransaction")) == 2)
            first, second = central.of("StartTransaction")
            assert first == second
            await charger.outbox.wait_empty()
            assert charger.connectors[1].transaction.id == 2


@in_loop
async def test_callerror_on_a_transaction_message_is_retried_then_dropped(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            central.failing = {"StopTransaction"}
            connector = await charge_until(clock, charger)
            await charger.outbox.wait_empty()
            connector.unplug()
            began = clock.now()
            await clock.run_until(lambda: not len(charger.outbox))
            assert len(central.of("StopTransaction")) == 3
            assert (clock.now() - began).total_seconds() == 60 + 120


@in_loop
async def test_refused_tag_starts_nothing(clock, rng):
    async with a_central_system() as central:
        central.blocked = {"ROOM101"}
        async with a_booted_charger(central, clock, rng) as charger:
            connector = charger.connectors[1]
            await connector.plug(Vehicle(20_000, 0.5))
            assert not await connector.present("ROOM101")
            connector.unplug()
            await charger.outbox.wait_empty()
            assert central.statuses(1) == ["Available", "Preparing", "Available"]
            assert not central.of("StartTransaction")


@in_loop
async def test_tag_refused_at_the_start_ends_the_transaction(clock, rng):
    async with a_central_system() as central:
        central.start_verdict = "ConcurrentTx"
        async with a_booted_charger(central, clock, rng) as charger:
            await charge_until(clock, charger)
            await until(lambda: central.of("StopTransaction"))
            assert central.of("StopTransaction")[0]["reason"] == "DeAuthorized"
            assert charger.connectors[1].status == "Finishing"


@in_loop
async def test_wrong_secret_is_refused_and_retried(clock, rng, caplog):
    async with a_central_system() as central:
        central.boots = [("Accepted", 0)]
        async with a_booted_charger(central, clock, rng, secret="wrong-secret-000000") as charger:
            await clock.run_until(lambda: central.handshakes == 3)
            assert not charger.online
            warnings = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
            assert len(warnings) == 1 and "HTTP 401" in warnings[0]
            assert "wrong-secret" not in caplog.text


@in_loop
async def test_charger_waits_for_a_server_that_is_not_there_yet(clock, rng):
    async with a_central_system() as central:
        await central.stop()
        central.boots = [("Accepted", 0)]
        async with a_booted_charger(central, clock, rng) as charger:
            await clock.run_for(45)
            assert not charger.ready.is_set()
            await central.start()
            await clock.run_until(charger.ready.is_set, most_s=60)
            await asyncio.sleep(0)
