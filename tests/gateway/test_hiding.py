# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Secrets in messages of both directions: nothing of them is kept or logged."""

import dataclasses
import json
import logging

import pytest

from iicharge_odoo.gateway import hiding
from iicharge_odoo.gateway.hiding import HIDDEN, hide_secrets
from iicharge_odoo.gateway.ports import CommandRecord

from .harness import Running, in_loop, until

SECRET = "Sesame42Sesame42"
SIGNED = f"https://store.example/up?X-Amz-Expires=60&X-Amz-Signature={SECRET}"


def setting(name, value=SECRET):
    return {"key": name, "readonly": False, "value": value}


SETTINGS = [
    setting(name)
    for name in (
        "AuthorizationKey",
        "WifiPassword",
        "wifi.pwd",
        "Modem_APN_Password",
        "SimPIN",
        "FTP-Pass",
        "WPA_PSK",
        "ApiToken",
        "ClientSecret",
        "PrivateKey",
    )
]

CALLS = [
    ("ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET}),
    ("ChangeConfiguration", {"value": SECRET, "key": "WifiPassword"}),
    ("GetDiagnostics", {"location": f"ftp://hotel:{SECRET}@192.0.2.7/logs"}),
    ("UpdateFirmware", {"location": SIGNED, "retrieveDate": "2026-03-01T12:00:00Z"}),
    ("DataTransfer", {"vendorId": "V", "data": json.dumps({"wifi": {"password": SECRET}})}),
    ("DataTransfer", {"vendorId": "V", "data": f"ssid=hotel;password={SECRET}"}),
]

MESSAGES = [
    ("DataTransfer", {"vendorId": "V", "data": json.dumps([setting("ModemPassword")])}),
    ("DataTransfer", {"vendorId": "V", "data": f"uploaded to {SIGNED}"}),
    (
        "StatusNotification",
        {"connectorId": 1, "errorCode": "NoError", "status": "Available", "info": SIGNED},
    ),
    ("NoSuchAction", {"accessToken": SECRET}),
    ("Heartbeat", {"AuthorizationKey": SECRET}),
]


@in_loop
async def test_secrets_through_a_socket_are_neither_kept_nor_logged(caplog):
    caplog.set_level(logging.DEBUG, logger="iicharge_odoo")
    caplog.set_level(logging.DEBUG, logger="odoo.addons.iicharge_odoo")
    async with Running() as running, running.client() as charger:
        await charger.boot()
        for number, (action, payload) in enumerate(CALLS, 1):
            running.commands.put(CommandRecord(number, 1, action, json.dumps(payload)))
            _, message_id, _, sent = await charger.receive()
            assert sent == payload  # the charger gets it whole
            error = [4, message_id, "GenericError", f"password={SECRET}", setting("Pass")]
            answer = error if number == 1 else [3, message_id, {"status": "Rejected"}]
            await charger.send(json.dumps(answer))
            await until(lambda number=number: running.kept()[-1].command_id == number)
        running.commands.put(CommandRecord(99, 1, "GetConfiguration", "{}"))
        _, message_id, _, _ = await charger.receive()
        answer = {"configurationKey": [*SETTINGS, setting("HeartbeatInterval", "300")]}
        await charger.send(json.dumps([3, message_id, answer]))
        await until(lambda: running.kept("GetConfiguration"))
        await charger.send(json.dumps([3, message_id, answer]))  # again: to no open call
        for action, payload in MESSAGES:
            await charger.call(action, payload)
        await charger.send(f'[2,"x","ChangeConfiguration",{{"key":"Password","value":"{SECRET}"')
        await charger.receive()
        kept = json.dumps([dataclasses.asdict(entry) for entry in running.kept()], default=str)
    assert SECRET not in kept
    assert '\\"300\\"' in kept, "other settings are kept"
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        '{"connectorId":1, "meterValue":[{"sampledValue":[{"value":7.100000000000000000001}]}]}',
        '{"idTag":"04:A1","idToken":{"idToken":"04A1","type":"ISO14443"}}',
        '{"configurationKey":[{"key":"MeterPublicKey","readonly":true,"value":"04ab"}]}',
        '{"unknownKey":["Nothing"]}',
        '{"location":"https://host/path?mail=a@b"}',
        '{"key":"BypassMode","value":"1"}',
    ],
)
def test_text_without_secrets_is_kept_digit_by_digit(text):
    assert hide_secrets(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ftp://hotel:abc@192.0.2.7/logs", f"ftp://{HIDDEN}@192.0.2.7/logs"),
        ("https:\\/\\/hotel:abc@host", f"https:\\/\\/{HIDDEN}@host"),
        ("https://h/f?sv=1&sig=abc%3D&se=2", f"https://h/f?sv=1&sig={HIDDEN}&se=2"),
        ('{"data":"{\\"psk\\":\\"abc\\"}"}', '{"data":"{\\"psk\\":\\"' + HIDDEN + '\\"}"}'),
        ('{"variable":{"name":"BasicAuthPassword"},"attributeValue":"abc"}', None),
        ('{"\\u0070assword":"abc"}', '{"password":"' + HIDDEN + '"}'),
        ('{"data":"' + "[" * 1000 + "password=abc" + '"}', None),
    ],
)
def test_secret_is_replaced(text, kept):
    hidden = hide_secrets(text)
    assert "abc" not in hidden and HIDDEN in hidden
    if kept is not None:
        assert hidden == kept


def test_secrets_found_wherever_they_stand_in_a_long_text():
    line = "see ftp://user:hunter2@host/ or https://h/f?X-Sig=hunter2 with password: hunter2, "
    for before in (0, 8_100, 8_150, 8_180, 8_192, 16_370, 20_000):
        text = "x" * before + " " + line + "y" * 20_000
        assert "hunter2" not in hide_secrets(text)
        assert hide_secrets(text).endswith("y" * 20_000)


def test_long_text_hidden_as_in_pieces():
    line = 'a=1 "key":"Password","value":"hunter2" pwd=hunter2 ftp://u:hunter2@h nothing '
    assert hide_secrets(line * 1000) == hide_secrets(line) * 1000


def test_long_secret_hidden_whole():
    assert hide_secrets("password=" + "s" * 50_000 + " rest") == "password=(not kept) rest"


def test_digits_inside_a_name_hide_no_secret_from_the_next_message():
    for text in ("pa1ss=hunter2", "pass=hunter2", "p1a2ss=hunter2", "pass=hunter2", "1234=hunter2"):
        assert ("hunter2" in hide_secrets(text)) is not text.startswith("pass")


def test_many_kinds_of_messages_are_kept_in_bounded_number():
    for number in range(3000):
        hide_secrets("abcdefghij"[number % 10] * (number // 10 + 1))
    assert len(hiding._without_signs) <= hiding._MOST_FORMS
    assert hide_secrets("password=hunter2") == "password=(not kept)"
