# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charger that a test drives step by step, to the watt-hour and the millisecond."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from ocpp.v16 import ChargePoint, call, call_result

from .clock import format_timestamp
from .line import OCPP_LOGGER, Line, LineLost

Number = int | float | Decimal
ANSWERED_AFTER_S = 0.05
# Default answers, by action that a central system may send.
ANSWERS = {
    "CancelReservation": {"status": "Accepted"},
    "ChangeAvailability": {"status": "Accepted"},
    "ChangeConfiguration": {"status": "Accepted"},
    "ClearCache": {"status": "Accepted"},
    "ClearChargingProfile": {"status": "Accepted"},
    "DataTransfer": {"status": "Accepted"},
    "GetConfiguration": {},
    "GetLocalListVersion": {"list_version": 0},
    "RemoteStartTransaction": {"status": "Accepted"},
    "RemoteStopTransaction": {"status": "Accepted"},
    "ReserveNow": {"status": "Accepted"},
    "Reset": {"status": "Accepted"},
    "SendLocalList": {"status": "Accepted"},
    "SetChargingProfile": {"status": "Accepted"},
    "TriggerMessage": {"status": "Accepted"},
    "UnlockConnector": {"status": "Unlocked"},
}


class _Endpoint(ChargePoint):
    def __init__(self, charger: "SimulatedCharger", identity: str, connection) -> None:
        super().__init__(identity, connection, charger.response_timeout_s, OCPP_LOGGER)
        self._charger = charger
        self.route_map = {
            action: {"_on_action": partial(charger.take_command, action)} for action in ANSWERS
        }

    async def _handle_call(self, msg) -> None:
        if msg.action not in self._charger.ignored:
            await super()._handle_call(msg)


class SimulatedCharger:
    """A charger whose steps await the central system's answer and return it.

        async with SimulatedCharger(url, "GARAGE-1", secret) as charger:
            await charger.boot()
            started = await charger.start(1, "ROOM101", 4_183_250, at=began)
            await charger.meter(1, 4_188_250, transaction_id=started.transaction_id)
            await charger.stop(started.transaction_id, 4_193_250, at=ended)

    Answers are the `ocpp.v16.call_result` objects. A CALLERROR raises the OCPPError of its code,
    a missing answer TimeoutError, a lost connection LineLost, a refused handshake Refused.
    Timestamps are aware datetimes, now if left out, or text to be sent as it is. Registers are
    Wh. `validate=False` skips the schemas, for messages that no correct charger would send and for
    benchmarks: the package's validation costs a millisecond a frame.

    Commands of the central system are answered at once from `answers` (action to payload in
    snake case; change it for a refusal) and can be awaited with `next_command`. A request for the
    status of a connector comes whenever a guest looks: it is counted in `status_questions`, and
    where it is accepted the connector's last status is reported again. The question about its
    display, once after each boot, is answered from `settings` (keys and values), as any other for
    named settings, and is not awaited either. Commands in `ignored` are never answered.
    """

    def __init__(
        self,
        url: str,
        identity: str,
        secret: str | None = None,
        *,
        response_timeout_s: float = 30.0,
        validate: bool = True,
    ) -> None:
        self.identity = identity
        self.response_timeout_s = response_timeout_s
        self.answers: dict[str, Mapping] = dict(ANSWERS)
        self.commands: asyncio.Queue[tuple[str, dict]] = asyncio.Queue()
        self.ignored: set[str] = set()
        self.status_questions = 0
        self.settings: dict[str, str] = {}
        self.reported: dict[int, tuple[str, str]] = {}
        self._tasks: set[asyncio.Task] = set()
        self._is_silent = False
        self._url = url
        self._secret = secret
        self._validate = validate
        self._line: Line | None = None

    async def __aenter__(self) -> "SimulatedCharger":
        await self.connect()
        return self

    async def __aexit__(self, *_exception) -> None:
        await self.close()

    # -- connection --------------------------------------------------------------------------

    async def connect(self) -> None:
        """Connect, also again after `abort` or `close`. Raises Refused or Unreachable."""
        await self.close()
        self._is_silent = False
        make_endpoint = partial(_Endpoint, self)
        self._line = await Line.open(self._url, self.identity, self._secret, make_endpoint)

    async def close(self) -> None:
        """Close with the closing handshake; harmless when not connected."""
        line, self._line = self._line, None
        if line:
            await line.close()

    def abort(self) -> None:
        """Cut the connection as a broken network does."""
        self._require_line().abort()

    async def wait_closed(self) -> None:
        """Return when the central system has ended the connection."""
        await self._require_line().wait_closed()

    def _require_line(self) -> Line:
        if self._line is None:
            raise LineLost(f"{self.identity}: not connected; call connect() first")
        return self._line

    # -- steps -------------------------------------------------------------------------------

    async def call(self, payload: object, *, validate: bool | None = None) -> object:
        """Send any `ocpp.v16.call` payload."""
        checked = self._validate if validate is None else validate
        return await self._require_line().call(payload, validate=checked)

    async def send_text(self, frame: str) -> None:
        """Send a frame as it is, for what is not OCPP; nothing is awaited."""
        await self._require_line().send_text(frame)

    async def boot(
        self, vendor: str = "iicharge", model: str = "Simulator", **more: str
    ) -> call_result.BootNotification:
        return await self.call(
            call.BootNotification(charge_point_vendor=vendor, charge_point_model=model, **more)
        )

    async def heartbeat(self) -> call_result.Heartbeat:
        return await self.call(call.Heartbeat())

    async def authorize(self, id_tag: str) -> call_result.Authorize:
        return await self.call(call.Authorize(id_tag=id_tag))

    async def status(
        self,
        connector: int,
        status: str = "Available",
        error_code: str = "NoError",
        *,
        at: datetime | str | None = None,
        **more: str,
    ) -> call_result.StatusNotification:
        self.reported[connector] = (status, error_code)
        return await self.call(
            call.StatusNotification(
                connector_id=connector,
                error_code=error_code,
                status=status,
                timestamp=_timestamp(at),
                **more,
            )
        )

    async def start(
        self,
        connector: int,
        id_tag: str,
        meter_start: int,
        *,
        at: datetime | str | None = None,
        reservation_id: int | None = None,
    ) -> call_result.StartTransaction:
        return await self.call(
            call.StartTransaction(
                connector_id=connector,
                id_tag=id_tag,
                meter_start=meter_start,
                timestamp=_timestamp(at),
                reservation_id=reservation_id,
            )
        )

    async def meter(
        self,
        connector: int,
        register_wh: Number | None = None,
        *,
        transaction_id: int | None = None,
        power_w: Number | None = None,
        soc_percent: Number | None = None,
        at: datetime | str | None = None,
        context: str = "Sample.Periodic",
        sampled_values: list[dict] | None = None,
    ) -> call_result.MeterValues:
        """Send one MeterValues; `sampled_values` (camel case) takes the place of the numbers."""
        value = {
            "timestamp": _timestamp(at),
            "sampledValue": sampled_values
            or _sampled_values(register_wh, power_w, soc_percent, context),
        }
        return await self.call(
            call.MeterValues(
                connector_id=connector, meter_value=[value], transaction_id=transaction_id
            )
        )

    async def stop(
        self,
        transaction_id: int,
        meter_stop: int,
        *,
        at: datetime | str | None = None,
        id_tag: str | None = None,
        reason: str | None = None,
        transaction_data: list[dict] | None = None,
    ) -> call_result.StopTransaction:
        return await self.call(
            call.StopTransaction(
                transaction_id=transaction_id,
                meter_stop=meter_stop,
                timestamp=_timestamp(at),
                id_tag=id_tag,
                reason=reason,
                transaction_data=transaction_data,
            )
        )

    # -- commands ----------------------------------------------------------------------------

    def take_command(self, action: str, **payload):
        """Answer a command of the central system and keep it for `next_command`."""
        if self._is_silent:
            return asyncio.get_running_loop().create_future()
        if action == "GetConfiguration" and payload.get("key"):
            return self._read_settings(payload["key"])
        answer = self.answers[action]
        if payload.get("requested_message") == "StatusNotification":
            self.status_questions += 1
            if answer["status"] == "Accepted" and payload.get("connector_id") in self.reported:
                task = asyncio.create_task(self._report_again(payload["connector_id"]))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        else:
            self.commands.put_nowait((action, payload))
        return getattr(call_result, action)(**answer)

    def _read_settings(self, keys: list[str]) -> call_result.GetConfiguration:
        return call_result.GetConfiguration(
            configuration_key=[
                {"key": key, "readonly": False, "value": self.settings[key]}
                for key in keys
                if key in self.settings
            ],
            unknown_key=[key for key in keys if key not in self.settings],
        )

    async def _report_again(self, connector: int) -> None:
        """Report the last status, once the request for it is answered."""
        await asyncio.sleep(ANSWERED_AFTER_S)
        try:
            await self.status(connector, *self.reported[connector])
        except (LineLost, TimeoutError):
            pass

    def fall_silent(self) -> None:
        """Hang like broken firmware: connected, but the next command is never answered and nothing
        is read after it, until `connect` is called again."""
        self._is_silent = True

    async def next_command(self, timeout_s: float = 10.0) -> tuple[str, dict]:
        """Return the next (action, payload in snake case) received. Raises TimeoutError."""
        return await asyncio.wait_for(self.commands.get(), timeout_s)


def _timestamp(at: datetime | str | None) -> str:
    if isinstance(at, str):
        return at
    return format_timestamp(at or datetime.now(UTC))


def _sampled_values(
    register_wh: Number | None,
    power_w: Number | None,
    soc_percent: Number | None,
    context: str,
) -> list[dict]:
    numbers = (
        ("Energy.Active.Import.Register", "Wh", register_wh),
        ("Power.Active.Import", "W", power_w),
        ("SoC", "Percent", soc_percent),
    )
    return [
        {"value": str(number), "context": context, "measurand": measurand, "unit": unit}
        for measurand, unit, number in numbers
        if number is not None
    ]
