# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Data of a CDR other than the session's energy, times and costs, as OCPI 2.2.1 requires.

Each of these writes itself as JSON-able data. A text that is missing or longer than OCPI
allows raises `InvalidInput` with its path in the CDR, as ``cdr_location.city``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..errors import InvalidInput
from ..rating.breakdown import Money
from .countries import ALPHA3_OF_COUNTRY

TOKEN_TYPES = frozenset({"AD_HOC_USER", "APP_USER", "OTHER", "RFID"})
AUTH_METHODS = frozenset({"AUTH_REQUEST", "COMMAND", "WHITELIST"})
_DEGREE_DIGITS = Decimal("0.000001")
_COUNTRY_CODE_LENGTH = 2
_PARTY_ID_LENGTH = 3


def limited_text(where: str, value: str | None, most: int) -> str:
    """Check that a text is not empty and not longer than OCPI allows, and return it."""
    if not value:
        raise InvalidInput(where, "is missing")
    if len(value) > most:
        raise InvalidInput(where, f"is longer than {most} characters: {value[:20]!r}…")
    return value


def id_text(where: str, value: str | None, most: int) -> str:
    """Check that a text is a CiString (printable ASCII; types, CiString), and return it."""
    found = limited_text(where, value, most)
    if not (found.isascii() and found.isprintable()):
        raise InvalidInput(where, f"may have printable ASCII characters only, is {found!r}")
    return found


def choice_text(where: str, value: str, choices: frozenset[str]) -> str:
    """Check that a value is in one of OCPI's lists, and return it."""
    if value not in choices:
        raise InvalidInput(where, f"{value!r} is not one of {', '.join(sorted(choices))}")
    return value


@dataclass(frozen=True, slots=True)
class Party:
    """A company in OCPI: country code (two letters) and party id (three characters)."""

    country_code: str
    party_id: str

    def to_ocpi(self, where: str = "") -> dict[str, str]:
        if self.country_code not in ALPHA3_OF_COUNTRY:
            raise InvalidInput(
                f"{where}country_code",
                f"{self.country_code!r} is not a country of ISO 3166 by two letters, as 'NL'",
            )
        party_id = id_text(f"{where}party_id", self.party_id, _PARTY_ID_LENGTH)
        if len(party_id) != _PARTY_ID_LENGTH or not party_id.isalnum():
            raise InvalidInput(
                f"{where}party_id", f"must be three letters or digits, is {party_id!r}"
            )
        return {"country_code": self.country_code, "party_id": party_id}


@dataclass(frozen=True, slots=True)
class CdrToken:
    """The driver's token, and the party that issued it."""

    party: Party
    uid: str
    type: str
    contract_id: str

    def to_ocpi(self) -> dict[str, str]:
        return {
            **self.party.to_ocpi("cdr_token."),
            "uid": id_text("cdr_token.uid", self.uid, 36),
            "type": choice_text("cdr_token.type", self.type, TOKEN_TYPES),
            "contract_id": id_text("cdr_token.contract_id", self.contract_id, 36),
        }


@dataclass(frozen=True, slots=True)
class CdrLocation:
    """Location of the session: site, charging point and connector.

    ``country`` has two letters here; it is written with three, as OCPI wants it.
    """

    id: str
    name: str
    address: str
    city: str
    country: str
    latitude: Decimal
    longitude: Decimal
    evse_uid: str
    evse_id: str
    connector_id: str
    connector_standard: str
    connector_format: str
    connector_power_type: str
    postal_code: str | None = None

    def to_ocpi(self) -> dict[str, Any]:
        where = "cdr_location."
        if self.country not in ALPHA3_OF_COUNTRY:
            raise InvalidInput(f"{where}country", f"{self.country!r} is not a country of ISO 3166")
        found: dict[str, Any] = {
            "id": id_text(f"{where}id", self.id, 36),
            "name": limited_text(f"{where}name", self.name, 255),
            "address": limited_text(f"{where}address", self.address, 45),
            "city": limited_text(f"{where}city", self.city, 45),
        }
        if self.postal_code:
            found["postal_code"] = limited_text(f"{where}postal_code", self.postal_code, 10)
        return {
            **found,
            "country": ALPHA3_OF_COUNTRY[self.country],
            "coordinates": {
                "latitude": _degrees(f"{where}coordinates.latitude", self.latitude, 90),
                "longitude": _degrees(f"{where}coordinates.longitude", self.longitude, 180),
            },
            "evse_uid": id_text(f"{where}evse_uid", self.evse_uid, 36),
            "evse_id": id_text(f"{where}evse_id", self.evse_id, 48),
            "connector_id": id_text(f"{where}connector_id", self.connector_id, 36),
            "connector_standard": limited_text(
                f"{where}connector_standard", self.connector_standard, 36
            ),
            "connector_format": choice_text(
                f"{where}connector_format", self.connector_format, frozenset({"SOCKET", "CABLE"})
            ),
            "connector_power_type": choice_text(
                f"{where}connector_power_type",
                self.connector_power_type,
                frozenset({"AC_1_PHASE", "AC_3_PHASE", "DC"}),
            ),
        }


def _degrees(where: str, value: Decimal, most: int) -> str:
    if abs(value) > most:
        raise InvalidInput(where, f"must lie between -{most} and {most} degrees, is {value}")
    return format(value.quantize(_DEGREE_DIGITS), "f")


@dataclass(frozen=True, slots=True)
class SignedValue:
    """A reading with the meter's signature. ``nature`` is Start, Intermediate or End;
    ``signed_data`` is base64."""

    nature: str
    plain_data: str
    signed_data: str

    def to_ocpi(self, where: str) -> dict[str, str]:
        return {
            "nature": id_text(f"{where}.nature", self.nature, 32),
            "plain_data": limited_text(f"{where}.plain_data", self.plain_data, 5000),
            "signed_data": limited_text(f"{where}.signed_data", self.signed_data, 5000),
        }


@dataclass(frozen=True, slots=True)
class SignedData:
    """The signed readings of a session; there is at least one."""

    encoding_method: str
    values: tuple[SignedValue, ...]

    def to_ocpi(self) -> dict[str, Any]:
        return {
            "encoding_method": id_text("signed_data.encoding_method", self.encoding_method, 36),
            "signed_values": [
                value.to_ocpi(f"signed_data.signed_values[{index}]")
                for index, value in enumerate(self.values)
            ],
        }


@dataclass(frozen=True, slots=True)
class CdrFacts:
    """Contents of a CDR. All times are aware and UTC.

    :param id: unique for the party; a credit's may have three characters more
    :param tariff: the Tariff object of OCPI that was valid at the start
    :param booked: the booked amounts, rounded once, and negative for a credit; None
        where nothing is booked: the CDR then has the unrounded cost
    :param credit_reference_id: id of the CDR that this one credits
    """

    party: Party
    id: str
    session_id: str
    started_at: datetime
    stopped_at: datetime
    token: CdrToken
    auth_method: str
    location: CdrLocation
    tariff: Mapping[str, Any]
    last_updated: datetime
    booked: Money | None = None
    signed_data: SignedData | None = None
    remark: str | None = None
    credit_reference_id: str | None = None
