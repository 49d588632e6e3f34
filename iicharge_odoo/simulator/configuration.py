# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""OCPP 1.6 configuration keys of a simulated charger (specification 1.6 edition 2, section 9).

Only keys that the simulator obeys can be written. The other required keys of the Core profile
are read-only and have true values.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

MEASURANDS = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
    "Voltage",
    "SoC",
)


@dataclass
class _Key:
    value: str
    check: Callable[[str], bool] | None = None  # None: read-only
    secret: bool = False


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and int(value) < 2**31


def _is_flag(value: str) -> bool:
    return value in ("true", "false")


def _are_measurands(value: str) -> bool:
    return all(name in MEASURANDS for name in split_list(value))


def _is_authorization_key(value: str) -> bool:
    # Security whitepaper, A00.FR.204: 16 to 40 bytes.
    return 16 <= len(value.encode()) <= 40


def split_list(value: str) -> list[str]:
    """Split an OCPP comma-separated list; empty parts are left out."""
    return [part.strip() for part in value.split(",") if part.strip()]


def _make_display_keys(connectors: int) -> dict[str, _Key]:
    """Keys of OCPP & California Pricing Requirements, section 3, and of codes to scan."""
    return {
        "CustomDisplayCostAndPrice": _Key("true"),
        "CustomMultiLanguageMessages": _Key("true"),
        "DefaultPrice": _Key("", bool),
        "Language": _Key("en", bool),
        "NumberOfDecimalsForCostValues": _Key("2"),
        "SupportedLanguages": _Key("en,de,fr"),
        **{f"QRCode{number}": _Key("", bool) for number in range(1, connectors + 1)},
    }


class Configuration:
    """The configuration of one charger. Keys are matched without case, as the standard requires."""

    def __init__(
        self,
        *,
        connectors: int,
        secret: str,
        display: bool = False,
        initial: Mapping[str, str] | None = None,
    ) -> None:
        everything = ",".join(MEASURANDS)
        self._keys = {
            "AuthorizationKey": _Key(secret, _is_authorization_key, secret=True),
            "AuthorizeRemoteTxRequests": _Key("false", _is_flag),
            "ClockAlignedDataInterval": _Key("0"),
            "ConnectionTimeOut": _Key("120", _is_count),
            "ConnectorPhaseRotation": _Key("NotApplicable"),
            "GetConfigurationMaxKeys": _Key("50"),
            "HeartbeatInterval": _Key("300", _is_count),
            "LocalAuthorizeOffline": _Key("true", _is_flag),
            "LocalPreAuthorize": _Key("false"),
            "MeterValuesAlignedData": _Key(""),
            "MeterValuesSampledData": _Key(everything, _are_measurands),
            "MeterValueSampleInterval": _Key("60", _is_count),
            "NumberOfConnectors": _Key(str(connectors)),
            "ResetRetries": _Key("0"),
            "StopTransactionOnEVSideDisconnect": _Key("true"),
            "StopTransactionOnInvalidId": _Key("true", _is_flag),
            "StopTxnAlignedData": _Key(""),
            "StopTxnSampledData": _Key("", _are_measurands),
            "SupportedFeatureProfiles": _Key("Core,RemoteTrigger,Reservation"),
            "TransactionMessageAttempts": _Key("3", _is_count),
            "TransactionMessageRetryInterval": _Key("60", _is_count),
            "UnlockConnectorOnEVSideDisconnect": _Key("true"),
        }
        if display:
            self._keys |= _make_display_keys(connectors)
        self._names = {name.lower(): name for name in self._keys}
        for name, value in (initial or {}).items():
            if (result := self.change(name, value)) != "Accepted":
                raise ValueError(
                    f"configuration {name}={value!r}: {result}; "
                    f"writable keys are {', '.join(self._writable())}"
                )

    def _writable(self) -> list[str]:
        return [name for name, key in self._keys.items() if key.check]

    def __getitem__(self, name: str) -> str:
        return self._keys[name].value

    def count(self, name: str) -> int:
        """Integer value of a key, such as an interval in seconds."""
        return int(self._keys[name].value)

    def flag(self, name: str) -> bool:
        """Boolean value of a key."""
        return self._keys[name].value == "true"

    def measurands(self, name: str) -> list[str]:
        """Return measurands listed in a key."""
        return split_list(self._keys[name].value)

    def change(self, name: str, value: str) -> str:
        """Set a key; return the ConfigurationStatus `Accepted`, `Rejected` or `NotSupported`."""
        key = self._keys.get(self._names.get(name.lower(), ""))
        if key is None:
            return "NotSupported"
        if key.check is None or not key.check(value):
            return "Rejected"
        key.value = value
        return "Accepted"

    def read(self, names: Iterable[str] | None) -> tuple[list[dict], list[str]]:
        """Return (configurationKey entries, unknown keys) for `names`; none or empty means all.

        Write-only values are left out, as a charger does with its password.
        """
        asked = list(names or self._keys)
        entries, unknown = [], []
        for name in asked:
            known = self._names.get(name.lower())
            if known is None:
                unknown.append(name)
                continue
            key = self._keys[known]
            entry = {"key": known, "readonly": key.check is None}
            if not key.secret:
                entry["value"] = key.value
            entries.append(entry)
        return entries, unknown
