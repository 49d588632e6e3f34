# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charger that we did not write: the client side of the `ocpp` package."""

import asyncio

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp.v16.enums import Action, AuthorizationStatus, RegistrationStatus
from websockets.asyncio.client import connect

from iicharge_odoo.core.identity import hash_secret
from iicharge_odoo.gateway.ports import CommandRecord

from .fakes import make_record
from .harness import Running, basic, in_loop, until

NOW = "2026-03-01T12:00:00Z"


class Charger(ChargePoint):
    """Accepts a remote start and answers a request for its configuration."""

    def __init__(self, *args):
        super().__init__(*args)
        self.started_by = None

    @on(Action.remote_start_transaction)
    def on_remote_start_transaction(self, id_tag, **kwargs):
        self.started_by = id_tag
        return call_result.RemoteStartTransaction(status="Accepted")

    @on(Action.get_configuration)
    def on_get_configuration(self, **kwargs):
        key = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
        return call_result.GetConfiguration(configuration_key=[key], unknown_key=[])


async def charge(charger):
    """Run one session that the package's own validators accept; return the transaction id."""
    boot = await charger.call(call.BootNotification("Model", "Vendor"))
    assert boot.status == RegistrationStatus.accepted and boot.interval == 300
    await charger.call(call.Heartbeat())
    await charger.call(call.StatusNotification(1, "NoError", "Preparing", timestamp=NOW))
    authorized = await charger.call(call.Authorize("TAG"))
    assert authorized.id_tag_info["status"] == AuthorizationStatus.accepted
    started = await charger.call(call.StartTransaction(1, "TAG", 1000, NOW))
    assert started.id_tag_info["status"] == AuthorizationStatus.accepted
    sample = {"value": "1500.5", "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
    values = [{"timestamp": NOW, "sampled_value": [sample]}]
    await charger.call(call.MeterValues(1, values, started.transaction_id))
    await charger.call(
        call.StopTransaction(2000, NOW, started.transaction_id, reason="Local", id_tag="TAG")
    )
    transfer = await charger.call(call.DataTransfer("vendor", data="x"))
    assert transfer.status == "UnknownVendorId"
    await charger.call(call.FirmwareStatusNotification("Installed"))
    await charger.call(call.DiagnosticsStatusNotification("Uploaded"))
    return started.transaction_id


@in_loop
async def test_foreign_charger_runs_a_session_and_obeys_commands():
    record = make_record(secret_hash=hash_secret("foreign-secret"))
    async with Running(record) as running:
        headers = basic("cp-1", "foreign-secret")
        async with connect(
            running.url(), subprotocols=["ocpp1.6"], additional_headers=headers
        ) as socket:
            charger = Charger("cp-1", socket)
            reading = asyncio.create_task(charger.start())
            assert await charge(charger) == 1
            running.commands.put(
                CommandRecord(1, 1, "RemoteStartTransaction", '{"idTag":"TAG","connectorId":1}')
            )
            running.commands.put(CommandRecord(2, 1, "GetConfiguration", "{}"))
            await until(lambda: running.kept("GetConfiguration"))
            reading.cancel()
        assert charger.started_by == "TAG"
        assert all(entry.error_code is None for entry in running.kept())
        assert all(entry.reason is None for entry in running.kept())
        assert len(running.kept()) == 11
