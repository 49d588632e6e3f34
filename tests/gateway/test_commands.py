# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import asyncio
import itertools
import json
from dataclasses import replace

import pytest

from iicharge_odoo.gateway.ports import CommandRecord

from .fakes import make_record
from .harness import START, Running, in_loop, until


def command(action, payload, id=1, charger_id=1):
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return CommandRecord(id, charger_id, action, text)


@in_loop
async def test_command_sent_and_its_outcome_journalled():
    async with Running() as running, running.client() as charger:
        await charger.boot()
        running.commands.put(command("Reset", {"type": "Soft"}, id=7))
        kind, message_id, action, payload = await charger.receive()
        assert (kind, action, payload) == (2, "Reset", {"type": "Soft"})
        assert len(message_id) <= 36
        await charger.send(json.dumps([3, message_id, {"status": "Accepted"}]))
        await until(lambda: running.kept("Reset"))
        (entry,) = running.kept("Reset")
        assert (entry.direction, entry.command_id, entry.state) == ("out", 7, "new")
        assert (entry.message_id, entry.error_code) == (message_id, None)
        assert json.loads(entry.answer) == {"status": "Accepted"}
        assert json.loads(entry.payload) == {"type": "Soft"}


@in_loop
async def test_command_refused_by_charger_journalled_with_its_error():
    async with Running() as running, running.client() as charger:
        await charger.boot()
        running.commands.put(command("ClearCache", {}))
        message_id = (await charger.receive())[1]
        await charger.send(json.dumps([4, message_id, "NotSupported", "no", {"a": 1}]))
        await until(lambda: running.kept("ClearCache"))
        (entry,) = running.kept("ClearCache")
        assert entry.error_code == "NotSupported"
        assert json.loads(entry.answer) == ["NotSupported", "no", {"a": 1}]


@in_loop
async def test_answer_departing_from_the_schema_kept_and_noted():
    async with Running() as running, running.client() as charger:
        await charger.boot()
        running.commands.put(command("Reset", {"type": "Hard"}))
        message_id = (await charger.receive())[1]
        await charger.send(json.dumps([3, message_id, {"status": "Perhaps"}]))
        await until(lambda: running.kept("Reset"))
        (entry,) = running.kept("Reset")
        assert json.loads(entry.answer) == {"status": "Perhaps"} and "status" in entry.reason


@in_loop
async def test_long_answer_is_checked_and_kept():
    async with Running() as running, running.client() as charger:
        await charger.boot()
        running.commands.put(command("GetConfiguration", {}))
        message_id = (await charger.receive())[1]
        keys = [{"key": f"K{number}", "readonly": True} for number in range(1000)]
        await charger.send(json.dumps([3, message_id, {"configurationKey": keys}]))
        await until(lambda: running.kept("GetConfiguration"))
        (entry,) = running.kept("GetConfiguration")
        assert len(json.loads(entry.answer)["configurationKey"]) == 1000 and not entry.reason


@in_loop
async def test_command_without_answer_times_out_and_the_next_one_goes_out():
    async with Running(settings={"call_timeout_s": 0.05}) as running:
        async with running.client() as charger:
            await charger.boot()
            running.commands.put(command("ClearCache", {}, id=1))
            running.commands.put(command("Reset", {"type": "Soft"}, id=2))
            late = (await charger.receive())[1]
            assert (await charger.receive())[2] == "Reset"
            (entry,) = running.kept("ClearCache")
            assert (entry.answer, entry.error_code) == (None, None)
            assert entry.reason == "No answer within 0.05 s."
            await charger.send(json.dumps([3, late, {"status": "Accepted"}]))
            await until(lambda: any(e.message_id == late and e.answer for e in running.kept()))


@in_loop
async def test_request_for_a_report_without_answer_holds_up_a_start_for_a_moment_only():
    settings = {"call_timeout_s": 30, "report_timeout_s": 0.05}
    async with Running(settings=settings) as running, running.client() as charger:
        await charger.boot()
        running.commands.put(
            command("TriggerMessage", {"requestedMessage": "StatusNotification"}, id=1)
        )
        running.commands.put(command("ClearCache", {}, id=2))
        assert (await charger.receive())[2] == "TriggerMessage"
        assert (await charger.receive())[2] == "ClearCache"


@in_loop
async def test_message_for_a_display_without_answer_holds_up_a_stop_for_a_moment_only():
    settings = {"call_timeout_s": 30, "report_timeout_s": 0.05}
    async with Running(settings=settings) as running, running.client() as charger:
        await charger.boot()
        shown = command("DataTransfer", {"vendorId": "org.openchargealliance.costmsg"})
        running.commands.put(replace(shown, is_late=True))
        running.commands.put(command("RemoteStopTransaction", {"transactionId": 1}, id=2))
        assert (await charger.receive())[2] == "DataTransfer"
        assert (await charger.receive())[2] == "RemoteStopTransaction"


@in_loop
async def test_connection_lost_before_the_answer_journalled():
    async with Running() as running:
        async with running.client() as charger:
            await charger.boot()
            running.commands.put(command("ClearCache", {}))
            await charger.receive()
        await until(lambda: running.kept("ClearCache"))
        assert "connection ended" in running.kept("ClearCache")[0].reason


@in_loop
async def test_gateway_stopping_before_the_answer_journalled():
    async with Running() as running, running.client() as charger:
        await charger.boot()
        running.commands.put(command("ClearCache", {}))
        await charger.receive()
        await asyncio.gather(running.stop(), charger.socket.wait_closed())
        assert "connection ended" in running.kept("ClearCache")[0].reason


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("Reset", {"type": "Medium"}, "PropertyConstraintViolation"),
        ("Reset", {}, "ProtocolError"),
        ("Reset", {"type": 5}, "TypeConstraintViolation"),
        ("Reset", {"type": "Soft", "x": 1}, "FormationViolation"),
        ("ReserveNow", {"connectorId": 1}, "ProtocolError"),
        ("Reset", "{", "FormationViolation"),
        ("Heartbeat", {}, "NotSupported"),
        ("Fly", {}, "NotSupported"),
    ],
)
@in_loop
async def test_command_that_is_not_valid_not_sent(action, payload, code):
    async with Running() as running, running.client() as charger:
        await charger.boot()
        running.commands.put(command(action, payload))
        await until(lambda: running.kept(action))
        (entry,) = running.kept(action)
        assert entry.error_code == code and entry.reason.startswith("Not sent")
        assert "currentTime" in await charger.call("Heartbeat", {})


@in_loop
async def test_one_call_at_a_time_to_a_charger_others_unhindered():
    async with Running(make_record(), make_record(2, "cp-2")) as running:
        async with running.client() as first, running.client("cp-2") as second:
            await first.boot()
            await second.boot()
            for number in range(3):
                running.commands.put(command("ClearCache", {}, number, 1))
            running.commands.put(command("ClearCache", {}, 9, 2))
            message_id = (await first.receive())[1]
            assert (await second.receive())[2] == "ClearCache"
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(first.receive(), 0.05)
            assert len(running.commands.queue) == 2
            for _ in range(2):
                await first.send(json.dumps([3, message_id, {"status": "Accepted"}]))
                message_id = (await first.receive())[1]


@in_loop
async def test_no_call_before_boot_is_answered():
    async with Running() as running, running.client() as charger:
        running.commands.put(command("ClearCache", {}))
        await charger.call("StatusNotification", {"connectorId": 0, "status": "Available"})
        await asyncio.sleep(0.05)
        assert len(running.commands.queue) == 1
        running.store.gate.clear()
        await charger.send('[2,"b","BootNotification",{}]')
        await asyncio.sleep(0.05)
        assert len(running.commands.queue) == 1
        running.store.gate.set()
        assert (await charger.receive())[1] == "b"
        assert (await charger.receive())[2] == "ClearCache"


@in_loop
async def test_charger_that_sends_no_boot_called_after_the_backstop():
    async with Running(settings={"boot_backstop_s": 0.05}) as running:
        async with running.client() as charger:
            running.commands.put(command("ClearCache", {}))
            assert (await charger.receive())[2] == "ClearCache"


@in_loop
async def test_charger_without_boot_asked_for_it_once_however_often_it_reconnects():
    settings = {"boot_backstop_s": 0.02, "ask_for_boot": True}
    async with Running(settings=settings) as running:
        async with running.client() as charger:
            _, message_id, action, payload = await charger.receive()
            assert (action, payload) == (
                "TriggerMessage",
                {"requestedMessage": "BootNotification"},
            )
            await charger.send(json.dumps([3, message_id, {"status": "Accepted"}]))
            await until(lambda: running.kept("TriggerMessage"))
            (entry,) = running.kept("TriggerMessage")
            assert (entry.state, entry.command_id) == ("kept", None)
        async with running.client() as charger:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(charger.receive(), 0.1)


@in_loop
async def test_charger_that_was_refused_not_called_until_accepted():
    async with Running() as running, running.client() as charger:
        running.directory.records["cp-1"] = make_record(admission="refused")
        assert (await charger.boot())["status"] == "Rejected"
        running.commands.put(command("ClearCache", {}))
        await asyncio.sleep(0.05)
        assert len(running.commands.queue) == 1
        running.directory.records["cp-1"] = make_record()
        assert (await charger.boot())["status"] == "Accepted"
        assert (await charger.receive())[2] == "ClearCache"


@in_loop
async def test_pending_charger_can_be_configured():
    async with Running(make_record(admission="pending")) as running:
        async with running.client() as charger:
            await charger.boot()
            running.commands.put(command("GetConfiguration", {}))
            assert (await charger.receive())[2] == "GetConfiguration"


@in_loop
async def test_calls_of_both_sides_may_cross():
    async with Running() as running, running.client() as charger:
        await charger.boot()
        payload = {"connectorId": 1, "idTag": "TAG"}
        running.commands.put(command("RemoteStartTransaction", payload))
        message_id = (await charger.receive())[1]
        started = await charger.call("StartTransaction", START)
        assert started["transactionId"] == 1
        await charger.send(json.dumps([3, message_id, {"status": "Accepted"}]))
        await until(lambda: running.kept("RemoteStartTransaction"))


@in_loop
async def test_password_set_by_command_not_kept_in_the_journal():
    async with Running() as running, running.client() as charger:
        await charger.boot()
        payload = {"key": "AuthorizationKey", "value": "0123456789ABCDEF"}
        running.commands.put(command("ChangeConfiguration", payload))
        _, message_id, _, sent = await charger.receive()
        assert sent == payload
        await charger.send(json.dumps([3, message_id, {"status": "Accepted"}]))
        await until(lambda: running.kept("ChangeConfiguration"))
        assert "0123456789ABCDEF" not in running.kept("ChangeConfiguration")[0].payload


@in_loop
async def test_commands_that_cannot_be_read_retried(caplog):
    async with Running(settings={"command_poll_s": 0.02}) as running:
        async with running.client() as charger:
            take, failures = running.commands.take, [ConnectionError("no database")]

            async def failing(ids):
                if failures:
                    raise failures.pop()
                return await take(ids)

            running.commands.take = failing
            await charger.boot()
            running.commands.put(command("ClearCache", {}))
            assert (await charger.receive())[2] == "ClearCache"
    assert "retrying: no database" in caplog.text


@in_loop
async def test_commands_after_boot_are_spaced_out():
    loop = asyncio.get_running_loop()
    settings = {"settle_s": 0.2, "pace_s": 0.1, "calm_s": 0.45}
    async with Running(settings=settings) as running, running.client() as charger:
        for number in range(6):
            running.commands.put(command("ClearCache", {}, id=number + 1))
        await charger.boot()
        began, times = loop.time(), []
        for _ in range(6):
            message = await charger.receive()
            times.append(loop.time() - began)
            await charger.send(json.dumps([3, message[1], {"status": "Accepted"}]))
        assert times[0] >= 0.2
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert min(gaps[:2]) >= 0.1
        # some time after the boot they go out at once
        assert gaps[-1] < 0.1
