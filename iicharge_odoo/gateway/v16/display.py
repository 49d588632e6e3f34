# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Show prices and costs on a charger's own display in OCPP 1.6.

Open Charge Alliance, *OCPP & California Pricing Requirements*, section 3: DataTransfer with a JSON
text as `data`, and keys of the configuration.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import orjson

from ...core.rating.certain_prices import CertainPrices
from ..actions import format_time
from ..display import DisplayFacts, DisplayText
from ..version import Request

VENDOR = "org.openchargealliance.costmsg"
UNPLUGGED = "ConnectorUnplugged"
"""Sent by a charger with an idle fee after the stop (`CustomIdleFeeAfterStop`)."""
DEFAULT_PRICE = "DefaultPrice"
_SUPPORTED = "CustomDisplayCostAndPrice"
_DECIMALS = "NumberOfDecimalsForCostValues"
_MANY_LANGUAGES = "CustomMultiLanguageMessages"
_LANGUAGES = "SupportedLanguages"
_LANGUAGE = "Language"
_KEYS = (_SUPPORTED, _DECIMALS, _MANY_LANGUAGES, _LANGUAGES, _LANGUAGE, DEFAULT_PRICE)
_MOST_DECIMALS = 10
MOST_VALUE = 500
"""Characters of a configuration's value (CiString500Type)."""
_NAMES = {
    "SetUserPrice": "show_price",
    "RunningCost": "show_running_cost",
    "FinalCost": "show_final_cost",
}


def name_transfer(payload: object) -> str | None:
    """Return the name of a DataTransfer's request; None: it is of another vendor."""
    if not isinstance(payload, Mapping) or payload.get("vendorId") != VENDOR:
        return None
    return _NAMES.get(str(payload.get("messageId")))


def is_display_question(payload: object) -> bool:
    """Check whether a GetConfiguration asks what the display can."""
    keys = payload.get("key") if isinstance(payload, Mapping) else None
    return isinstance(keys, list) and _SUPPORTED in keys


def read_display(answer: object) -> DisplayFacts:
    """Read an answer to `ask_display`; keys are written in any case (section 9)."""
    listed = answer.get("configurationKey") if isinstance(answer, Mapping) else None
    found = {
        str(each.get("key")).casefold(): each["value"].strip()
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, Mapping) and isinstance(each.get("value"), str)
    }

    def get(key: str) -> str:
        return found.get(key.casefold(), "")

    digits = get(_DECIMALS)
    is_count = digits.isascii() and digits.isdigit()
    languages = [tag.strip() for tag in get(_LANGUAGES).split(",") if tag.strip()]
    return DisplayFacts(
        is_supported=get(_SUPPORTED).casefold() == "true",
        decimals=min(int(digits), _MOST_DECIMALS) if is_count else None,
        languages=tuple(languages) if get(_MANY_LANGUAGES).casefold() == "true" else (),
        language=get(_LANGUAGE),
        default_price=found.get(DEFAULT_PRICE.casefold()),
    )


def ask_display() -> Request:
    return "GetConfiguration", {"key": list(_KEYS)}


def show_price(id_tag: str, text: DisplayText) -> Request:
    return _transfer("SetUserPrice", {"idToken": id_tag, **_format_text(text)})


def show_running_cost(
    transaction_id: str,
    at: datetime,
    register_wh: Decimal,
    cost: Decimal,
    is_idle: bool,
    prices: CertainPrices,
) -> Request:
    content: dict[str, object] = {
        "transactionId": int(transaction_id),
        "timestamp": format_time(at),
        "meterValue": round(register_wh),
        "cost": float(cost),
        "state": "Idle" if is_idle else "Charging",
        "chargingPrice": _list_numbers(
            kWhPrice=prices.per_kwh, hourPrice=prices.per_hour, flatFee=prices.per_start
        ),
    }
    if prices.idle_per_hour is not None:
        content["idlePrice"] = {
            "graceMinutes": prices.idle_grace_min,
            "hourPrice": float(prices.idle_per_hour),
        }
    return _transfer("RunningCost", content)


def show_final_cost(
    transaction_id: str, cost: Decimal, text: DisplayText, address: str = ""
) -> Request:
    content = {"transactionId": int(transaction_id), "cost": float(cost), **_format_text(text)}
    return _transfer("FinalCost", content | ({"qrCodeText": address} if address else {}))


def set_default_price(text: str) -> Request:
    """Build the change; a text that is too long for a value ends with an ellipsis."""
    value = _dump({"priceText": text})
    while len(value) > MOST_VALUE:
        # a quote or a line break takes two characters, so that it is measured again
        text = text[: len(text) - 1 - (len(value) - MOST_VALUE + 1) // 2]
        value = _dump({"priceText": text.rstrip() + "…"})
    return "ChangeConfiguration", {"key": DEFAULT_PRICE, "value": value}


def _transfer(message: str, content: Mapping[str, object]) -> Request:
    return "DataTransfer", {"vendorId": VENDOR, "messageId": message, "data": _dump(content)}


def _dump(content: Mapping[str, object]) -> str:
    return orjson.dumps(content).decode()


def _format_text(text: DisplayText) -> dict[str, object]:
    if not text.others:
        return {"priceText": text.main}
    others = [
        {"format": "UTF8", "language": tag, "content": other} for tag, other in text.others.items()
    ]
    return {"priceText": text.main, "priceTextExtra": others}


def _list_numbers(**amounts: Decimal | None) -> dict[str, float]:
    # JSON has no decimals; a float is written with the digits that it was made of
    return {name: float(amount) for name, amount in amounts.items() if amount is not None}


PREPARE = {
    "ask_display": ask_display,
    "show_price": show_price,
    "show_running_cost": show_running_cost,
    "show_final_cost": show_final_cost,
    "set_default_price": set_default_price,
}
