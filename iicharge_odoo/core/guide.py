# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Choose the guide for a connector that does not charge as it should."""

# OCPP 1.6 section 7.6 ChargePointErrorCode, less NoError.
ERROR_CODES = (
    "ConnectorLockFailure",
    "EVCommunicationError",
    "GroundFailure",
    "HighTemperature",
    "InternalError",
    "LocalListConflict",
    "OtherError",
    "OverCurrentFailure",
    "OverVoltage",
    "PowerMeterFailure",
    "PowerSwitchFailure",
    "ReaderFailure",
    "ResetFailure",
    "UnderVoltage",
    "WeakSignal",
)
OFFLINE = "offline"
NOTHING_REPORTED = "nothing_reported"
PREPARING_LONG = "preparing_long"
# States in which something may be missing though the charger reports no fault.
STATE_GUIDES = (
    "finishing",
    "preparing",
    "reserved",
    "suspended_ev",
    "suspended_evse",
    "unavailable",
    "unknown",
)
CODES = (*ERROR_CODES, OFFLINE, *STATE_GUIDES, PREPARING_LONG, NOTHING_REPORTED)
# Many chargers stop waiting for a start after a minute or two (docs/chargers.md row 39).
PREPARING_LONG_S = 120


def find_fault(status: str, error_code: str | None) -> str | None:
    """Return the code of the fault's guide, or None where the charger reports no fault."""
    if not error_code and status != "faulted":
        return None
    return error_code if error_code in ERROR_CODES else "OtherError"


def choose_guide(
    status: str, error_code: str | None, waited_s: float, online: bool, refusal: str | None = None
) -> str:
    """Return the code of the guide.

    A refusal comes first, as it is the question asked; an offline charger comes before its
    last status.

    :param status: of the connector, as in `iicharge.connector`
    :param error_code: as the charger reported it; may be one that OCPP does not know
    :param waited_s: how long the connector has been in this state
    :param refusal: code of a `core.errors.Refusal`
    """
    if refusal:
        return refusal
    if not online:
        return OFFLINE
    if fault := find_fault(status, error_code):
        return fault
    if status == "preparing" and waited_s >= PREPARING_LONG_S:
        return PREPARING_LONG
    return status if status in STATE_GUIDES else NOTHING_REPORTED
