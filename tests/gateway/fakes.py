# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gateway's ports in memory."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

from iicharge_odoo.gateway.ports import ChargerRecord, LockedError, Receipt, TokenDecision


def make_record(id=1, identity="cp-1", admission="accepted", **values):
    defaults = {
        "secret_hash": None,
        "ocpp_version": None,
        "assume_subprotocol": False,
        "heartbeat_interval_s": 300,
        "time_zone": "Europe/Vienna",
    }
    return ChargerRecord(id=id, identity=identity, admission=admission, **defaults | values)


class Directory:
    """Chargers by identity. `open_to_new`: unknown ones are registered as pending."""

    def __init__(self, *records, open_to_new=False):
        self.records = {record.identity: record for record in records}
        self.open_to_new = open_to_new
        self.registered = []

    async def find(self, identity):
        return self.records.get(identity)

    async def register(self, identity, secret, remote_address):
        if not self.open_to_new:
            return None
        self.registered.append((identity, secret, remote_address))
        record = make_record(len(self.records) + 1, identity.casefold(), "pending")
        self.records[record.identity] = record
        return record

    async def confirm_secret(self, record):
        self.records[record.identity] = replace(
            record, secret_hash=record.next_secret_hash, next_secret_hash=None
        )


class Authorizer:
    """Answers from `decisions`, by raw tag; what is not there is Invalid."""

    def __init__(self, **decisions):
        self.decisions = {"TAG": TokenDecision("Accepted")} | decisions
        self.asked = []
        self.failures = 0

    async def decide(self, charger_id, connector_number, id_tag):
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no database just now")
        self.asked.append((charger_id, connector_number, id_tag))
        return self.decisions.get(id_tag, TokenDecision("Invalid"))


class JournalStore:
    """Keeps entries in a list. `gate` closed: a write waits, as on a slow disk.

    :ivar refuse: a function of an entry; True: its row breaks a constraint
    :ivar errors: raised by the next writes, one each
    :ivar locked: ids of chargers whose records another transaction has locked
    """

    def __init__(self):
        self.entries = []
        self.batches = []
        self.errors = []
        self.locked = set()
        self.refuse = lambda entry: False
        self.gate = threading.Event()
        self.gate.set()
        self.closed = False
        self._starts = {}
        self._transaction_id = 0

    def write(self, entries):
        self.gate.wait(10)
        if self.errors:
            raise self.errors.pop(0)
        if any(entry.charger_id in self.locked for entry in entries):
            raise LockedError("a record is locked")
        if any(self.refuse(entry) for entry in entries):
            raise ValueError("a row breaks a constraint")
        self.entries += entries
        self.batches.append(len(entries))
        return [self._receive(entry) for entry in entries]

    def _receive(self, entry):
        if entry.key is None:
            return Receipt()
        key = (entry.charger_id, entry.key)
        if key in self._starts:
            number, answer = self._starts[key]
            return Receipt(number, answer, repeated=True)
        self._transaction_id += 1
        answer = entry.complete(self._transaction_id)
        self._starts[key] = (self._transaction_id, answer)
        return Receipt(self._transaction_id, answer)

    def close(self):
        self.closed = True


class ConnectionStore:
    """Presence by charger: [fence, online, address, subprotocol]."""

    def __init__(self):
        self.rows = {}
        self.signs = []
        self.taken_over = set()
        self.expired_before = None
        self.failing = None
        self.refusals = []

    async def opened(self, charger_id, at, remote_address, subprotocol):
        if self.failing:
            raise self.failing
        fence = self.rows.get(charger_id, [0])[0] + 1
        self.rows[charger_id] = [fence, True, remote_address, subprotocol]
        return fence

    async def closed(self, charger_id, fence, at):
        if self.rows[charger_id][0] == fence:
            self.rows[charger_id][1] = False

    async def seen(self, presences):
        self.signs += presences
        return {sign.charger_id for sign in presences} & self.taken_over

    async def expire(self, before):
        self.expired_before = before

    async def refused(self, refusals):
        self.refusals += refusals


class CommandSource:
    """Gives the queued commands, one for each charger at a time."""

    def __init__(self):
        self.queue = []
        self.wake = None
        self.stopped = False

    async def start(self, wake):
        self.wake = wake

    def put(self, command):
        self.queue.append(command)
        self.wake()

    async def take(self, held):
        taken = {}
        for command in self.queue:
            if command.charger_id in held:
                taken.setdefault(command.charger_id, command)
        self.queue = [command for command in self.queue if command not in taken.values()]
        return list(taken.values())

    async def stop(self):
        self.stopped = True


class Clock:
    """Returns one moment until it is moved."""

    def __init__(self):
        self.now = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)

    def __call__(self):
        return self.now
