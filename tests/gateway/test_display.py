# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What a charger's display is sent, and what a charger says of it, in OCPP 1.6."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from iicharge_odoo.core.rating.certain_prices import CertainPrices
from iicharge_odoo.gateway.display import DisplayFacts, DisplayText
from iicharge_odoo.gateway.hiding import HIDDEN, hide_secrets
from iicharge_odoo.gateway.v16 import VERSION, display

from .test_v16 import answer_of, ask, make_station

VENDOR = "org.openchargealliance.costmsg"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read_data(request, message):
    action, payload = request
    assert (action, payload["vendorId"], payload["messageId"]) == ("DataTransfer", VENDOR, message)
    return json.loads(payload["data"])


def test_price_of_a_guest_in_several_languages():
    text = DisplayText("0.45 per kWh", {"de": "0,45 € je kWh"})
    assert read_data(VERSION.prepare["show_price"]("04A1", text), "SetUserPrice") == {
        "idToken": "04A1",
        "priceText": "0.45 per kWh",
        "priceTextExtra": [{"format": "UTF8", "language": "de", "content": "0,45 € je kWh"}],
    }
    plain = VERSION.prepare["show_price"]("04A1", DisplayText("free"))
    assert read_data(plain, "SetUserPrice") == {"idToken": "04A1", "priceText": "free"}


def test_running_cost_with_what_a_charger_may_count_with():
    prices = CertainPrices(Decimal("0.495"), idle_per_hour=Decimal("6.60"), idle_grace_min=30)
    request = VERSION.prepare["show_running_cost"](
        "4711", AT, Decimal("1234567.6"), Decimal("3.30"), True, prices
    )
    assert read_data(request, "RunningCost") == {
        "transactionId": 4711,
        "timestamp": "2026-03-01T12:00:00.000Z",
        "meterValue": 1234568,
        "cost": 3.3,
        "state": "Idle",
        "chargingPrice": {"kWhPrice": 0.495},
        "idlePrice": {"graceMinutes": 30, "hourPrice": 6.6},
    }


def test_final_cost_has_a_code_where_there_is_an_address():
    text = DisplayText("10 kWh")
    bare = VERSION.prepare["show_final_cost"]("4711", Decimal("3.31"), text)
    assert read_data(bare, "FinalCost") == {
        "transactionId": 4711,
        "cost": 3.31,
        "priceText": "10 kWh",
    }
    address = "https://hotel.example/charge/my/abc"
    full = VERSION.prepare["show_final_cost"]("4711", Decimal("3.31"), text, address)
    assert read_data(full, "FinalCost")["qrCodeText"] == address


def test_address_of_a_receipt_is_not_kept():
    address = "https://hotel.example/charge/my/abc"
    _action, payload = VERSION.prepare["show_final_cost"](
        "4711", Decimal(1), DisplayText("x"), address
    )
    kept = json.loads(hide_secrets(json.dumps(payload)))
    assert json.loads(kept["data"])["qrCodeText"] == HIDDEN
    assert json.loads(kept["data"])["priceText"] == "x"


@pytest.mark.parametrize("text", ["0,45 € je kWh", "x" * 600, '"' * 400, "ä\n" * 300])
def test_default_price_fits_the_setting(text):
    _action, payload = VERSION.prepare["set_default_price"](text)
    assert payload["key"] == "DefaultPrice" and len(payload["value"]) <= display.MOST_VALUE
    shown = json.loads(payload["value"])["priceText"]
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))
    assert len(payload["value"]) > display.MOST_VALUE - 4 or shown == text


def answer(**settings):
    return {
        "configurationKey": [
            {"key": key, "readonly": True, "value": value} for key, value in settings.items()
        ]
    }


def test_charger_says_what_its_display_can():
    said = answer(
        customdisplaycostandprice="TRUE",
        NumberOfDecimalsForCostValues="3",
        CustomMultiLanguageMessages="true",
        SupportedLanguages="en, de-CH,",
        Language="en",
        DefaultPrice='{"priceText":"free"}',
    )
    assert VERSION.read_display(said) == DisplayFacts(
        True, 3, ("en", "de-CH"), "en", '{"priceText":"free"}'
    )


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"unknownKey": ["CustomDisplayCostAndPrice"]},
        answer(CustomDisplayCostAndPrice="false"),
        {"configurationKey": [None, {"key": "CustomDisplayCostAndPrice"}, {"value": 1}]},
        ["odd"],
        None,
    ],
)
def test_charger_without_a_display(said):
    assert VERSION.read_display(said) == DisplayFacts()


def test_odd_words_about_the_display_are_left_out():
    said = answer(
        CustomDisplayCostAndPrice="true",
        NumberOfDecimalsForCostValues="-1",
        SupportedLanguages="en,de",
    )
    assert VERSION.read_display(said) == DisplayFacts(True)
    assert VERSION.read_display(answer(NumberOfDecimalsForCostValues="99999")).decimals == 10


def test_message_of_another_vendor_has_no_name():
    assert VERSION.name_request("DataTransfer", {"vendorId": "x", "messageId": "FinalCost"}) is None
    assert VERSION.name_request("DataTransfer", {"vendorId": VENDOR, "messageId": "?"}) is None
    assert VERSION.name_request("GetConfiguration", {"key": ["x"]}) == "get_settings"


@pytest.mark.parametrize(
    ("message", "status"), [("ConnectorUnplugged", "Accepted"), ("RunningCost", "UnknownMessageId")]
)
def test_plug_pulled_after_the_stop_is_accepted_and_other_messages_are_not(message, status):
    call = {"vendorId": VENDOR, "messageId": message}
    decision = ask(make_station(), "DataTransfer", call)
    assert answer_of(decision) == {"status": status}
