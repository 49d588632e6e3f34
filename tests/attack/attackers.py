# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Hostile chargers and their neighbours on one gateway, and what must not happen meanwhile."""

import asyncio
import gc
import json
import logging
import random
from datetime import UTC, datetime
from pathlib import Path

from iicharge_odoo.gateway.ports import CommandRecord
from iicharge_odoo.gateway.settings import Settings
from iicharge_odoo.simulator.hostile import HostileCharger
from tests.gateway.fakes import make_record
from tests.gateway.harness import METER_VALUES

ATTACKERS, NEIGHBOURS = range(1, 5), range(5, 8)
UNACCEPTED = ATTACKERS[-1]
NOT_ACCEPTED = "The charger has not been accepted yet."
"""The refusal of a start, which a charger that waits to be accepted sends again."""
BURST = 8
"""Frames on their way before the attacker waits for the answer to a valid message."""
ANSWER_WITHIN_S = 10
WARM_UP = 5_000
"""Frames before memory is first measured: schemas are compiled, buffers and caches fill."""

KNOWN = {"idTag": ["TAG", "OTHER"], "connectorId": [0, 1, 2], "transactionId": [1, 2, 3]}
COMMANDS = (
    ("Reset", {"type": "Soft"}),
    ("GetConfiguration", {}),
    ("ClearCache", {}),
    ("UnlockConnector", {"connectorId": 1}),
    ("ChangeAvailability", {"connectorId": 1, "type": "Operative"}),
    ("RemoteStopTransaction", {"transactionId": 1}),
    ("TriggerMessage", {"requestedMessage": "StatusNotification"}),
)


def records():
    """Return the chargers, one of which has not been accepted yet."""
    return [
        make_record(number, f"cp-{number}", "pending" if number == UNACCEPTED else "accepted")
        for number in (*ATTACKERS, *NEIGHBOURS)
    ]


class Faults(logging.Handler):
    """Handler that keeps each error that is logged, with its traceback."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.found = []

    def emit(self, record):
        if record.levelno >= logging.ERROR or record.exc_info:
            self.found.append(logging.Formatter("%(name)s: %(message)s").format(record))


class Attack:
    """A run of some frames of a seed.

    :ivar valid: valid messages that were answered, by charger
    :ivar growth_bytes: memory that this process gained after `WARM_UP` frames
    """

    def __init__(self, running, seed, numbers):
        self.valid = dict.fromkeys((*ATTACKERS, *NEIGHBOURS), 0)
        self.growth_bytes = 0
        self._running = running
        self._seed = seed
        # shares of the same size, as one that is not accepted is answered faster
        self._firsts = {
            charger_id: iter(numbers[index * BURST :: len(ATTACKERS) * BURST])
            for index, charger_id in enumerate(ATTACKERS)
        }
        self._end = numbers.stop
        self._hostile = HostileCharger(seed, KNOWN, lambda: datetime.now(UTC))
        self._faults = Faults()
        self._in_flight = {}
        self._memory_bytes = None
        self._over = False

    async def run(self):
        """Send all frames.

        :raises AssertionError: a fault was found; with the seed and the frames on their way
        """
        logging.getLogger().addHandler(self._faults)
        neighbours = [asyncio.create_task(self._charge(number)) for number in NEIGHBOURS]
        attackers = [asyncio.create_task(self._attack(number)) for number in ATTACKERS]
        outcomes = await asyncio.gather(*attackers, return_exceptions=True)
        self._over = True
        outcomes += await asyncio.gather(*neighbours, return_exceptions=True)
        logging.getLogger().removeHandler(self._faults)
        errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        if errors or self._faults.found:
            raise AssertionError(self._report(errors))
        if self._memory_bytes is not None:
            self.growth_bytes = read_memory() - self._memory_bytes

    def _report(self, errors):
        lines = [f"seed {self._seed}", *map(repr, errors), *self._faults.found[:3], "On their way:"]
        for charger_id, frames in self._in_flight.items():
            lines += [
                f"charger {charger_id}, frame {each.number} ({each.kind}): {each.data!r:.2000}"
                for each in frames
            ]
        return "\n".join(lines)

    # --- chargers ----------------------------------------------------------------------
    async def _charge(self, number):
        """Be a neighbour: one valid message after the other, each answered in time."""
        async with self._running.client(f"cp-{number}") as charger:
            while not self._over and not self._faults.found:
                call = charger.call("MeterValues", METER_VALUES)
                assert await asyncio.wait_for(call, ANSWER_WITHIN_S) == {}
                self.valid[number] += 1
                await asyncio.sleep(0.01)

    async def _attack(self, number):
        async with self._running.client(f"cp-{number}", max_size=None) as charger:
            await charger.boot()
            while burst := self._take(number):
                self._in_flight[number] = burst
                if random.Random(burst[0].number).random() < 0.3:
                    self._command(number, burst[0].number)
                for frame in burst:
                    await charger.send(frame.data)
                await asyncio.wait_for(self._be_answered(charger, number), ANSWER_WITHIN_S)
                if self._faults.found:
                    return
                del self._in_flight[number]

    def _take(self, charger_id):
        first = next(self._firsts[charger_id], self._end)
        numbers = range(first, min(first + BURST, self._end))
        frames = [self._hostile.frame(number) for number in numbers]
        frames = [each for each in frames if _is_taken(charger_id, each.data)]
        if frames and frames[0].number > WARM_UP and self._memory_bytes is None:
            self._memory_bytes = read_memory()
        return frames

    def _command(self, charger_id, number):
        action, payload = COMMANDS[number % len(COMMANDS)]
        command = CommandRecord(charger_id, charger_id, action, json.dumps(payload))
        self._running.commands.put(command)

    async def _be_answered(self, charger, number):
        """Send a valid message, and wait until it is answered as it should be."""
        message_id = f"valid-{self.valid[number]}"
        await charger.send(json.dumps([2, message_id, "MeterValues", METER_VALUES]))
        while True:
            message = await charger.receive()
            if message[0] == 2:
                answer = self._hostile.answer(message[1], message[2], message[1])
                if _is_taken(number, answer):
                    await charger.send(answer)
            elif message[:2] == [3, message_id]:
                assert message[2] == {}
                self.valid[number] += 1
                return
            else:
                is_refused = number == UNACCEPTED and NOT_ACCEPTED in message
                assert is_refused or message[2] != "InternalError", f"was not stored: {message}"


def _is_taken(charger_id, data):
    """Check that a frame does not end its connection, and with it what was sent behind."""
    data = data if isinstance(data, bytes) else data.encode(errors="surrogatepass")
    return charger_id != UNACCEPTED or len(data) <= Settings().max_new_frame_bytes


def read_memory():
    """Return the resident memory of this process, in bytes."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096
