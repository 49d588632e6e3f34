# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Handlers of a charger's calls in OCPP 1.6: one class per action, with the action's name."""

import logging
from typing import ClassVar

import orjson

from ...core import identity
from .. import actions
from ..actions import BootNotification, Heartbeat, format_time
from ..authorization import authorize
from ..handling import Decision, Handler, RecordOnly, refuse
from ..ports import TokenDecision
from . import display

_logger = logging.getLogger(__name__)

ID_TOKEN_LENGTH = 20
"""Section 7.28 IdToken."""


# --- reports: nothing to decide --------------------------------------------------------
class StatusNotification(Handler):
    """Section 4.9."""


class MeterValues(Handler):
    """Section 4.7. Confirmed with any content."""


class StopTransaction(Handler):
    """Section 4.10. Confirmed with any content: energy was delivered.

    Answered without idTagInfo: it is optional, and a stop cannot be refused.
    """


class FirmwareStatusNotification(RecordOnly):
    """Section 4.5."""


class DiagnosticsStatusNotification(RecordOnly):
    """Section 4.4."""


class SecurityEventNotification(RecordOnly):
    """Security whitepaper section 4.7."""


class LogStatusNotification(RecordOnly):
    """Security whitepaper section 4.8."""


class SignedFirmwareStatusNotification(RecordOnly):
    """Security whitepaper section 4.9."""


class SignCertificate(RecordOnly):
    """Security whitepaper section 4.10: this central system signs none."""

    @classmethod
    def decide(cls, station, call):
        return Decision('{"status":"Rejected"}', state=cls.state)


class DataTransfer(actions.DataTransfer):
    """Section 4.3; of a charger with a display, see `display`."""

    @classmethod
    def decide(cls, station, call):
        payload = call.payload
        if payload["vendorId"] != display.VENDOR or display.VENDOR in station.vendors:
            return super().decide(station, call)
        # that the plug was pulled after the stop: nothing is charged for that time
        is_known = payload.get("messageId") == display.UNPLUGGED
        status = "Accepted" if is_known else "UnknownMessageId"
        return Decision(f'{{"status":"{status}"}}', state="kept")


# --- questions: decided by a port --------------------------------------------------------
class Authorize(Handler):
    """Section 4.1."""

    needs: ClassVar = {"idTag": str}

    @classmethod
    async def decide(cls, station, call):
        try:
            decision = await authorize(station, None, call.payload["idTag"])
        except Exception:
            _logger.exception("Charger %s: the authorization failed", station.record.id)
            return refuse("InternalError", "The token could not be looked up. Try again.")
        return Decision(orjson.dumps({"idTagInfo": prepare_id_tag_info(decision)}).decode())


class StartTransaction(Handler):
    """Section 4.8. Also a refused start gets a transaction id: the charger may go on.

    The same start sent again is recognised by its key, and gets the first answer
    (docs/chargers.md row 15).
    """

    needs: ClassVar = {"connectorId": int, "idTag": str}

    @classmethod
    async def decide(cls, station, call):
        payload = call.payload
        connector, id_tag = payload["connectorId"], payload["idTag"]
        try:
            decision = await authorize(station, connector, id_tag)
        except Exception:
            _logger.exception("Charger %s: the authorization of a start failed", station.record.id)
            return refuse("InternalError", "The start could not be authorized. Send it again.")
        info = orjson.dumps(prepare_id_tag_info(decision)).decode()
        # Without a timestamp only the message id distinguishes two starts.
        moment = payload.get("timestamp") or f"message {call.message_id}"
        key = identity.start_key(connector, id_tag, str(moment), payload.get("meterStart"))
        return Decision(
            None,
            key=key,
            complete=lambda number: _format_start(number, info),
            token_id=decision.token_id,
        )


def _format_start(transaction_id: int, info: str) -> str:
    return f'{{"transactionId":{transaction_id},"idTagInfo":{info}}}'


def prepare_id_tag_info(decision: TokenDecision) -> dict[str, str]:
    """Section 7.24 IdTagInfo; a group's id that is too long for 1.6 is left out."""
    info = {"status": decision.status}
    if decision.expires_at is not None:
        info["expiryDate"] = format_time(decision.expires_at)
    if decision.parent_id_tag and len(decision.parent_id_tag) <= ID_TOKEN_LENGTH:
        info["parentIdTag"] = decision.parent_id_tag
    return info


HANDLERS: dict[str, type[Handler]] = {
    handler.__name__: handler
    for handler in (
        Authorize,
        BootNotification,
        DataTransfer,
        DiagnosticsStatusNotification,
        FirmwareStatusNotification,
        Heartbeat,
        LogStatusNotification,
        MeterValues,
        SecurityEventNotification,
        SignCertificate,
        SignedFirmwareStatusNotification,
        StartTransaction,
        StatusNotification,
        StopTransaction,
    )
}
