# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import asyncio
import inspect
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from iicharge_odoo.core.rating.certain_prices import CertainPrices
from iicharge_odoo.gateway import authorization, frames
from iicharge_odoo.gateway.display import DisplayText
from iicharge_odoo.gateway.handling import Station
from iicharge_odoo.gateway.ports import TokenDecision
from iicharge_odoo.gateway.v16 import VERSION
from iicharge_odoo.gateway.version import REQUESTS

from .fakes import Authorizer, Clock, Directory, make_record


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(authorization, "_PAUSES_S", (0, 0))


def make_station(admission="accepted", authorizer=None, **values):
    record = make_record(admission=admission)
    return Station(record, Directory(record), authorizer or Authorizer(), Clock(), **values)


def ask(station, action, payload):
    call = frames.decode(json.dumps([2, "id-1", action, payload]).encode())

    async def decide():
        decision = VERSION.receive(station, call)
        return await decision if inspect.isawaitable(decision) else decision

    return asyncio.run(decide())


def answer_of(decision):
    return json.loads(decision.answer)


METER_VALUES = {
    "connectorId": 1,
    "transactionId": 5,
    "meterValue": [
        {"timestamp": "2026-03-01T12:00:00Z", "sampledValue": [{"value": "1", "unit": "Wh"}]}
    ],
}
STOP = {"transactionId": 5, "meterStop": 100, "timestamp": "2026-03-01T12:00:00Z"}
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": "2026-03-01T12:00:00Z"}
BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}


@pytest.mark.parametrize(
    ("admission", "status", "interval"),
    [("accepted", "Accepted", 300), ("pending", "Pending", 60), ("refused", "Rejected", 60)],
)
def test_boot_answered_by_admission(admission, status, interval):
    decision = ask(make_station(admission), "BootNotification", BOOT)
    assert answer_of(decision) == {
        "status": status,
        "currentTime": "2026-03-01T12:00:00.123Z",
        "interval": interval,
    }
    assert (decision.state, decision.journalled) == ("new", True)


def test_boot_after_acceptance_accepted_without_reconnect():
    station = make_station("pending")
    station.directory.records["cp-1"] = make_record(admission="accepted")
    assert answer_of(ask(station, "BootNotification", BOOT))["status"] == "Accepted"
    assert station.accepted


def test_boot_of_deleted_charger_rejected():
    station = make_station()
    station.directory.records.clear()
    assert answer_of(ask(station, "BootNotification", BOOT))["status"] == "Rejected"


def test_boot_lacking_fields_accepted_and_noted():
    decision = ask(make_station(), "BootNotification", {"chargePointVendor": "V" * 30})
    assert answer_of(decision)["status"] == "Accepted"
    assert "chargePointModel" in decision.reason and "longer than 20" in decision.reason


def test_heartbeat_answered_without_journal():
    decision = ask(make_station(), "Heartbeat", {})
    assert answer_of(decision) == {"currentTime": "2026-03-01T12:00:00.123Z"}
    assert not decision.journalled


@pytest.mark.parametrize("status", ["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"])
def test_authorize_answers_what_was_decided(status):
    authorizer = Authorizer(TAG=TokenDecision(status, Clock().now, "PARENT"))
    decision = ask(make_station(authorizer=authorizer), "Authorize", {"idTag": "TAG"})
    assert answer_of(decision)["idTagInfo"] == {
        "status": status,
        "expiryDate": "2026-03-01T12:00:00.123Z",
        "parentIdTag": "PARENT",
    }
    assert authorizer.asked == [(1, None, "TAG")]


def test_authorize_passes_the_raw_tag_of_any_length():
    authorizer = Authorizer()
    decision = ask(make_station(authorizer=authorizer), "Authorize", {"idTag": " F6 CA 0C C5" * 3})
    assert answer_of(decision)["idTagInfo"]["status"] == "Invalid"
    assert authorizer.asked == [(1, None, " F6 CA 0C C5" * 3)]
    assert "idTag" in decision.reason


def test_decision_failing_once_retried():
    authorizer = Authorizer()
    authorizer.failures = 2
    decision = ask(make_station(authorizer=authorizer), "Authorize", {"idTag": "TAG"})
    assert answer_of(decision)["idTagInfo"]["status"] == "Accepted"


@pytest.mark.parametrize(
    ("action", "payload", "what"),
    [
        ("Authorize", {"idTag": "T"}, "the authorization failed"),
        ("StartTransaction", START, "the authorization of a start failed"),
    ],
)
def test_decision_failing_for_good_answered_internal_error_and_kept(action, payload, what, caplog):
    authorizer = Authorizer()
    authorizer.failures = 99
    decision = ask(make_station(authorizer=authorizer), action, payload)
    assert (decision.error_code, decision.state, decision.key) == ("InternalError", "kept", None)
    assert f"Charger 1: {what}" in caplog.text


@pytest.mark.parametrize("token_id", [None, 9])
def test_start_is_journalled_with_the_token_that_was_decided_on(token_id):
    authorizer = Authorizer(TAG=TokenDecision("Accepted", token_id=token_id))
    decision = ask(make_station(authorizer=authorizer), "StartTransaction", START)
    assert decision.token_id == token_id


def test_start_answers_the_group_of_the_token():
    authorizer = Authorizer(TAG=TokenDecision("Accepted", parent_id_tag="FLEET"))
    decision = ask(make_station(authorizer=authorizer), "StartTransaction", START)
    assert json.loads(decision.complete(1))["idTagInfo"]["parentIdTag"] == "FLEET"


def test_group_too_long_for_the_version_is_left_out():
    authorizer = Authorizer(TAG=TokenDecision("Accepted", parent_id_tag="G" * 21))
    decision = ask(make_station(authorizer=authorizer), "Authorize", {"idTag": "TAG"})
    assert answer_of(decision)["idTagInfo"] == {"status": "Accepted"}


@pytest.mark.parametrize(
    ("group", "sent"),
    [("stay-5", {"parentIdTag": "stay-5"}), (None, {}), ("", {}), ("G" * 21, {})],
)
def test_reservation_is_for_the_group_of_the_token_as_far_as_the_version_can_name_it(group, sent):
    until = datetime(2026, 3, 1, 12, tzinfo=UTC)
    action, payload = VERSION.prepare["reserve"](1, "TAG", 7, until, group)
    assert action == "ReserveNow"
    assert payload == {
        "connectorId": 1,
        "expiryDate": "2026-03-01T12:00:00.000Z",
        "idTag": "TAG",
        "reservationId": 7,
        **sent,
    }


def test_start_gets_transaction_id_of_the_journal():
    decision = ask(make_station(), "StartTransaction", START)
    assert decision.key.startswith("start:")
    assert json.loads(decision.complete(77)) == {
        "transactionId": 77,
        "idTagInfo": {"status": "Accepted"},
    }


def test_rejected_start_still_gets_transaction_id():
    decision = ask(make_station(), "StartTransaction", START | {"idTag": "OTHER"})
    assert json.loads(decision.complete(78)) == {
        "transactionId": 78,
        "idTagInfo": {"status": "Invalid"},
    }


@pytest.mark.parametrize("admission", ["pending", "refused"])
def test_start_of_charger_not_accepted_answered_invalid_without_asking(admission):
    authorizer = Authorizer()
    decision = ask(make_station(admission, authorizer), "StartTransaction", START)
    assert json.loads(decision.complete(1))["idTagInfo"]["status"] == "Invalid"
    assert authorizer.asked == []


def test_start_after_acceptance_is_decided_on_without_boot_or_reconnect():
    station = make_station("pending")
    station.directory.records["cp-1"] = make_record(admission="accepted")
    decision = ask(station, "StartTransaction", START)
    assert json.loads(decision.complete(1))["idTagInfo"]["status"] == "Accepted"


def test_start_key_same_for_a_repeat_and_other_for_another_start():
    keys = {
        ask(make_station(), "StartTransaction", START | change).key
        for change in ({}, {"idTag": " tag"}, {"reservationId": 0}, {"meterStart": 1})
    }
    assert len(keys) == 2


def test_start_without_timestamp_and_register_accepted():
    decision = ask(make_station(), "StartTransaction", {"connectorId": 1, "idTag": "TAG"})
    assert json.loads(decision.complete(1))["idTagInfo"]["status"] == "Accepted"
    assert "timestamp" in decision.reason


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"connectorId": 1}, "ProtocolError"),
        ({"idTag": "TAG"}, "ProtocolError"),
        ({"connectorId": "one", "idTag": "TAG"}, "TypeConstraintViolation"),
        ({"connectorId": 1, "idTag": None}, "TypeConstraintViolation"),
        ([], "FormationViolation"),
        ("text", "FormationViolation"),
    ],
)
def test_unreadable_start_refused_and_kept(payload, code):
    decision = ask(make_station(), "StartTransaction", payload)
    assert (decision.error_code, decision.state) == (code, "kept")
    assert answer_of(decision)[0] == code


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("StopTransaction", STOP),
        ("StopTransaction", STOP | {"transactionId": 0}),
        ("StopTransaction", STOP | {"transactionId": -1, "meterStop": -1}),
        ("StopTransaction", STOP | {"idTag": "x" * 40}),
        ("StopTransaction", STOP | {"reason": "Unheard"}),
        ("StopTransaction", STOP | {"meterStop": 100.5}),
        ("StopTransaction", STOP | {"meterStop": "100"}),
        ("StopTransaction", STOP | {"transactionData": None}),
        ("StopTransaction", {}),
        ("MeterValues", METER_VALUES),
        ("MeterValues", {"meterValue": "nothing"}),
        ("MeterValues", METER_VALUES | {"transactionId": None}),
        (
            "MeterValues",
            {
                "connectorId": 1,
                "meterValue": [
                    {
                        "timestamp": "yesterday",
                        "sampledValue": [{"value": "", "unit": "Hz", "context": "Now"}],
                    }
                ],
            },
        ),
        ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Error"}),
        ("StatusNotification", {}),
        ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"}),
    ],
)
@pytest.mark.parametrize("admission", ["accepted", "pending"])
def test_report_with_any_content_confirmed_and_applied(action, payload, admission):
    decision = ask(make_station(admission), action, payload)
    assert answer_of(decision) == {}
    assert (decision.error_code, decision.state) == (None, "new")


def test_departure_from_the_schema_noted_with_its_field():
    decision = ask(make_station(), "StopTransaction", STOP | {"meterStop": 100.5, "reason": "X"})
    assert "meterStop: 100.5" in decision.reason
    assert ask(make_station(), "StopTransaction", STOP).reason is None


@pytest.mark.parametrize("unit", ["Celcius", "Celsius"])
def test_both_spellings_of_celsius_known(unit):
    payload = json.loads(json.dumps(METER_VALUES).replace("Wh", unit))
    assert ask(make_station(), "MeterValues", payload).reason is None


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("FirmwareStatusNotification", {"status": "Installed"}),
        ("DiagnosticsStatusNotification", {"status": "Idle"}),
        ("SecurityEventNotification", {"type": "x", "timestamp": "2026-03-01T12:00:00Z"}),
        ("LogStatusNotification", {"status": "Idle"}),
        ("SignedFirmwareStatusNotification", {"status": "Idle"}),
    ],
)
def test_evidence_confirmed_and_kept(action, payload):
    decision = ask(make_station(), action, payload)
    assert (answer_of(decision), decision.state, decision.reason) == ({}, "kept", None)


def test_certificate_request_rejected():
    assert answer_of(ask(make_station(), "SignCertificate", {"csr": "x"})) == {"status": "Rejected"}


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("Fly", "NotImplemented"),
        ("heartbeat", "NotImplemented"),
        ("AuthorizeResponse", "NotImplemented"),
        ("../../x", "NotImplemented"),
        ("RecordOnly", "NotImplemented"),
        ("Reset", "NotSupported"),
        ("RemoteStartTransaction", "NotSupported"),
    ],
)
def test_action_that_is_not_for_us_refused_and_kept(action, code):
    decision = ask(make_station(), action, {})
    assert (decision.error_code, decision.state) == (code, "kept")


def test_data_transfer_of_unknown_vendor():
    decision = ask(make_station(), "DataTransfer", {"vendorId": "v", "data": "x"})
    assert answer_of(decision) == {"status": "UnknownVendorId"}


def test_data_transfer_without_vendor_refused():
    assert ask(make_station(), "DataTransfer", {"data": "x"}).error_code == "ProtocolError"


def test_data_transfer_answered_by_registered_vendor():
    async def handler(record, payload):
        return {"status": "Accepted", "data": f"{record.identity} {payload['data']}"}

    station = make_station(vendors={"v": handler})
    decision = ask(station, "DataTransfer", {"vendorId": "v", "data": "x"})
    assert answer_of(decision) == {"status": "Accepted", "data": "cp-1 x"}


def test_data_transfer_whose_handler_fails_rejected(caplog):
    async def handler(record, payload):
        raise KeyError("x")

    decision = ask(make_station(vendors={"v": handler}), "DataTransfer", {"vendorId": "v"})
    assert answer_of(decision) == {"status": "Rejected"}
    assert "vendor's handler failed" in caplog.text


def test_every_outgoing_action_has_schemas():
    assert VERSION.outgoing <= VERSION.schemas.requests.keys()
    assert VERSION.outgoing <= VERSION.schemas.responses.keys()


def test_every_handler_has_a_schema():
    assert VERSION.handlers.keys() <= VERSION.schemas.requests.keys()


VALUES = {
    "connector": 1,
    "id_tag": "TAG",
    "transaction_id": "4711",
    "operative": False,
    "reservation_id": 9,
    "expires_at": Clock().now,
    "group_id": "stay-5",
    "secret": "0123456789abcdef",
    "measurands": "Energy.Active.Import.Register,SoC",
    "message": "BootNotification",
    "key": "HeartbeatInterval",
    "value": "60",
    "text": DisplayText("0.45 per kWh", {"de": "0,45 je kWh"}),
    "at": Clock().now,
    "register_wh": Decimal("1234567.8"),
    "cost": Decimal("3.31"),
    "is_idle": False,
    "prices": CertainPrices(per_kwh=Decimal("0.45")),
    "address": "https://hotel.example/charge/my/abc",
}


@pytest.mark.parametrize("name", REQUESTS)
def test_request_is_a_valid_call_and_keeps_its_name(name):
    action, payload = VERSION.prepare[name](**{key: VALUES[key] for key in REQUESTS[name]})
    assert action in VERSION.outgoing
    assert VERSION.schemas.list_violations(VERSION.schemas.requests[action], payload) == []
    assert VERSION.name_request(action, payload) == name


def test_call_without_a_name_of_its_own():
    assert VERSION.name_request("ClearCache", {}) is None
    assert VERSION.name_request("Reset", ["odd"]) == "restart_at_once"
