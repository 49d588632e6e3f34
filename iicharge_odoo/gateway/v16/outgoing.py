# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Calls of a central system to a charger in OCPP 1.6."""

import orjson

from ..hiding import HIDDEN

OUTGOING = frozenset(
    {
        "CancelReservation",
        "CertificateSigned",
        "ChangeAvailability",
        "ChangeConfiguration",
        "ClearCache",
        "ClearChargingProfile",
        "DataTransfer",
        "DeleteCertificate",
        "ExtendedTriggerMessage",
        "GetCompositeSchedule",
        "GetConfiguration",
        "GetDiagnostics",
        "GetInstalledCertificateIds",
        "GetLocalListVersion",
        "GetLog",
        "InstallCertificate",
        "RemoteStartTransaction",
        "RemoteStopTransaction",
        "ReserveNow",
        "Reset",
        "SendLocalList",
        "SetChargingProfile",
        "SignedUpdateFirmware",
        "TriggerMessage",
        "UnlockConnector",
        "UpdateFirmware",
    }
)
"""Calls that a charger accepts (OCPP 1.6 chapter 5 and the security paper)."""


def mask_secrets(action: str, payload: str) -> str:
    """Replace the charger's password, which is a configuration key.

    :param payload: JSON text
    """
    if action != "ChangeConfiguration":
        return payload
    content = orjson.loads(payload)
    if not isinstance(content, dict) or str(content.get("key")).lower() != "authorizationkey":
        return payload
    return orjson.dumps({**content, "value": HIDDEN}).decode()
