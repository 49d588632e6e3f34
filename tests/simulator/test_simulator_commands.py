# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Commands of the central system."""

from datetime import timedelta

import pytest
from ocpp.exceptions import NotImplementedError as NotImplementedAction
from ocpp.v16 import call

from iicharge_odoo.simulator.vehicle import Vehicle

from .harness import a_booted_charger, a_central_system, in_loop, until


def car():
    return Vehicle(50_000, 0.5)


@in_loop
async def test_remote_start_waits_for_the_car_and_remote_stop_ends_it(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            served = central.chargers["GARAGE-1"]
            answer = await served.call(call.RemoteStartTransaction("ROOM101", connector_id=2))
            assert answer.status == "Accepted"
            connector = charger.connectors[2]
            await until(lambda: connector.remote_tag == "ROOM101")
            assert await connector.plug(car())
            await until(lambda: connector.transaction and connector.transaction.id)
            assert central.of("StartTransaction")[0]["id_tag"] == "ROOM101"
            assert not central.of("Authorize")
            busy = await served.call(call.RemoteStartTransaction("ROOM102", connector_id=2))
            assert busy.status == "Rejected"
            unknown = await served.call(call.RemoteStopTransaction(99))
            assert unknown.status == "Rejected"
            stopped = await served.call(call.RemoteStopTransaction(connector.transaction.id))
            assert stopped.status == "Accepted"
            await until(lambda: central.of("StopTransaction"))
            assert central.of("StopTransaction")[0]["reason"] == "Remote"
            await until(lambda: central.statuses(2)[-1] == "Finishing")
            # As chargers in the field: no remote start before the plug is pulled.
            again = await served.call(call.RemoteStartTransaction("ROOM101", connector_id=2))
            assert again.status == "Rejected"


@in_loop
async def test_remote_start_without_a_connector_takes_the_one_with_a_car(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            await charger.connectors[2].plug(car())
            served = central.chargers["GARAGE-1"]
            answer = await served.call(call.RemoteStartTransaction("ROOM101"))
            assert answer.status == "Accepted"
            await until(lambda: central.of("StartTransaction"))
            assert central.of("StartTransaction")[0]["connector_id"] == 2


@in_loop
async def test_remote_start_without_a_car_lapses(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            served = central.chargers["GARAGE-1"]
            await served.call(call.RemoteStartTransaction("ROOM101", connector_id=1))
            await clock.run_for(119)
            assert charger.connectors[1].status == "Preparing"
            await clock.run_for(2)
            assert charger.connectors[1].status == "Available"
            assert not central.of("StartTransaction")


@in_loop
async def test_remote_start_asks_first_when_configured(clock, rng):
    async with a_central_system() as central:
        central.blocked = {"ROOM101"}
        settings = {"AuthorizeRemoteTxRequests": "true"}
        async with a_booted_charger(central, clock, rng, configuration=settings) as charger:
            await charger.connectors[1].plug(car())
            served = central.chargers["GARAGE-1"]
            await served.call(call.RemoteStartTransaction("ROOM101", connector_id=1))
            await until(lambda: central.of("Authorize"))
            await clock.run_for(5)
            assert not central.of("StartTransaction")


@pytest.mark.parametrize("kind", ["Soft", "Hard"])
@in_loop
async def test_reset_stops_the_transaction_and_boots_again(clock, rng, kind):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            connector = charger.connectors[1]
            await connector.plug(car())
            await connector.present("ROOM101")
            charger.connectors[2].fault("GroundFailure")
            await charger.outbox.wait_empty()
            answer = await central.chargers["GARAGE-1"].call(call.Reset(kind))
            assert answer.status == "Accepted"
            await clock.run_until(lambda: len(central.of("BootNotification")) == 2)
            await clock.run_until(lambda: central.of("StopTransaction"))
            assert central.of("StopTransaction")[0]["reason"] == f"{kind}Reset"
            await clock.run_until(lambda: central.statuses(2)[-1] == "Available")
            assert central.statuses(1)[-1] == "Preparing"
            # After a boot every status is reported, changed or not.
            assert central.statuses(0) == ["Available", "Available"]


@in_loop
async def test_changed_sample_interval_takes_hold_in_a_running_session(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            connector = charger.connectors[1]
            await connector.plug(car())
            await connector.present("ROOM101")
            await clock.run_for(125)
            assert len(central.of("MeterValues")) == 2
            served = central.chargers["GARAGE-1"]
            await served.call(call.ChangeConfiguration("MeterValueSampleInterval", "10"))
            await served.call(call.ChangeConfiguration("MeterValuesSampledData", "Voltage"))
            await clock.run_for(101)
            assert 11 <= len(central.of("MeterValues")) <= 13
            newest = central.of("MeterValues")[-1]["meter_value"][0]["sampled_value"]
            assert {value["measurand"] for value in newest} == {"Voltage"}


@in_loop
async def test_configured_stop_data_comes_with_the_stop(clock, rng):
    async with a_central_system() as central:
        settings = {"StopTxnSampledData": "Energy.Active.Import.Register"}
        async with a_booted_charger(central, clock, rng, configuration=settings) as charger:
            connector = charger.connectors[1]
            await connector.plug(car())
            await connector.present("ROOM101")
            await clock.run_for(60)
            connector.unplug()
            await charger.outbox.wait_empty()
            (stop,) = central.of("StopTransaction")
            begin, end = [value["sampled_value"][0] for value in stop["transaction_data"]]
            assert (begin["context"], end["context"]) == ("Transaction.Begin", "Transaction.End")
            assert int(end["value"]) == stop["meter_stop"] > int(begin["value"])


@in_loop
async def test_configuration_is_read_and_changed(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng):
            served = central.chargers["GARAGE-1"]
            answer = await served.call(call.GetConfiguration(["NumberOfConnectors", "Nonsense"]))
            assert answer.configuration_key == [
                {"key": "NumberOfConnectors", "readonly": True, "value": "2"}
            ]
            assert answer.unknown_key == ["Nonsense"]
            changed = await served.call(call.ChangeConfiguration("NumberOfConnectors", "9"))
            assert changed.status == "Rejected"


@in_loop
async def test_unlock_ends_the_transaction_on_ac_and_is_not_supported_on_dc(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            await charger.connectors[1].plug(car())
            await charger.connectors[1].present("ROOM101")
            served = central.chargers["GARAGE-1"]
            assert (await served.call(call.UnlockConnector(1))).status == "Unlocked"
            await until(lambda: central.of("StopTransaction"))
            assert central.of("StopTransaction")[0]["reason"] == "UnlockCommand"
            assert (await served.call(call.UnlockConnector(5))).status == "NotSupported"
        async with a_booted_charger(central, clock, rng, identity="COURT-1", current="DC"):
            served = central.chargers["COURT-1"]
            assert (await served.call(call.UnlockConnector(1))).status == "NotSupported"


@in_loop
async def test_availability_change_waits_for_the_transaction(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            connector = charger.connectors[1]
            await connector.plug(car())
            await connector.present("ROOM101")
            served = central.chargers["GARAGE-1"]
            answer = await served.call(call.ChangeAvailability(0, "Inoperative"))
            assert answer.status == "Scheduled"
            await until(lambda: central.statuses(2)[-1] == "Unavailable")
            assert central.statuses(0)[-1] == "Unavailable"
            assert central.statuses(1)[-1] == "Charging"
            connector.unplug()
            await until(lambda: central.statuses(1)[-1] == "Unavailable")
            assert not await connector.plug(car())
            answer = await served.call(call.ChangeAvailability(1, "Operative"))
            assert answer.status == "Accepted"
            await until(lambda: central.statuses(1)[-1] == "Available")
            unknown = await served.call(call.ChangeAvailability(7, "Operative"))
            assert unknown.status == "Rejected"


@pytest.mark.parametrize(
    ("asked", "action"),
    [
        (call.TriggerMessage("BootNotification"), "BootNotification"),
        (call.TriggerMessage("Heartbeat"), "Heartbeat"),
        (call.TriggerMessage("StatusNotification", 1), "StatusNotification"),
        (call.TriggerMessage("MeterValues", 1), "MeterValues"),
    ],
)
@in_loop
async def test_trigger_brings_the_message_after_the_answer(clock, rng, asked, action):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            await charger.outbox.wait_empty()
            central.calls.clear()
            answer = await central.chargers["GARAGE-1"].call(asked)
            assert answer.status == "Accepted"
            await until(lambda: central.of(action))
            assert len(central.calls) == 1


@in_loop
async def test_command_that_is_not_supported_is_answered_so(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng):
            served = central.chargers["GARAGE-1"]
            answer = await served.call(call.TriggerMessage("FirmwareStatusNotification"))
            assert answer.status == "NotImplemented"
            answer = await served.call(call.TriggerMessage("MeterValues", 9))
            assert answer.status == "Rejected"
            with pytest.raises(NotImplementedAction):
                await served.call(call.GetLocalListVersion(), suppress=False)
            answer = await served.call(call.DataTransfer("com.example"))
            assert answer.status == "UnknownVendorId"


def reserve_now(clock, connector=1, minutes=30, number=7, parent=None):
    until = (clock.now() + timedelta(minutes=minutes)).isoformat()
    return call.ReserveNow(connector, until, "ROOM101", number, parent_id_tag=parent)


@in_loop
async def test_reservation_keeps_the_outlet_for_its_tag_until_it_starts(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            served = central.chargers["GARAGE-1"]
            assert (await served.call(reserve_now(clock))).status == "Accepted"
            await until(lambda: central.statuses(1)[-1] == "Reserved")
            assert (await served.call(reserve_now(clock, number=8))).status == "Occupied"
            other = await served.call(call.RemoteStartTransaction("ROOM102", connector_id=1))
            assert other.status == "Rejected"
            assert (await served.call(reserve_now(clock, connector=0))).status == "Rejected"
            connector = charger.connectors[1]
            assert await connector.plug(car())
            assert not await connector.present("ROOM102")
            assert await connector.present("ROOM101")
            await until(lambda: central.of("StartTransaction"))
            assert central.of("StartTransaction")[0]["reservation_id"] == 7
            await until(lambda: central.statuses(1)[-1] == "Charging")
            assert (await served.call(call.CancelReservation(7))).status == "Rejected"


@in_loop
@pytest.mark.parametrize(
    ("parent", "starts"), [("stay-5", "SECOND"), (None, None), ("stay-6", None)]
)
async def test_second_card_starts_where_it_is_reserved_for_its_group(clock, rng, parent, starts):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            central.parents = {"ROOM101": "stay-5", "SECOND": "stay-5", "STRANGER": "stay-7"}
            served = central.chargers["GARAGE-1"]
            assert (await served.call(reserve_now(clock, parent=parent))).status == "Accepted"
            await until(lambda: central.statuses(1)[-1] == "Reserved")
            connector = charger.connectors[1]
            assert await connector.plug(car())
            assert not await connector.present("STRANGER")
            assert await connector.present("SECOND") == bool(starts)
            # the answer says of which group a card is: without one for the outlet none is asked
            asked = [payload["id_tag"] for payload in central.of("Authorize")]
            assert asked == (["STRANGER", "SECOND"] if parent else [])
            if starts:
                await until(lambda: central.of("StartTransaction"))
                started = central.of("StartTransaction")[0]
                assert (started["id_tag"], started["reservation_id"]) == (starts, 7)


@in_loop
async def test_reservation_that_is_not_used_lapses(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng):
            served = central.chargers["GARAGE-1"]
            await served.call(reserve_now(clock))
            await clock.run_for(29 * 60)
            assert central.statuses(1)[-1] == "Reserved"
            await clock.run_for(2 * 60)
            assert central.statuses(1)[-1] == "Available"


@in_loop
async def test_reservation_cancelled_frees_the_outlet(clock, rng):
    async with a_central_system() as central:
        async with a_booted_charger(central, clock, rng) as charger:
            served = central.chargers["GARAGE-1"]
            await served.call(reserve_now(clock))
            await until(lambda: central.statuses(1)[-1] == "Reserved")
            assert (await served.call(call.CancelReservation(7))).status == "Accepted"
            await until(lambda: central.statuses(1)[-1] == "Available")
            charger.connectors[1].fault("GroundFailure")
            assert (await served.call(reserve_now(clock))).status == "Faulted"
