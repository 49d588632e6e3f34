# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""An exception in any callback of the gateway stays where it is: the rest goes on."""

import asyncio
import json
from contextlib import suppress
from inspect import iscoroutinefunction

import pytest
from websockets.exceptions import WebSocketException

from iicharge_odoo.gateway.commands import Commands
from iicharge_odoo.gateway.connection import Connection
from iicharge_odoo.gateway.journal import Journal
from iicharge_odoo.gateway.ports import CommandRecord
from iicharge_odoo.gateway.server import Server
from iicharge_odoo.gateway.version import OcppVersion
from iicharge_odoo.gateway.wire import Wire
from tests.gateway.fakes import Authorizer, CommandSource, ConnectionStore, Directory, JournalStore
from tests.gateway.harness import METER_VALUES, START, Running

from .attackers import NEIGHBOURS, records

OF_ONE_CHARGER = [
    *((Wire, name) for name in ("buffer_updated", "connection_lost", "eof_received", "send")),
    *((Wire, name) for name in ("_read_frames", "_feed", "_take", "_flush")),
    *((Connection, name) for name in ("frame_received", "lost", "resume", "_next", "_handle")),
    *((Connection, name) for name in ("_receive", "_journal_call", "_journal_entry")),
    *((Connection, name) for name in ("_prepare_unreadable", "_prepare_late_answer")),
    *((Connection, name) for name in ("_committed", "_answer_and_continue", "_send_answer")),
    *((Connection, name) for name in ("_take_answer", "_set_ready", "_handle_later", "call")),
]
OF_ALL = [
    *((Server, name) for name in ("open", "opened", "lost", "_mark_closed")),
    *((Server, name) for name in ("_check_alive", "_write_presence")),
    *((Journal, name) for name in ("submit", "_write", "_deliver", "record", "room")),
    *((Commands, name) for name in ("_send", "_record", "ready")),
    *((OcppVersion, name) for name in ("receive", "_refuse_action")),
    *(
        (Directory, "find"),
        (Authorizer, "decide"),
        (JournalStore, "write"),
        (CommandSource, "take"),
    ),
    *((ConnectionStore, name) for name in ("opened", "closed", "seen", "expire")),
]
FAULTS = 3
WITHIN_S = 20
SETTINGS = {
    "ping_interval_s": 0.5,
    "presence_interval_s": 0.1,
    "command_poll_s": 0.1,
    "call_timeout_s": 0.5,
}


class Fuse:
    """Raises in place of a method, a few times.

    :param of_one: only for charger 1
    """

    def __init__(self, monkeypatch, owner, name, of_one):
        self.left = FAULTS
        self.lit = False
        method = getattr(owner, name)

        def burn(instance):
            if self.lit and self.left and (not of_one or self._is_of_charger(instance)):
                self.left -= 1
                raise RuntimeError(f"injected into {name}")

        def fail(instance, *args, **kwargs):
            burn(instance)
            return method(instance, *args, **kwargs)

        async def fail_later(instance, *args, **kwargs):
            burn(instance)
            return await method(instance, *args, **kwargs)

        monkeypatch.setattr(owner, name, fail_later if iscoroutinefunction(method) else fail)

    @staticmethod
    def _is_of_charger(instance):
        connection = instance._connection if isinstance(instance, Wire) else instance
        return connection is not None and connection.charger_id == 1


async def be_answered(running, charger_id):
    """Send a message until it is answered, over new connections where one ends, as chargers do.

    :return: whether the first connection sufficed
    """
    is_first = True
    while True:
        with suppress(OSError, WebSocketException, TimeoutError):
            async with asyncio.timeout(2), running.client(f"cp-{charger_id}") as charger:
                if await charger.call("MeterValues", METER_VALUES) == {}:
                    return is_first
        is_first = False


async def misuse(running):
    """Do all that a charger can, over several connections; errors are expected."""
    for number in range(FAULTS + 2):
        with suppress(OSError, WebSocketException, TimeoutError):
            async with asyncio.timeout(1), running.client() as charger:
                command = CommandRecord(number, 1, "ClearCache", "{}")
                running.commands.put(command)
                await charger.send(json.dumps([2, "b", "BootNotification", {}]))
                await charger.send(json.dumps([2, "m", "MeterValues", METER_VALUES]))
                await charger.send(json.dumps([2, "s", "StartTransaction", START]))
                await charger.send(json.dumps([2, "a", "Unknown", {}]))
                await charger.send("[2")
                await charger.send(b"[3,1,{}]")
                await charger.send("[3,1,{}]")
                for _ in range(6):
                    message = await charger.receive()
                    if message[0] == 2:
                        await charger.send(json.dumps([3, message[1], {"status": "Accepted"}]))
                if number % 2:
                    charger.socket.transport.abort()


def run(check, fuse):
    async def start():
        async with asyncio.timeout(WITHIN_S), Running(*records(), settings=SETTINGS) as running:
            fuse.lit = True
            await check(running)

    asyncio.run(start())


@pytest.mark.parametrize(
    ("owner", "name", "of_one"),
    [(*place, True) for place in OF_ONE_CHARGER] + [(*place, False) for place in OF_ALL],
)
def test_exception_in_a_callback_leaves_the_other_chargers_answered(
    monkeypatch, owner, name, of_one
):
    async def check(running):
        neighbours = [be_answered(running, number) for number in NEIGHBOURS]
        _, *undisturbed = await asyncio.gather(misuse(running), *neighbours)
        assert all(undisturbed) or not of_one
        for number in (1, *NEIGHBOURS):
            await be_answered(running, number)
        while fuse.left == FAULTS:  # a periodic one
            await be_answered(running, 1)
        assert not running.has_ended

    fuse = Fuse(monkeypatch, owner, name, of_one)
    run(check, fuse)
