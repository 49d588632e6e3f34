# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What chargers sent in the last thirty days: frames as the gateway journals them."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from odoo.addons.iicharge_odoo.core.identity import start_key
from odoo.addons.iicharge_odoo.gateway.ports import JournalEntry
from odoo.addons.iicharge_odoo.service.pg_journal import PgJournal

READING_EVERY = timedelta(minutes=15)


@dataclass
class Visit:
    """One car at one connector; times in UTC.

    :param uid: of the card
    :param power_w: that the car takes until it has `energy_wh`
    :param jump_wh: by which the register jumps before the stop
    """

    uid: str
    arrives: datetime
    leaves: datetime
    energy_wh: int
    power_w: int
    jump_wh: int = 0
    connector: object = None
    transaction_id: str | None = None
    done: list = field(default_factory=list)

    def get_energy(self, at):
        """Get what the car has taken until then, in Wh."""
        hours = (at - self.arrives).total_seconds() / 3600
        return round(min(self.energy_wh, self.power_w * hours))


class Chargers:
    """Writer of the chargers' messages.

    :param find_token: gives the id of the token with a uid
    """

    def __init__(self, dsn, find_token):
        self._journal = PgJournal(dsn)
        self._find_token = find_token
        self._registers = {}
        self._number = 0

    def close(self):
        self._journal.close()

    def boot(self, charger, at):
        payload = {
            "chargePointVendor": "Iris",
            "chargePointModel": "Wallbox" if charger.current_type == "ac" else "Fast",
            "firmwareVersion": "3.1.4",
        }
        self._write(self._entry(charger, "BootNotification", payload, at))
        for connector in charger.connector_ids:
            self.report(connector, "Available", at)

    def report(self, connector, status, at, error="NoError"):
        payload = {
            "connectorId": connector.number,
            "status": status,
            "errorCode": error,
            "timestamp": _wire(at),
        }
        self._write(self._entry(connector.charger_id, "StatusNotification", payload, at))

    def plug_in(self, visit):
        """Write the start of a visit."""
        connector, at = visit.connector, visit.arrives
        self.report(connector, "Preparing", at - timedelta(seconds=25))
        register = self._registers.setdefault(connector.id, 1_200_000 + connector.id * 83_210)
        payload = {
            "connectorId": connector.number,
            "idTag": visit.uid,
            "meterStart": register,
            "timestamp": _wire(at),
        }
        [receipt] = self._write(
            self._entry(
                connector.charger_id,
                "StartTransaction",
                payload,
                at,
                key=start_key(connector.number, visit.uid, payload["timestamp"], register),
                token_id=self._find_token(visit.uid),
                complete=lambda number: json.dumps(
                    {"transactionId": number, "idTagInfo": {"status": "Accepted"}}
                ),
            )
        )
        visit.transaction_id = receipt.transaction_id
        self.report(connector, "Charging", at + timedelta(seconds=4))

    def unplug(self, visit):
        """Write the readings, the stop, and the connector free again."""
        connector, at = visit.connector, visit.leaves
        register = self._registers[connector.id]
        read_at = visit.arrives + READING_EVERY
        full = False
        while read_at < at:
            energy = visit.get_energy(read_at)
            if energy == visit.energy_wh and not full:
                self.report(connector, "SuspendedEV", read_at - timedelta(seconds=30))
            elif full and read_at.minute >= READING_EVERY.seconds // 60:
                read_at += READING_EVERY
                continue  # a full car is read once an hour
            full = energy == visit.energy_wh
            self._write(self._read(visit, register + energy, 0 if full else visit.power_w, read_at))
            read_at += READING_EVERY
        register += visit.get_energy(at) + visit.jump_wh
        self._registers[connector.id] = register
        payload = {
            "transactionId": int(visit.transaction_id),
            "meterStop": register,
            "timestamp": _wire(at),
            "idTag": visit.uid,
            "reason": "Local",
        }
        self._write(self._entry(connector.charger_id, "StopTransaction", payload, at))
        self.report(connector, "Finishing", at)
        self.report(connector, "Available", at + timedelta(seconds=40))

    def _read(self, visit, register, power_w, at):
        sampled = [
            {
                "value": str(register),
                "measurand": "Energy.Active.Import.Register",
                "unit": "Wh",
            },
            {"value": str(power_w), "measurand": "Power.Active.Import", "unit": "W"},
        ]
        payload = {
            "connectorId": visit.connector.number,
            "transactionId": int(visit.transaction_id),
            "meterValue": [{"timestamp": _wire(at), "sampledValue": sampled}],
        }
        return self._entry(visit.connector.charger_id, "MeterValues", payload, at)

    def _entry(self, charger, action, payload, at, **values):
        self._number += 1
        return JournalEntry(
            charger_id=charger.id,
            direction="in",
            ocpp_version="1.6",
            message_id=f"history-{self._number}",
            action=action,
            payload=json.dumps(payload),
            received_at=at,
            **{"answer": "{}", **values},
        )

    def _write(self, *entries):
        return self._journal.write(list(entries))


def _wire(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
