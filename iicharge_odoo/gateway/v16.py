# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""OCPP 1.6: what each action of a charger means and how it is answered.

One class per action, with the action's name. The rule behind all of them (CHARGERS.md): a
charger that reports is never told "error" over its content. What departs from the schema
is kept as it came, with a note in the journal; only a question that cannot be read, as
there is no tag in it, gets a CALLERROR.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import ClassVar

import orjson

from ..core import identity
from . import schemas
from .frames import Call, error_answer
from .ports import Authorizer, ChargerDirectory, ChargerRecord, MessageState, TokenDecision

_logger = logging.getLogger(__name__)

INCOMING: dict[str, type["Handler"]] = {}

OUTGOING = frozenset(
    {
        "CancelReservation",
        "CertificateSigned",
        "ChangeAvailability",
        "ChangeConfiguration",
        "ClearCache",
        "ClearChargingProfile",
        "DataTransfer",
        "DeleteCertificate",
        "ExtendedTriggerMessage",
        "GetCompositeSchedule",
        "GetConfiguration",
        "GetDiagnostics",
        "GetInstalledCertificateIds",
        "GetLocalListVersion",
        "GetLog",
        "InstallCertificate",
        "RemoteStartTransaction",
        "RemoteStopTransaction",
        "ReserveNow",
        "Reset",
        "SendLocalList",
        "SetChargingProfile",
        "SignedUpdateFirmware",
        "TriggerMessage",
        "UnlockConnector",
        "UpdateFirmware",
    }
)
"""What a central system may ask of a charger (OCPP 1.6 chapter 5 and the security paper)."""

_PAUSES_S = (0.1, 0.5, 2.0)

VendorHandler = Callable[[ChargerRecord, Mapping[str, object]], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Decision:
    """How a call is answered and journalled; the fields are those of `JournalEntry`.

    :param journalled: False only for Heartbeat
    """

    answer: str | None
    error_code: str | None = None
    key: str | None = None
    complete: Callable[[int], str] | None = None
    state: MessageState = "new"
    reason: str | None = None
    journalled: bool = True


_CONFIRMED = {state: Decision("{}", state=state) for state in ("new", "kept")}


@dataclass(slots=True)
class Station:
    """One charger as the handlers see it. `record` is renewed at each boot, and until it is
    accepted at each question; that it still is, the authorizer sees to."""

    record: ChargerRecord
    directory: ChargerDirectory
    authorizer: Authorizer
    clock: Callable[[], datetime]
    pending_interval_s: int = 60
    vendors: Mapping[str, VendorHandler] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return self.record.admission == "accepted"


class Handler:
    """Base of the actions: answers `{}`.

    :cvar needs: fields without which nothing sensible can be answered, and their types
    """

    needs: ClassVar[Mapping[str, type]] = {}
    state: ClassVar[MessageState] = "new"

    def __init_subclass__(cls):
        INCOMING[cls.__name__] = cls

    @classmethod
    def decide(cls, station: Station, call: Call) -> Decision | Awaitable[Decision]:
        return _CONFIRMED[cls.state]


def receive(station: Station, call: Call) -> Decision | Awaitable[Decision]:
    """Decide on one call; at once where nobody need be asked."""
    handler = INCOMING.get(call.action)
    if handler is None:
        return _refuse_action(call.action)
    if type(call.payload) is not dict:
        return refuse("FormationViolation", "The payload is not a JSON object.")
    validator = schemas.request_validator(call.action)
    if validator.is_valid(call.payload):
        return handler.decide(station, call)
    found = schemas.violations(validator, call.payload)
    for name, kind in handler.needs.items():
        if type(call.payload.get(name)) is not kind:
            return refuse(*_explain(name, found))
    return _note(handler.decide(station, call), schemas.describe(found))


def refuse(error_code: str, description: str) -> Decision:
    """Answer a CALLERROR; the frame is kept."""
    answer = error_answer(error_code, description)
    return Decision(answer, error_code=error_code, state="kept", reason=description)


def _refuse_action(action: str) -> Decision:
    if schemas.request_validator(action) is None:
        return refuse("NotImplemented", f"{action!r:.80} is not an action of OCPP 1.6.")
    return refuse("NotSupported", f"{action} is not for a charger to call.")


def _explain(name: str, found: list[schemas.Violation]) -> tuple[str, str]:
    for violation in found:
        if violation.field == name:
            return violation.error_code, f"{name}: {violation.text}"
    return "ProtocolError", f"{name} is missing."


def _note(decision: Decision | Awaitable[Decision], reason: str):
    if isinstance(decision, Decision):
        return replace(decision, reason=reason)
    return _note_later(decision, reason)


async def _note_later(pending: Awaitable[Decision], reason: str) -> Decision:
    decision = await pending
    return replace(decision, reason=f"{decision.reason} {reason}" if decision.reason else reason)


def time_text(at: datetime) -> str:
    """Write a time as OCPP 1.6 section 3.14 asks, with milliseconds, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- reports: nothing to decide --------------------------------------------------------
class StatusNotification(Handler):
    """Section 4.9."""


class MeterValues(Handler):
    """Section 4.7. Confirmed whatever it holds."""


class StopTransaction(Handler):
    """Section 4.10. Confirmed whatever it holds: energy was delivered.

    No idTagInfo is given: it is optional, and nothing can be refused to one who stops.
    """


class Evidence(Handler):
    """What is kept for the technician and changes no record."""

    state = "kept"


del INCOMING["Evidence"]


class FirmwareStatusNotification(Evidence):
    """Section 4.5."""


class DiagnosticsStatusNotification(Evidence):
    """Section 4.4."""


class SecurityEventNotification(Evidence):
    """Security whitepaper section 4.7."""


class LogStatusNotification(Evidence):
    """Security whitepaper section 4.8."""


class SignedFirmwareStatusNotification(Evidence):
    """Security whitepaper section 4.9."""


class SignCertificate(Evidence):
    """Security whitepaper section 4.10: this central system signs none."""

    @classmethod
    def decide(cls, station, call):
        return Decision('{"status":"Rejected"}', state=cls.state)


class Heartbeat(Handler):
    """Section 4.6. Its answer sets the charger's clock."""

    @classmethod
    def decide(cls, station, call):
        return Decision(
            f'{{"currentTime":"{time_text(station.clock())}"}}', state="kept", journalled=False
        )


# --- questions: somebody is asked --------------------------------------------------------
class BootNotification(Handler):
    """Section 4.2. The charger's admission is read anew, so accepting it works at once."""

    _STATUS: ClassVar = {"accepted": "Accepted", "pending": "Pending", "refused": "Rejected"}

    @classmethod
    async def decide(cls, station, call):
        try:
            record = await _renew(station)
        except Exception:
            _logger.exception("Charger %s: its admission could not be read", station.record.id)
            record = station.record
        admission = record.admission if record else "refused"
        interval_s = station.record.heartbeat_interval_s
        if admission != "accepted":
            interval_s = station.pending_interval_s
        answer = {
            "status": cls._STATUS[admission],
            "currentTime": time_text(station.clock()),
            "interval": interval_s,
        }
        return Decision(orjson.dumps(answer).decode())


class Authorize(Handler):
    """Section 4.1."""

    needs: ClassVar = {"idTag": str}

    @classmethod
    async def decide(cls, station, call):
        try:
            decision = await _authorize(station, None, call.payload["idTag"])
        except Exception:
            _logger.exception("Charger %s: a token could not be decided on", station.record.id)
            return refuse("InternalError", "The token could not be looked up. Try again.")
        return Decision(orjson.dumps({"idTagInfo": _id_tag_info(decision)}).decode())


class StartTransaction(Handler):
    """Section 4.8. Also a refused start gets a transaction id: the charger may go on.

    The same start sent again is known by its key, and gets the first answer again
    (CHARGERS.md row 15).
    """

    needs: ClassVar = {"connectorId": int, "idTag": str}

    @classmethod
    async def decide(cls, station, call):
        payload = call.payload
        connector, id_tag = payload["connectorId"], payload["idTag"]
        try:
            decision = await _authorize(station, connector, id_tag)
        except Exception:
            _logger.exception("Charger %s: a start could not be decided on", station.record.id)
            return refuse("InternalError", "The start could not be decided on. Send it again.")
        info = orjson.dumps(_id_tag_info(decision)).decode()
        # Without a timestamp the message id is all that tells two starts apart.
        moment = payload.get("timestamp") or f"message {call.message_id}"
        key = identity.start_key(connector, id_tag, str(moment), payload.get("meterStart"))
        return Decision(None, key=key, complete=lambda number: _start_answer(number, info))


class DataTransfer(Handler):
    """Section 4.3. `UnknownVendorId`, unless a handler is there for the vendor."""

    needs: ClassVar = {"vendorId": str}

    @classmethod
    def decide(cls, station, call):
        handler = station.vendors.get(call.payload["vendorId"])
        if handler is None:
            return Decision('{"status":"UnknownVendorId"}', state="kept")
        return cls._ask_vendor(handler, station, call)

    @staticmethod
    async def _ask_vendor(handler: VendorHandler, station: Station, call: Call) -> Decision:
        try:
            answer = orjson.dumps(await handler(station.record, call.payload)).decode()
        except Exception:
            _logger.exception("Charger %s: the vendor's handler failed", station.record.id)
            return Decision('{"status":"Rejected"}', state="kept", reason="The handler failed.")
        return Decision(answer, state="kept")


def _start_answer(transaction_id: int, info: str) -> str:
    return f'{{"transactionId":{transaction_id},"idTagInfo":{info}}}'


async def _renew(station: Station) -> ChargerRecord | None:
    """Read the charger's record anew; None: it is known no more."""
    record = await _ask(lambda: station.directory.find(station.record.identity))
    if record is not None:
        station.record = record
    return record


async def _authorize(station: Station, connector: int | None, id_tag: str) -> TokenDecision:
    if not station.accepted:
        await _renew(station)  # it may have been accepted since, and need not boot again
    if not station.accepted:
        return TokenDecision("Invalid")
    return await _ask(lambda: station.authorizer.decide(station.record.id, connector, id_tag))


async def _ask(question: Callable[[], Awaitable]):
    """Ask a port; a failure may be of the moment, so it is asked again."""
    for pause_s in _PAUSES_S:
        try:
            return await question()
        except Exception as error:
            _logger.info("Asked again in %s s: %s", pause_s, error)
            await asyncio.sleep(pause_s)
    return await question()


def _id_tag_info(decision: TokenDecision) -> dict[str, str]:
    info = {"status": decision.status}
    if decision.expires_at is not None:
        info["expiryDate"] = time_text(decision.expires_at)
    if decision.parent_id_tag is not None:
        info["parentIdTag"] = decision.parent_id_tag
    return info
