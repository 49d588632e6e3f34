# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iicharge_odoo.gateway import frames
from iicharge_odoo.gateway.frames import Call, CallError, CallResult, Fault, Unreadable, decode


def test_call_decoded_keeps_payload_text():
    frame = decode(b'[2, "id-1", "MeterValues" , {"a": 7783.9030,"b":"x"} ]\n')
    assert isinstance(frame, Call)
    assert (frame.message_id, frame.message_id_json, frame.action) == (
        "id-1",
        '"id-1"',
        "MeterValues",
    )
    assert frame.payload_json == '{"a": 7783.9030,"b":"x"}'
    assert frame.payload == {"a": 7783.903, "b": "x"}


@pytest.mark.parametrize("message_id", ["{", "}", "a{b}c", "\\u007b", "\\u007d"])
def test_braces_in_the_message_id_are_not_the_payload(message_id):
    frame = decode(f'[2,"{message_id}","MeterValues",{{"a":"}}{{"}} ]'.encode())
    assert frame.payload_json == '{"a":"}{"}'


def test_null_payload_read_as_empty_object():
    frame = decode(b'[2,"1","Heartbeat",null]')
    assert (frame.payload, frame.payload_json) == ({}, "{}")
    assert decode(b'[3,"1",null]').payload_json == "{}"


@pytest.mark.parametrize("data", [b"", b"  ", b"\r\n"])
def test_empty_frame_ignored(data):
    assert decode(data) is None


def test_number_as_message_id_echoed_as_it_came():
    frame = decode(b'[2,17,"Heartbeat",{}]')
    assert (frame.message_id, frame.message_id_json) == ("17", "17")


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"hello",
        b'[2,"1","A",{}',
        b"\xff\xfe",
        b"[" * 5000,
        b'"text"',
        b"{}",
        b"[]",
        b'[2,null,"Heartbeat",{}]',
        b'[2,{"a":1},"Heartbeat",{}]',
        b"[2]",
        b'[2,"' + b"x" * 256 + b'","Heartbeat",{}]',
        b'[2,"1","A",{"x":NaN}]',
    ],
)
def test_unattributable_frame_answered_with_id_minus_one(data):
    frame = decode(data)
    assert isinstance(frame, Unreadable)
    assert (frame.fault, frame.message_id_json) == (Fault.MESSAGE, '"-1"')
    assert frame.raw == data


@pytest.mark.parametrize(
    "data",
    [
        b'[2,"7"]',
        b'[2,"7","Heartbeat"]',
        b'[2,"7","Heartbeat",{},1]',
        b'[2,"7",{"action":"Heartbeat"},{}]',
        b'[2,"7",5,{}]',
        b'[2,"7","' + b"A" * 65 + b'",{}]',
    ],
)
def test_malformed_call_with_id_answered_with_it(data):
    frame = decode(data)
    assert isinstance(frame, Unreadable)
    assert (frame.fault, frame.message_id_json) == (Fault.MESSAGE, '"7"')


@pytest.mark.parametrize("data", [b'[9,"7","A",{}]', b'["2","7","A",{}]', b"[null]", b"[[2]]"])
def test_unknown_message_type_recognised(data):
    frame = decode(data)
    assert isinstance(frame, Unreadable) and frame.fault is Fault.MESSAGE_TYPE


@pytest.mark.parametrize("data", [b'[3,"7"]', b"[3,null,{}]", b'[4,"7"]', b"[4]", b'[3,"7",{},1]'])
def test_malformed_answer_recognised(data):
    frame = decode(data)
    assert isinstance(frame, Unreadable) and frame.fault is Fault.ANSWER


def test_answers_decoded():
    assert decode(b'[3, "a,\\"b", {"status" : "Accepted"}]') == CallResult(
        'a,"b', {"status": "Accepted"}, '{"status" : "Accepted"}'
    )
    assert decode(b'[4,"1","NotSupported","no",{"x":1}]') == CallError(
        "1", "NotSupported", '["NotSupported","no",{"x":1}]'
    )
    assert decode(b'[4,"1","NotSupported"]').error_json == '["NotSupported","",{}]'


def test_answers_encoded_as_the_protocol_has_them():
    assert json.loads(frames.encode_result('"a\\"b"', '{"x":1}')) == [3, 'a"b', {"x": 1}]
    error = frames.error_answer("GenericError", "x" * 300)
    assert json.loads(frames.encode_error("17", error)) == [4, 17, "GenericError", "x" * 255, {}]
    assert json.loads(frames.encode_call("id", "Reset", '{"type":"Soft"}')) == [
        2,
        "id",
        "Reset",
        {"type": "Soft"},
    ]


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(st.text(max_size=36), st.text(max_size=30), st.dictionaries(st.text(), _json))
def test_any_call_decoded_as_it_was_written(message_id, action, payload):
    for text in (
        json.dumps([2, message_id, action, payload], ensure_ascii=False),
        json.dumps([2, message_id, action, payload], indent=1),
    ):
        try:
            data = text.encode()
        except UnicodeEncodeError:
            continue
        frame = decode(data)
        if isinstance(frame, Unreadable):  # lone surrogates are not text
            assert "\\ud" in text
            continue
        assert json.loads(frame.payload_json) == frame.payload == payload
        assert json.loads(frame.message_id_json) == frame.message_id == message_id
        assert frame.action == action


@given(st.binary(max_size=60) | st.lists(_json, max_size=5).map(lambda x: json.dumps(x).encode()))
def test_any_bytes_decoded_without_exception(data):
    decode(data)
