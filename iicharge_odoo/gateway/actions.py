# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Handlers of the actions that OCPP 1.6, 2.0.1 and 2.1 answer alike."""

import logging
from datetime import UTC, datetime
from typing import ClassVar

import orjson

from .authorization import renew
from .frames import Call
from .handling import Decision, Handler, Station, VendorHandler

_logger = logging.getLogger(__name__)


def format_time(at: datetime) -> str:
    """Format a time as RFC 3339 in UTC with milliseconds (1.6 section 3.14, 2.0.1 part 2)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Heartbeat(Handler):
    """1.6 section 4.6, 2.0.1 use case G02. Its answer sets the charger's clock."""

    @classmethod
    def decide(cls, station, call):
        return Decision(
            f'{{"currentTime":"{format_time(station.clock())}"}}', state="kept", journalled=False
        )


class BootNotification(Handler):
    """1.6 section 4.2, 2.0.1 use cases B01 to B03. The charger's admission is read at each
    boot, so accepting a charger takes effect at once."""

    _STATUS: ClassVar = {"accepted": "Accepted", "pending": "Pending", "refused": "Rejected"}

    @classmethod
    async def decide(cls, station, call):
        try:
            record = await renew(station)
        except Exception:
            _logger.exception("Charger %s: admission could not be read", station.record.id)
            record = station.record
        admission = record.admission if record else "refused"
        interval_s = station.record.heartbeat_interval_s
        if admission != "accepted":
            interval_s = station.pending_interval_s
        answer = {
            "status": cls._STATUS[admission],
            "currentTime": format_time(station.clock()),
            "interval": interval_s,
        }
        return Decision(orjson.dumps(answer).decode())


class DataTransfer(Handler):
    """1.6 section 4.3, 2.0.1 use case P02. `UnknownVendorId`, unless a handler is registered
    for the vendor."""

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
