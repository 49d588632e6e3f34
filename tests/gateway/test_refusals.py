# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a technician is shown of connections that were refused."""

import asyncio
from dataclasses import astuple, replace
from datetime import UTC, datetime

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from iicharge_odoo.core.identity import hash_secret
from iicharge_odoo.gateway.ports import Refused
from iicharge_odoo.gateway.refusals import MOST, Refusals
from iicharge_odoo.gateway.takeovers import Takeovers

from .fakes import ConnectionStore, make_record
from .harness import METER_VALUES, Running, basic, in_loop, until

SECRET = "a-long-random-secret"
SOON = {"presence_interval_s": 0.02}
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def refuse(running, target="/ocpp/CP-1", **options):
    options.setdefault("subprotocols", ["ocpp1.6"])
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with connect(f"ws://127.0.0.1:{running.gateway.port}{target}", **options) as one:
            await one.recv()


@pytest.mark.parametrize(
    ("values", "target", "options", "seen"),
    [
        ({}, "/ocpp/Unknown-9", {}, ("Unknown-9", "unknown", "")),
        ({}, "/other/cp-1", {}, ("", "other_path", "/other/cp-1")),
        ({}, "/ocpp/%FF", {}, ("", "bad_identity", "/ocpp/%FF")),
        ({}, "/ocpp/CP-1", {"subprotocols": None}, ("CP-1", "no_version", "")),
        ({}, "/ocpp/CP-1", {"subprotocols": ["ocpp2.0.1"]}, ("CP-1", "other_version", "ocpp2.0.1")),
        ({"admission": "refused"}, "/ocpp/cp-1", {}, ("cp-1", "refused", "")),
        ({"secret_hash": "x"}, "/ocpp/cp-1", {}, ("cp-1", "no_password", "")),
        (
            {"secret_hash": hash_secret(SECRET)},
            "/ocpp/cp-1",
            {"additional_headers": basic("cp-1", "wrong")},
            ("cp-1", "wrong_password", ""),
        ),
    ],
)
@in_loop
async def test_refusal_kept_with_identity_reason_and_address(values, target, options, seen):
    async with Running(make_record(**values), settings=SOON) as running:
        await refuse(running, target, **options)
        await until(lambda: running.connections.refusals)
        (refused,) = running.connections.refusals
        assert (refused.identity, refused.reason, refused.detail) == seen
        assert (refused.address, refused.count) == ("127.0.0.1", 1)


@in_loop
async def test_many_wrong_passwords_kept_with_their_number():
    record = make_record(secret_hash=hash_secret(SECRET))
    async with Running(record, settings={"wrong_passwords": 2, **SOON}) as running:
        for _ in range(6):
            await refuse(running, additional_headers=basic("cp-1", "wrong"))
        counts = {"wrong_password": 2, "many_passwords": 4}

        def count(reason):
            return sum(r.count for r in running.connections.refusals if r.reason == reason)

        await until(lambda: {reason: count(reason) for reason in counts} == counts)


@in_loop
async def test_tls_on_the_plain_port_answered_at_once_and_kept():
    async with Running(settings={"handshake_timeout_s": 60, **SOON}) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.gateway.port)
        writer.write(bytes.fromhex("1603010200010001fc0303") + b"x" * 100)
        answer = await asyncio.wait_for(reader.read(), 1)
        writer.close()
        # a fatal alert: handshake failure
        assert answer == bytes.fromhex("15030100020228")
        await until(lambda: running.connections.refusals)
        assert running.connections.refusals[0].reason == "tls"


def refused(number=1, **values):
    return replace(Refused(f"CP-{number}", "unknown", "192.0.2.1", NOW), **values)


@in_loop
async def test_refusals_written_once_for_each_kind_and_in_bounded_number():
    store = ConnectionStore()
    refusals = Refusals(store)
    for number in range(1000):
        refusals.add(refused(number))
    refusals.add(refused(1, identity="cp-1", address="192.0.2.2"))
    await refusals.write()
    assert len(store.refusals) == MOST
    assert refused(1, identity="cp-1", address="192.0.2.2", count=2) in store.refusals
    await refusals.write()
    assert len(store.refusals) == MOST


@in_loop
async def test_refusals_that_cannot_be_written_are_written_later():
    store = ConnectionStore()
    refusals = Refusals(store)

    async def fail(written):
        refusals.add(refused(1))
        raise ConnectionError("no database")

    works, store.refused = store.refused, fail
    refusals.add(refused(1))
    refusals.add(refused(2))
    with pytest.raises(ConnectionError):
        await refusals.write()
    store.refused = works
    await refusals.write()
    assert sorted(map(astuple, store.refusals)) == sorted(
        map(astuple, [refused(1, count=2), refused(2)])
    )


@pytest.mark.parametrize(
    "target", ["/OCPP/cp-1", "//ocpp//cp-1", "/ocpp/cp-1//", "/Ocpp//CP-1?x=1"]
)
@in_loop
async def test_path_in_other_spelling_let_in(target):
    async with Running() as running:
        url = f"ws://127.0.0.1:{running.gateway.port}{target}"
        async with connect(url, subprotocols=["ocpp1.6"]):
            assert running.connections.rows[1][1]


@pytest.mark.parametrize("value", ["", " ", ","])
@in_loop
async def test_empty_subprotocol_header_let_in(value):
    async with Running() as running:
        headers = {"Sec-WebSocket-Protocol": value}
        async with running.client(subprotocols=None, additional_headers=headers) as charger:
            assert charger.socket.subprotocol is None
            assert (await charger.boot())["status"] == "Accepted"
        assert running.connections.rows[1][3] == ""


class TwoDevices:
    """Two devices with one identity, each of which connects again when it was thrown out."""

    def __init__(self, running):
        self.running = running
        self.connections = self.refused = 0

    async def be_one(self, until_s):
        loop = asyncio.get_running_loop()
        while loop.time() < until_s:
            try:
                async with self.running.client() as charger:
                    self.connections += 1
                    while loop.time() < until_s:
                        await charger.call("MeterValues", METER_VALUES)
                        await asyncio.sleep(0.02)
            except InvalidStatus as error:
                assert error.response.status_code == 429
                self.refused += 1
                await asyncio.sleep(0.05)
            except ConnectionClosed:
                await asyncio.sleep(0.01)


@in_loop
async def test_two_devices_of_one_identity_damped_and_named():
    async with Running(settings=SOON) as running:
        devices = TwoDevices(running)
        ends_at = asyncio.get_running_loop().time() + 1.5
        await asyncio.gather(devices.be_one(ends_at), devices.be_one(ends_at))
        assert devices.connections <= 5 and devices.refused > 5
        named = [one for one in running.connections.refusals if one.reason == "two_devices"]
        assert named and named[0].detail == "127.0.0.1, 127.0.0.1"


@in_loop
async def test_charger_that_reconnects_often_is_let_in_when_its_old_socket_is_dead():
    async with Running() as running:
        for _ in range(6):
            reader, writer = await asyncio.open_connection("127.0.0.1", running.gateway.port)
            writer.write(
                b"GET /ocpp/cp-1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                b"Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
            )
            # it answers no ping
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")


def test_takeovers_are_rapid_within_a_minute_only():
    now = [0.0]
    takeovers = Takeovers(lambda: now[0])
    for at in (0, 30, 50):
        assert not takeovers.are_rapid(1)
        now[0] = at
        takeovers.add(1)
    assert takeovers.are_rapid(1) and not takeovers.are_rapid(2)
    now[0] = 60
    assert not takeovers.are_rapid(1)
