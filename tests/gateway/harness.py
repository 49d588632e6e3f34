# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A gateway on a real socket with ports in memory, and clients for it."""

import asyncio
import base64
import functools
import json
from contextlib import asynccontextmanager

from websockets.asyncio.client import connect

from iicharge_odoo.gateway.gateway import Gateway
from iicharge_odoo.gateway.settings import Settings

from .fakes import Authorizer, CommandSource, ConnectionStore, Directory, JournalStore, make_record

BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": "2026-03-01T12:00:00Z"}
STOP = {"transactionId": 1, "meterStop": 100, "timestamp": "2026-03-01T13:00:00Z"}
METER_VALUES = {
    "connectorId": 1,
    "transactionId": 1,
    "meterValue": [
        {"timestamp": "2026-03-01T12:00:00Z", "sampledValue": [{"value": "7.10", "unit": "kWh"}]}
    ],
}


def in_loop(test):
    """Run an asynchronous test; 10 s are more than any needs."""

    @functools.wraps(test)
    def run(*args, **kwargs):
        return asyncio.run(asyncio.wait_for(test(*args, **kwargs), 10))

    return run


class Running:
    """A gateway that runs, with all its ports at hand."""

    def __init__(self, *records, settings=None, directory=None, store=None, **ports):
        self.directory = directory or Directory(*(records or [make_record()]))
        self.authorizer = Authorizer()
        self.store = store or JournalStore()
        self.connections = ConnectionStore()
        self.commands = CommandSource()
        values = {"host": "127.0.0.1", "port": 0, "ask_for_boot": False, "close_timeout_s": 1}
        values |= {"settle_s": 0, "pace_s": 0, "probe_s": 0.3}
        self.gateway = Gateway(
            Settings(**values | (settings or {})),
            directory=self.directory,
            authorizer=self.authorizer,
            journal_store=self.store,
            connection_store=self.connections,
            command_source=self.commands,
            **ports,
        )
        self._stop = asyncio.Event()

    async def __aenter__(self):
        started = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self.gateway.run(self._stop, started.set_result))
        await asyncio.wait([self._task, started], return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            self._task.result()
        return self

    async def __aexit__(self, *exc_info):
        await self.stop()

    async def stop(self):
        self._stop.set()
        await self._task

    @property
    def has_ended(self):
        return self._task.done()

    def url(self, charger="cp-1", path="/ocpp/"):
        return f"ws://127.0.0.1:{self.gateway.port}{path}{charger}"

    @asynccontextmanager
    async def client(self, charger="cp-1", subprotocols=("ocpp1.6",), **options):
        async with connect(
            self.url(charger), subprotocols=subprotocols, compression=None, **options
        ) as socket:
            yield Client(socket)

    def kept(self, action=...):
        """Return the journal's entries, of one action if it is given."""
        return [e for e in self.store.entries if action is ... or e.action == action]


class Client:
    """A charger that sends the frames of the test."""

    def __init__(self, socket):
        self.socket = socket
        self._count = 0

    async def send(self, data):
        await self.socket.send(data)

    async def receive(self):
        return json.loads(await self.socket.recv())

    async def call(self, action, payload, message_id=None):
        self._count += 1
        message_id = message_id or f"m{self._count}"
        await self.socket.send(json.dumps([2, message_id, action, payload]))
        answer = await self.receive()
        assert answer[1] == message_id
        return answer[2] if answer[0] == 3 else answer

    async def boot(self):
        return await self.call("BootNotification", BOOT)


def basic(user, password):
    """Make the header of HTTP Basic; the password may be bytes."""
    password = password if isinstance(password, bytes) else password.encode()
    coded = base64.b64encode(user.encode() + b":" + password).decode()
    return {"Authorization": f"Basic {coded}"}


async def until(condition):
    """Wait until a condition holds; the test's own limit ends it."""
    while not condition():
        await asyncio.sleep(0.005)
