# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The charger that a test drives step by step."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from ocpp.exceptions import InternalError, TypeConstraintViolationError
from ocpp.v16 import call

from iicharge_odoo.simulator import LineLost, Refused, SimulatedCharger, Unreachable

from .harness import EPOCH, SECRET, a_central_system, in_loop, until


@in_loop
async def test_session_carries_the_numbers_and_times_it_was_given():
    async with a_central_system() as central:
        async with SimulatedCharger(central.url, "COURT-1", SECRET) as charger:
            assert (await charger.boot(firmware_version="2.1")).status == "Accepted"
            await charger.status(1, "Preparing", at=EPOCH)
            assert (await charger.authorize("ROOM101")).id_tag_info["status"] == "Accepted"
            started = await charger.start(1, "ROOM101", 1_000_001, at=EPOCH)
            assert (started.transaction_id, started.id_tag_info["status"]) == (1, "Accepted")
            await charger.meter(
                1,
                Decimal("1000500.25"),
                transaction_id=started.transaction_id,
                power_w=11_000,
                soc_percent=42,
                at=EPOCH + timedelta(minutes=1),
            )
            await charger.stop(
                started.transaction_id, 1_005_002, at=EPOCH + timedelta(hours=1), reason="Local"
            )
            (meter,), (stop,) = central.of("MeterValues"), central.of("StopTransaction")
            assert central.of("StartTransaction") == [
                {
                    "connector_id": 1,
                    "id_tag": "ROOM101",
                    "meter_start": 1_000_001,
                    "timestamp": "2026-03-01T12:00:00.000Z",
                }
            ]
            values = [each["value"] for each in meter["meter_value"][0]["sampled_value"]]
            assert values == ["1000500.25", "11000", "42"]
            assert (stop["meter_stop"], stop["timestamp"]) == (
                1_005_002,
                "2026-03-01T13:00:00.000Z",
            )


@in_loop
async def test_command_is_answered_as_set_and_can_be_awaited():
    async with a_central_system() as central:
        async with SimulatedCharger(central.url, "COURT-1", SECRET) as charger:
            await charger.boot()
            charger.answers["RemoteStartTransaction"] = {"status": "Rejected"}
            served = central.chargers["COURT-1"]
            answer = await served.call(call.RemoteStartTransaction("ROOM101", connector_id=1))
            assert answer.status == "Rejected"
            assert await charger.next_command() == (
                "RemoteStartTransaction",
                {"id_tag": "ROOM101", "connector_id": 1},
            )
            with pytest.raises(TimeoutError):
                await charger.next_command(timeout_s=0.01)


@in_loop
async def test_callerror_is_raised_as_its_code():
    async with a_central_system() as central:
        central.failing = {"StopTransaction"}
        async with SimulatedCharger(central.url, "COURT-1", SECRET) as charger:
            with pytest.raises(InternalError, match="not now"):
                await charger.stop(1, 5)


@in_loop
async def test_message_outside_the_schema_is_sent_only_unvalidated():
    async with a_central_system() as central:
        async with SimulatedCharger(central.url, "COURT-1", SECRET) as charger:
            with pytest.raises(TypeConstraintViolationError):
                await charger.stop(1, 5.5)
            assert not central.calls
        async with SimulatedCharger(central.url, "COURT-1", SECRET, validate=False) as charger:
            # This server checks: the point is that the frame went out.
            with pytest.raises(TypeConstraintViolationError):
                await charger.stop(1, 5.5)


@in_loop
async def test_lost_line_ends_a_waiting_step_and_connects_again():
    async with a_central_system() as central:
        async with SimulatedCharger(central.url, "COURT-1", SECRET) as charger:
            await charger.boot()
            served = central.chargers["COURT-1"]
            served._send = lambda message: asyncio.sleep(0)  # never answers
            waiting = asyncio.ensure_future(charger.heartbeat())
            await until(lambda: central.of("Heartbeat"))
            charger.abort()
            with pytest.raises(LineLost):
                await waiting
            with pytest.raises(LineLost):
                await charger.heartbeat()
            await charger.connect()
            assert (await charger.heartbeat()).current_time


@in_loop
async def test_missing_answer_times_out():
    async with a_central_system() as central:
        async with SimulatedCharger(
            central.url, "COURT-1", SECRET, response_timeout_s=0.05
        ) as charger:
            await charger.boot()
            central.chargers["COURT-1"]._send = lambda message: asyncio.sleep(0)
            with pytest.raises(TimeoutError):
                await charger.heartbeat()


@in_loop
async def test_wrong_or_missing_secret_is_refused_with_the_status():
    async with a_central_system() as central:
        for secret in ("another-secret-00001", None):
            with pytest.raises(Refused, match="401") as refusal:
                await SimulatedCharger(central.url, "COURT-1", secret).connect()
            assert refusal.value.status == 401


@in_loop
async def test_absent_server_is_unreachable():
    async with a_central_system() as central:
        await central.stop()
        with pytest.raises(Unreachable, match="COURT-1"):
            await SimulatedCharger(central.url, "COURT-1", SECRET).connect()


@in_loop
async def test_identity_is_quoted_in_the_address():
    async with a_central_system() as central:
        with pytest.raises(Refused):
            await SimulatedCharger(central.url, "a/b c", SECRET).connect()
        assert central.handshakes == 1
