# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import asyncio
import gc
import logging
import socket

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from iicharge_odoo.core.identity import hash_secret
from iicharge_odoo.gateway.addresses import read_networks
from iicharge_odoo.gateway.handshake import WrongPasswords
from iicharge_odoo.gateway.ports import TransientError
from iicharge_odoo.gateway.server import Server

from .fakes import Directory, make_record
from .harness import Running, basic, in_loop, until

SECRET = "a-long-random-secret"


def with_secret(**values):
    return make_record(secret_hash=hash_secret(SECRET), **values)


async def refusal(running, charger="cp-1", path="/ocpp/", **options):
    """Connect, expecting to be refused; give status, text and headers."""
    from websockets.asyncio.client import connect

    options.setdefault("subprotocols", ["ocpp1.6"])
    with pytest.raises(InvalidStatus) as caught:
        async with connect(running.url(charger, path), **options):
            pass
    response = caught.value.response
    return response.status_code, response.body.decode(), response.headers


@in_loop
async def test_known_charger_connects_and_is_online():
    async with Running() as running:
        async with running.client() as charger:
            assert charger.socket.subprotocol == "ocpp1.6"
            assert running.connections.rows[1] == [1, True, "127.0.0.1", "ocpp1.6"]
        await until(lambda: not running.connections.rows[1][1])


@pytest.mark.parametrize("path_part", ["CP-1", "cp-1/", "cp%2D1", "%20cp-1", "cp-1?x=1"])
@in_loop
async def test_identity_in_other_spelling_found(path_part):
    async with Running() as running, running.client(path_part) as charger:
        assert (await charger.boot())["status"] == "Accepted"


@in_loop
async def test_unknown_charger_answered_404_with_text():
    async with Running() as running:
        status, text, _ = await refusal(running, "unknown")
        assert status == 404 and "'unknown'" in text
        assert running.connections.rows == {}


@in_loop
async def test_unknown_charger_on_open_site_pending_with_its_secret():
    directory = Directory(open_to_new=True)
    async with Running(directory=directory) as running:
        headers = basic("new", "its-own-secret")
        async with running.client("NEW", additional_headers=headers) as charger:
            assert (await charger.boot())["status"] == "Pending"
        assert directory.registered == [("NEW", "its-own-secret", "127.0.0.1")]


@pytest.mark.parametrize(("path", "status"), [("/", 404), ("/other/", 404)])
@in_loop
async def test_path_of_something_else_answered_with_the_right_one(path, status):
    async with Running() as running:
        assert (await refusal(running, path=path))[:2] == (
            404,
            "Chargers connect to /ocpp/CHARGER_ID.\n",
        )


@pytest.mark.parametrize("charger", ["", "%FF", "x" * 200, "a%00b"])
@in_loop
async def test_unusable_identity_answered_400(charger):
    async with Running() as running:
        status, text, _ = await refusal(running, charger)
        assert status == 400 and text.startswith("charger id")


@in_loop
async def test_refused_charger_answered_403():
    async with Running(make_record(admission="refused")) as running:
        assert (await refusal(running))[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        None,
        basic("cp-1", "wrong"),
        basic("cp-2", SECRET),
        basic("", SECRET),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + "YQ=="},
        {"Authorization": f"Bearer {SECRET}"},
        basic("cp-1", b"\xff\xfe"),
    ],
)
@in_loop
async def test_wrong_password_answered_401(headers):
    async with Running(with_secret()) as running:
        status, text, answered = await refusal(running, additional_headers=headers)
        assert status == 401 and "password" in text
        assert answered["WWW-Authenticate"].startswith("Basic realm=")
        assert running.connections.rows == {}


@in_loop
async def test_right_password_connects():
    async with Running(with_secret()) as running:
        async with running.client(additional_headers=basic("CP-1", SECRET)) as charger:
            assert (await charger.boot())["status"] == "Accepted"


@in_loop
async def test_old_and_new_password_connect_until_the_new_one_has():
    new = "b" * 40
    async with Running(with_secret(next_secret_hash=hash_secret(new))) as running:
        for secret in (SECRET, SECRET, new, new):
            async with running.client(additional_headers=basic("cp-1", secret)):
                pass
        for secret in (SECRET, "wrong"):
            assert (await refusal(running, additional_headers=basic("cp-1", secret)))[0] == 401


@pytest.mark.parametrize("letters", [str.upper, str.lower])
@in_loop
async def test_key_set_as_hexadecimal_and_sent_as_bytes_connects(letters):
    key = bytes.fromhex("0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF")
    record = make_record(secret_hash=hash_secret(letters(key.hex())))
    async with Running(record) as running:
        async with running.client(additional_headers=basic("cp-1", key)):
            pass


@in_loop
async def test_many_wrong_passwords_answered_429_for_that_charger_only():
    records = [with_secret(), with_secret(id=2, identity="cp-2")]
    async with Running(*records, settings={"wrong_passwords": 3}) as running:
        wrong = basic("cp-1", "wrong")
        for _ in range(3):
            assert (await refusal(running, additional_headers=wrong))[0] == 401
        right = basic("cp-1", SECRET)
        status, _, headers = await refusal(running, additional_headers=right)
        assert status == 429 and headers["Retry-After"] == "60"
        async with running.client("cp-2", additional_headers=basic("cp-2", SECRET)):
            pass


@in_loop
async def test_charger_never_locked_out_by_others_at_its_address():
    record = with_secret(last_address="127.0.0.1")
    async with Running(record, settings={"wrong_passwords": 3}) as running:
        wrong = basic("cp-1", "wrong")
        answers = [(await refusal(running, additional_headers=wrong))[0] for _ in range(5)]
        assert answers == [401, 401, 401, 429, 429]
        async with running.client(additional_headers=basic("cp-1", SECRET)) as charger:
            assert (await charger.boot())["status"] == "Accepted"


@in_loop
async def test_guesses_from_elsewhere_bounded_also_for_the_right_password():
    record = with_secret(last_address="192.0.2.7")
    async with Running(record, settings={"wrong_passwords": 3}) as running:
        for _ in range(3):
            await refusal(running, additional_headers=basic("cp-1", "wrong"))
        right = basic("cp-1", SECRET)
        assert (await refusal(running, additional_headers=right))[0] == 429


def test_wrong_passwords_dropped_after_a_minute_and_in_number(monkeypatch):
    now = [0.0]
    counter = WrongPasswords(2, lambda: now[0])
    for _ in range(5):
        counter.add("a", "c")
    assert counter.too_many("a", "c")
    assert not counter.too_many("b", "c") and not counter.too_many("a", "d")
    now[0] = 60
    assert not counter.too_many("a", "c")
    monkeypatch.setattr("iicharge_odoo.gateway.handshake._REMEMBERED", 2)
    for charger in "cde":
        counter.add("a", charger)
        counter.add("a", charger)
    assert not counter.too_many("a", "c") and counter.too_many("a", "e")


@in_loop
async def test_secret_never_logged(caplog):
    caplog.set_level(logging.DEBUG)
    async with Running(with_secret()) as running:
        headers = basic("cp-1", "wrong-" + SECRET)
        # the client's own log shows what it sends
        logging.getLogger("websockets.client").setLevel(logging.WARNING)
        await refusal(running, additional_headers=headers)
        async with running.client(additional_headers=basic("cp-1", SECRET)) as charger:
            await charger.boot()
    assert SECRET not in caplog.text
    assert headers["Authorization"].split()[1] not in caplog.text
    assert "'cp-1' from 127.0.0.1: wrong user or password" in caplog.text


@in_loop
async def test_no_subprotocol_answered_400_unless_allowed_for_the_charger():
    records = [make_record(), make_record(2, "cp-2", assume_subprotocol=True)]
    async with Running(*records) as running:
        status, text, _ = await refusal(running, subprotocols=None)
        assert status == 400 and "ocpp1.6" in text
        async with running.client("cp-2", subprotocols=None) as charger:
            assert charger.socket.subprotocol is None
            assert (await charger.boot())["status"] == "Accepted"
        assert running.connections.rows[2][3] == ""


@in_loop
async def test_other_subprotocol_closed_right_after_the_handshake():
    async with Running() as running:
        async with running.client(subprotocols=["ocpp2.0.1"]) as charger:
            assert charger.socket.subprotocol is None
            with pytest.raises(ConnectionClosed):
                await charger.receive()
            assert charger.socket.close_code == 1002
        assert running.connections.rows == {}


@in_loop
async def test_version_pinned_overrides_what_is_negotiated():
    async with Running(make_record(ocpp_version="1.6")) as running:
        async with running.client(subprotocols=["ocpp2.0.1"]) as charger:
            assert charger.socket.subprotocol == "ocpp2.0.1"
            assert (await charger.boot())["status"] == "Accepted"


@in_loop
async def test_1_6_chosen_among_several_and_in_any_case():
    async with Running() as running:
        async with running.client(subprotocols=["ocpp2.0.1", "OCPP1.6"]) as charger:
            assert charger.socket.subprotocol == "OCPP1.6"


@pytest.mark.parametrize("trusted", [True, False])
@in_loop
async def test_forwarded_address_used_only_behind_a_trusted_proxy(trusted):
    proxies = read_networks("127.0.0.1" if trusted else "")
    async with Running(settings={"trusted_proxies": proxies}) as running:
        headers = {"X-Forwarded-For": "6.6.6.6, 10.1.2.3"}
        async with running.client(additional_headers=headers):
            address = running.connections.rows[1][2]
            assert address == ("10.1.2.3" if trusted else "127.0.0.1")


@pytest.mark.parametrize(
    ("error", "text"), [(TransientError("no database"), "waits"), (KeyError("x"), "failed")]
)
@in_loop
async def test_failing_store_answered_503(error, text, caplog):
    async with Running() as running:
        running.connections.failing = error
        assert (await refusal(running))[0] == 503
        running.connections.failing = None
        async with running.client():
            pass
    assert f"A handshake from 127.0.0.1 {text}" in caplog.text


async def raw(running, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", running.gateway.port)
    writer.write(data)
    try:
        return await reader.read()
    finally:
        writer.close()


@in_loop
async def test_plain_http_request_asked_to_upgrade():
    async with Running() as running:
        answer = await raw(running, b"GET /ocpp/cp-1 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 426 ")


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x03\x01\x02\x00\x01\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"x" * 20_000,
    ],
)
@in_loop
async def test_bytes_that_are_no_handshake_end_the_connection(data, caplog):
    async with Running() as running:
        try:
            answer = await raw(running, data)
        except ConnectionResetError:
            answer = b""
        assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
    assert caplog.text == ""


@in_loop
async def test_silent_connection_cut_off():
    async with Running(settings={"handshake_timeout_s": 0.05}) as running:
        try:
            assert await raw(running, b"GET /ocpp") == b""
        except ConnectionResetError:
            pass


@in_loop
async def test_balancer_is_told_whether_messages_can_be_stored():
    async def ask(running):
        reader, writer = await asyncio.open_connection("127.0.0.1", running.gateway.port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n")
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return answer.split(b"\r\n")[0]

    async with Running() as running:
        assert await ask(running) == b"HTTP/1.1 200 OK"
        running.gateway.journal.is_waiting = True
        assert await ask(running) == b"HTTP/1.1 503 Service Unavailable"
        assert running.connections.refusals == []


@in_loop
async def test_who_hangs_up_before_the_answer_leaves_no_error(caplog, monkeypatch):
    async with Running() as running:
        balancer = socket.create_connection(("127.0.0.1", running.gateway.port))
        is_asked = asyncio.Event()

        def hang_up(_server):
            balancer.close()
            is_asked.set()
            return True

        monkeypatch.setattr(Server, "is_healthy", hang_up)
        balancer.send(b"GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n")
        await asyncio.wait_for(is_asked.wait(), 5)
        await asyncio.sleep(0.1)
    gc.collect()
    assert caplog.text == ""
