# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Cars that charge: frames as the gateway journals them, for a hotel with many connectors."""

import json
from dataclasses import dataclass
from datetime import UTC, timedelta

from odoo import fields

from odoo.addons.iicharge_odoo.core.identity import start_key
from odoo.addons.iicharge_odoo.gateway.ports import JournalEntry
from odoo.addons.iicharge_odoo.service.pg_journal import PgJournal

CONNECTORS = 2
DAYS_BACK = 9
SESSION_EVERY = timedelta(minutes=150)
LENGTH = timedelta(minutes=60)


@dataclass
class Car:
    """One car at one connector, and the frames that it still has to send."""

    charger_id: int
    connector: int
    id_tag: str
    began: object
    energy_wh: int
    has_stop: bool
    transaction_id: str | None = None


class Guests:
    """Maker of sessions, a batch at a time.

    :param dice: `random.Random`
    :param find_token: gives the id of the token with an id tag
    """

    def __init__(self, dsn, charger_ids, dice, find_token):
        self._journal = PgJournal(dsn)
        self._dice = dice
        self._find_token = find_token
        self._places = [(id_, number + 1) for id_ in charger_ids for number in range(CONNECTORS)]
        self._began = fields.Datetime.now().replace(tzinfo=UTC) - timedelta(days=DAYS_BACK)
        self._number = 0
        self.sent_twice = 0
        self.without_stop = 0

    @property
    def places(self):
        return len(self._places)

    def arrive(self, id_tags):
        """Start a car for each id tag, at one connector each, and write their starts.

        :return: the cars
        """
        cars = [self._make_car(id_tag) for id_tag in id_tags]
        receipts = self._write([self._start(car) for car in cars])
        for car, receipt in zip(cars, receipts, strict=True):
            car.transaction_id = receipt.transaction_id
        again = [car for car in cars if self._dice.random() < 0.1]
        repeats = self._write([self._start(car) for car in again])
        assert [car.transaction_id for car in again] == [row.transaction_id for row in repeats]
        self.sent_twice += len(again)
        return cars

    def leave(self, cars):
        """Write their readings and stops, some of them twice."""
        entries = []
        for car in cars:
            entries.append(self._reading(car))
            if not car.has_stop:
                self.without_stop += 1
                continue
            entries.append(self._stop(car))
            if self._dice.random() < 0.1:
                self.sent_twice += 1
                entries.append(self._stop(car))
        self._write(entries)

    def close(self):
        self._journal.close()

    def _make_car(self, id_tag):
        charger_id, connector = self._places[self._number % len(self._places)]
        turn = self._number // len(self._places)
        self._number += 1
        # one in fifty is free, one in a hundred implausible: held for review
        energy = self._dice.choice([0, *[self._dice.randint(500, 20_000)] * 48, 20_000])
        if self._dice.random() < 0.01:
            energy = 900_000
        return Car(
            charger_id=charger_id,
            connector=connector,
            id_tag=id_tag,
            began=self._began
            + turn * SESSION_EVERY
            + timedelta(seconds=self._dice.randint(0, 900)),
            energy_wh=energy,
            has_stop=self._dice.random() >= 0.01,
        )

    def _write(self, entries):
        return self._journal.write(entries) if entries else []

    def _entry(self, car, action, payload, at, **values):
        return JournalEntry(
            charger_id=car.charger_id,
            direction="in",
            ocpp_version="1.6",
            message_id=f"{action}-{self._number}",
            action=action,
            payload=json.dumps(payload),
            received_at=at,
            **{"answer": "{}", **values},
        )

    def _start(self, car):
        payload = {
            "connectorId": car.connector,
            "idTag": car.id_tag,
            "meterStart": 1000,
            "timestamp": _wire_time(car.began),
        }
        key = start_key(car.connector, car.id_tag, payload["timestamp"], 1000)
        return self._entry(
            car,
            "StartTransaction",
            payload,
            car.began,
            key=key,
            token_id=self._find_token(car.id_tag),
            complete=lambda number: json.dumps(
                {"transactionId": number, "idTagInfo": {"status": "Accepted"}}
            ),
        )

    def _reading(self, car):
        at = car.began + LENGTH / 2
        sampled = [{"value": str(1000 + car.energy_wh // 2), "unit": "Wh"}]
        payload = {
            "connectorId": car.connector,
            "transactionId": int(car.transaction_id),
            "meterValue": [{"timestamp": _wire_time(at), "sampledValue": sampled}],
        }
        return self._entry(car, "MeterValues", payload, at)

    def _stop(self, car):
        at = car.began + LENGTH
        payload = {
            "transactionId": int(car.transaction_id),
            "meterStop": 1000 + car.energy_wh,
            "timestamp": _wire_time(at),
        }
        return self._entry(car, "StopTransaction", payload, at)


def _wire_time(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
