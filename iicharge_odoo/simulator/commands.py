# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Commands of the central system to a simulated charger (OCPP 1.6 section 5)."""

import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.enums import Action

from .connector import Connector, Reservation
from .line import OCPP_LOGGER

RESPONSE_TIMEOUT_S = 30
# OCPP & California Pricing Requirements, section 3
DISPLAY_VENDOR = "org.openchargealliance.costmsg"
DISPLAY_MESSAGES = ("SetUserPrice", "RunningCost", "FinalCost")


class Commanded(Protocol):
    """Interface of the charger that carries the commands out."""

    spec: Any
    configuration: Any
    connectors: Mapping[int, Connector]

    def all_connectors(self) -> list[Connector]: ...

    def connector_for_remote_start(self, number: int | None) -> Connector | None: ...

    def trigger_status(self, number: int | None) -> None: ...

    def trigger_meter_values(self, number: int | None) -> None: ...

    def change_availability(self, number: int, operative: bool) -> None: ...

    def apply_configuration(self) -> None: ...

    def show(self, message: str, content: dict) -> None: ...

    def clear_tags(self) -> None: ...

    def spawn(self, work: Coroutine) -> None: ...

    async def announce(self) -> None: ...

    async def send_heartbeat(self) -> None: ...

    async def remote_start(self, connector: Connector, id_tag: str) -> None: ...

    async def reboot(self, reason: str) -> None: ...


class Endpoint(ChargePoint):
    """Handlers of one connection. A command is carried out after its answer is sent: the
    central system learns first that it was accepted, then its outcome.
    """

    def __init__(self, charger: Commanded, identity: str, connection) -> None:
        super().__init__(identity, connection, RESPONSE_TIMEOUT_S, OCPP_LOGGER)
        self._charger = charger
        self._promises: list[Callable[[], Awaitable[None] | None]] = []

    async def route_message(self, raw_msg) -> None:
        await super().route_message(raw_msg)
        promises, self._promises = self._promises, []
        for promise in promises:
            work = promise()
            if work is not None:
                self._charger.spawn(work)

    @on(Action.remote_start_transaction)
    def on_remote_start(self, id_tag: str, connector_id: int | None = None, **_):
        charger = self._charger
        connector = charger.connector_for_remote_start(connector_id)
        if connector is None or not connector.is_reserved_for(id_tag):
            return call_result.RemoteStartTransaction(status="Rejected")
        self._promises.append(partial(charger.remote_start, connector, id_tag))
        return call_result.RemoteStartTransaction(status="Accepted")

    @on(Action.remote_stop_transaction)
    def on_remote_stop(self, transaction_id: int):
        for connector in self._charger.connectors.values():
            if connector.transaction and connector.transaction.id == transaction_id:
                self._promises.append(partial(connector.stop, "Remote"))
                return call_result.RemoteStopTransaction(status="Accepted")
        return call_result.RemoteStopTransaction(status="Rejected")

    @on(Action.reset)
    def on_reset(self, type: str):
        self._promises.append(partial(self._charger.reboot, f"{type}Reset"))
        return call_result.Reset(status="Accepted")

    @on(Action.unlock_connector)
    def on_unlock(self, connector_id: int):
        connector = self._charger.connectors.get(connector_id)
        # A DC cable belongs to the charger; there is no socket to unlock.
        if connector is None or self._charger.spec.current == "DC":
            return call_result.UnlockConnector(status="NotSupported")
        self._promises.append(partial(connector.stop, "UnlockCommand"))
        return call_result.UnlockConnector(status="Unlocked")

    @on(Action.reserve_now)
    def on_reserve(
        self,
        connector_id: int,
        expiry_date: str,
        id_tag: str,
        reservation_id: int,
        parent_id_tag: str = "",
    ):
        connector = self._charger.connectors.get(connector_id)
        if connector is None:  # 0 is any: ReserveConnectorZeroSupported is not set
            return call_result.ReserveNow(status="Rejected")
        refusal = connector.refuses_reservation(reservation_id)
        if refusal:
            return call_result.ReserveNow(status=refusal)
        until = datetime.fromisoformat(expiry_date)
        reservation = Reservation(reservation_id, id_tag, until, parent_id_tag)
        self._promises.append(partial(connector.reserve, reservation))
        return call_result.ReserveNow(status="Accepted")

    @on(Action.cancel_reservation)
    def on_cancel_reservation(self, reservation_id: int):
        for connector in self._charger.connectors.values():
            if connector.reservation and connector.reservation.id == reservation_id:
                self._promises.append(partial(connector.release, connector.reservation))
                return call_result.CancelReservation(status="Accepted")
        return call_result.CancelReservation(status="Rejected")

    @on(Action.change_availability)
    def on_change_availability(self, connector_id: int, type: str):
        operative = type == "Operative"
        charger = self._charger
        if connector_id and connector_id not in charger.connectors:
            return call_result.ChangeAvailability(status="Rejected")
        chosen = [charger.connectors[connector_id]] if connector_id else charger.all_connectors()
        scheduled = not operative and any(connector.transaction for connector in chosen)
        self._promises.append(partial(charger.change_availability, connector_id, operative))
        status = "Scheduled" if scheduled else "Accepted"
        return call_result.ChangeAvailability(status=status)

    @on(Action.trigger_message)
    def on_trigger_message(self, requested_message: str, connector_id: int | None = None):
        charger = self._charger
        known = connector_id is None or connector_id in (0, *charger.connectors)
        triggers = {
            "BootNotification": charger.announce,
            "Heartbeat": charger.send_heartbeat,
            "StatusNotification": partial(charger.trigger_status, connector_id),
            "MeterValues": partial(charger.trigger_meter_values, connector_id),
        }
        if requested_message not in triggers:
            return call_result.TriggerMessage(status="NotImplemented")
        if not known:
            return call_result.TriggerMessage(status="Rejected")
        self._promises.append(triggers[requested_message])
        return call_result.TriggerMessage(status="Accepted")

    @on(Action.get_configuration)
    def on_get_configuration(self, key: list[str] | None = None):
        entries, unknown = self._charger.configuration.read(key)
        return call_result.GetConfiguration(configuration_key=entries, unknown_key=unknown)

    @on(Action.change_configuration)
    def on_change_configuration(self, key: str, value: str):
        status = self._charger.configuration.change(key, value)
        if status == "Accepted":
            self._promises.append(self._charger.apply_configuration)
        return call_result.ChangeConfiguration(status=status)

    @on(Action.clear_cache)
    def on_clear_cache(self):
        self._charger.clear_tags()
        return call_result.ClearCache(status="Accepted")

    @on(Action.data_transfer)
    def on_data_transfer(self, vendor_id: str, message_id: str = "", data: str = "", **_):
        if vendor_id != DISPLAY_VENDOR or not self._charger.spec.display:
            return call_result.DataTransfer(status="UnknownVendorId")
        if message_id not in DISPLAY_MESSAGES:
            return call_result.DataTransfer(status="UnknownMessageId")
        self._charger.show(message_id, json.loads(data))
        return call_result.DataTransfer(status="Accepted")
