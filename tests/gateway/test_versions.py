# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A connection uses the version that was agreed on at its handshake, and no other."""

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest

from iicharge_odoo import gateway
from iicharge_odoo.gateway import handshake, v16, versions
from iicharge_odoo.gateway.frames import Fault
from iicharge_odoo.gateway.handling import Decision, Handler
from iicharge_odoo.gateway.ports import CommandRecord

from .fakes import make_record
from .harness import Running, in_loop, until

FOLDER = Path(gateway.__file__).parent
NEUTRAL = sorted(path for path in FOLDER.glob("*.py") if path.name != "versions.py")


class ClearCache(Handler):
    """A call that only a central system may send in 1.6."""

    @classmethod
    def decide(cls, station, call):
        return Decision('{"other":true}')


OTHER = replace(
    v16.VERSION,
    name="other",
    subprotocol="ocppother",
    faults={Fault.MESSAGE: "RpcFrameworkError", Fault.MESSAGE_TYPE: "MessageTypeNotSupported"},
    handlers={"ClearCache": ClearCache},
    outgoing=frozenset({"Heartbeat"}),
)


@pytest.fixture(autouse=True)
def other_version(monkeypatch):
    for known, key in ((handshake.VERSIONS, "name"), (handshake.BY_SUBPROTOCOL, "subprotocol")):
        monkeypatch.setitem(known, getattr(OTHER, key), OTHER)


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.name for alias in node.names)
            yield from (getattr(node, "module", None) or "").split(".")


@pytest.mark.parametrize("path", NEUTRAL, ids=lambda path: path.stem)
def test_neutral_file_imports_no_version(path):
    assert [name for name in imported(path) if name.startswith(("v1", "v2"))] == []


@pytest.mark.parametrize(
    ("offered", "pinned", "agreed", "spoken"),
    [
        (["ocpp1.6"], None, "ocpp1.6", "1.6"),
        (["ocppother", "ocpp1.6"], None, "ocppother", "other"),
        (["ocpp2.0.1", "OCPPother"], None, "OCPPother", "other"),
        (["ocpp1.6", "ocppother"], "other", "ocppother", "other"),
        (["ocpp1.6"], "other", "ocpp1.6", "other"),
        (["ocppother"], "1.6", "ocppother", "1.6"),
    ],
)
@in_loop
async def test_version_agreed_at_the_handshake(offered, pinned, agreed, spoken):
    async with Running(make_record(ocpp_version=pinned)) as running:
        async with running.client(subprotocols=offered) as charger:
            assert charger.socket.subprotocol == agreed
            await charger.call("ClearCache", {})
    assert [entry.ocpp_version for entry in running.kept()] == [spoken]


@in_loop
async def test_each_connection_answers_in_its_own_version():
    async with Running(make_record(), make_record(2, "cp-2")) as running:
        async with (
            running.client() as first,
            running.client("cp-2", subprotocols=["ocppother"]) as second,
        ):
            assert (await first.call("ClearCache", {}))[2] == "NotSupported"
            assert await second.call("ClearCache", {}) == {"other": True}
            assert (await second.call("BootNotification", {}))[2] == "NotSupported"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'[2,"7","ClearCache"]', "RpcFrameworkError"),
        (b'[9,"7","ClearCache",{}]', "MessageTypeNotSupported"),
    ],
)
@in_loop
async def test_unreadable_message_answered_with_the_code_of_the_version(data, code):
    async with Running() as running, running.client(subprotocols=["ocppother"]) as charger:
        await charger.send(data.decode())
        assert (await charger.receive())[2] == code
    assert [entry.error_code for entry in running.kept()] == [code]


@in_loop
async def test_command_checked_by_the_version_of_the_connection():
    settings = {"boot_backstop_s": 0.02}
    async with Running(settings=settings) as running:
        async with running.client(subprotocols=["ocppother"]) as charger:
            running.commands.put(CommandRecord(1, 1, "Reset", '{"type":"Soft"}'))
            await until(lambda: running.kept("Reset"))
            (entry,) = running.kept("Reset")
            assert (entry.error_code, entry.ocpp_version) == ("NotSupported", "other")
            assert "OCPP other" in entry.reason
            running.commands.put(CommandRecord(2, 1, "Heartbeat", "{}"))
            assert (await charger.receive())[2] == "Heartbeat"


@in_loop
async def test_journal_names_the_version_of_a_late_answer():
    async with Running() as running, running.client(subprotocols=["ocppother"]) as charger:
        await charger.send(json.dumps([3, "unknown", {}]))
        await until(running.kept)
    assert [entry.ocpp_version for entry in running.kept()] == ["other"]


@pytest.mark.parametrize(
    ("pinned", "subprotocol", "name"),
    [
        (None, None, "1.6"),
        (False, "OCPPother", "other"),
        ("1.6", "ocppother", "1.6"),
        ("other", "ocpp1.6", "other"),
        (None, "ocpp9", "1.6"),
    ],
)
def test_version_of_a_charger_found(pinned, subprotocol, name):
    assert versions.find(pinned, subprotocol).name == name
