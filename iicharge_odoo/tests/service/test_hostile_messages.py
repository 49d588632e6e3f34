# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the gateway journals of a hostile charger is applied, and harms no other session.

`bin/test attack` runs it with more frames (`IICHARGE_ATTACK_FRAMES`, `IICHARGE_ATTACK_SEED`).
"""

import asyncio
import os
from datetime import UTC, datetime
from itertools import count

from odoo.tests import tagged

from ...core.conversion import to_naive
from ...gateway import frames
from ...gateway.handling import Station
from ...gateway.ports import ChargerRecord, TokenDecision
from ...gateway.v16 import VERSION
from ...simulator.hostile import HostileCharger
from ..common import ChargingCase

SEED = int(os.environ.get("IICHARGE_ATTACK_SEED") or 1)
FRAMES = int(os.environ.get("IICHARGE_ATTACK_FRAMES") or 10_000) // 20
BATCH = 100
FIRST_TRANSACTION = 5000
COMMANDS = (
    ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "300"}),
    ("GetConfiguration", {}),
    ("RemoteStopTransaction", {"transactionId": FIRST_TRANSACTION}),
    ("TriggerMessage", {"requestedMessage": "MeterValues"}),
    ("UnlockConnector", {"connectorId": 1}),
)


class Ports:
    """The gateway's directory and authorizer, in the transaction of the test."""

    def __init__(self, charger, record):
        self._charger = charger
        self._record = record

    async def find(self, identity):
        return self._record

    async def decide(self, charger_id, connector_number, id_tag):
        token = self._charger.env["iicharge.token"]._find(self._charger.company_id, id_tag)
        return TokenDecision("Accepted" if token else "Invalid", token_id=token.id or None)


@tagged("post_install", "-at_install")
class TestHostileMessages(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        known = {
            "idTag": ["04A1B2C3", "04:a1:b2:c3", "UNKNOWN"],
            "connectorId": [0, 1, 1, 2],
            "transactionId": list(range(FIRST_TRANSACTION, FIRST_TRANSACTION + 50)),
            "meterStart": [1000],
            "meterStop": [1000, 3000],
        }
        cls.hostile = HostileCharger(SEED, known, lambda: datetime.now(UTC))
        record = ChargerRecord(
            cls.charger.id, "test", "accepted", None, None, False, 300, "Europe/Amsterdam"
        )
        ports = Ports(cls.charger, record)
        cls.station = Station(record, ports, ports, lambda: datetime.now(UTC))
        cls.transactions = count(FIRST_TRANSACTION)
        cls.keys = set()
        cls.neighbour = cls.charger.copy({"identity": "TEST-NEIGHBOUR"})
        cls.env["iicharge.connector"].create(
            {"charger_id": cls.neighbour.id, "number": 1, "rated_power_w": 22000}
        )

    async def _decide(self, call):
        decision = VERSION.receive(self.station, call)
        return await decision if asyncio.iscoroutine(decision) else decision

    def journal_frame(self, frame):
        """Journal what the gateway hands over to be applied of a frame; most is only kept."""
        data = frame.data if isinstance(frame.data, bytes) else frame.data.encode()
        call = frames.decode(data)
        if not isinstance(call, frames.Call):
            return
        decision = asyncio.run(self._decide(call))
        if decision.state != "new" or decision.key in self.keys:
            return
        answer, transaction_id = decision.answer, None
        if decision.key:
            self.keys.add(decision.key)
            transaction_id = next(self.transactions)
            answer = decision.complete(transaction_id)
        self._create_message(
            direction="in",
            action=call.action,
            message_id=f"frame {frame.number}",
            payload=call.payload_json,
            answer=answer,
            transaction_id=transaction_id,
            reason=decision.reason and decision.reason.replace("\0", "\ufffd"),
            token_id=decision.token_id,
        )

    def journal_answer(self, number):
        """Send a command, and journal a hostile answer to it."""
        action, payload = COMMANDS[number % len(COMMANDS)]
        command = self.charger.send_command(action, payload)
        result = frames.decode(self.hostile.answer(number, action, "id").encode())
        if isinstance(result, frames.Unreadable):
            return
        failed = isinstance(result, frames.CallError)
        self._create_message(
            direction="out",
            action=action,
            message_id=f"answer {number}",
            payload=command.payload,
            answer=result.error_json if failed else result.payload_json,
            error_code=failed and result.code.replace("\0", "\ufffd"),
            command_id=command.id,
        )

    def _create_message(self, **values):
        self.env["iicharge.ocpp.message"].create(
            {
                "charger_id": self.charger.id,
                "ocpp_version": "1.6",
                "received_at": to_naive(datetime.now(UTC)),
                "state": "new",
                **values,
            }
        )

    def charge_at_neighbour(self, number):
        """Charge 10 kWh at the neighbour while the batch is applied."""
        for make in (self.start, self.stop):
            make(number).charger_id = self.neighbour

    def check(self, numbers):
        """Check that all is applied and can be read, and the neighbour's session with it."""
        messages = self.env["iicharge.ocpp.message"]
        failed = messages.search([("state", "in", ("new", "parked"))])
        self.assertFalse(
            failed,
            f"seed {SEED}\n"
            + "\n".join(
                f"{m.message_id} {m.action} {m.state} {m.reason}\n  {m.payload[:1500]}"
                for m in failed
            ),
        )
        self.env.flush_all()
        self.env.invalidate_all()
        for model in ("iicharge.ocpp.message", "iicharge.command", "iicharge.session"):
            self.env[model].search([("charger_id", "=", self.charger.id)]).read()
        session = self.session(numbers, self.neighbour)
        self.assertEqual((session.state, session.energy_wh), ("stopped", 10000), f"seed {SEED}")
        self.assertFalse(session.review_reason_ids, f"seed {SEED}")

    def test_hostile_messages_are_applied_and_leave_the_neighbour_its_sessions(self):
        for first in range(0, FRAMES, BATCH):
            neighbours = 1_000_000 + first
            self.charge_at_neighbour(neighbours)
            for number in range(first, first + BATCH):
                self.journal_frame(self.hostile.frame(number))
            for number in range(first, first + len(COMMANDS)):
                self.journal_answer(number)
            self.process()
            self.post()
            self.check(neighbours)
