# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The versions of OCPP that are spoken here, the only neutral file that names them."""

from . import v16
from .hiding import hide_logins
from .version import OcppVersion

VERSIONS: dict[str, OcppVersion] = {version.name: version for version in (v16.VERSION,)}
"""By name."""

BY_SUBPROTOCOL = {version.subprotocol: version for version in VERSIONS.values()}

ASSUMED = v16.VERSION
"""Of a charger that offers no subprotocol and is pinned to no version."""


def find(pinned: str | None, subprotocol: str | None) -> OcppVersion:
    """Give the version of a charger.

    :param pinned: name of the version that is set on the charger
    :param subprotocol: of its newest connection
    """
    spoken = BY_SUBPROTOCOL.get((subprotocol or "").casefold(), ASSUMED)
    return VERSIONS.get(pinned or "", spoken)


def name_request(action: str, payload: object) -> str | None:
    """Give the name of the request that a call of any version is; None: it has none."""
    names = (version.name_request(action, payload) for version in VERSIONS.values())
    return next(filter(None, names), None)


def mask_secrets(action: str, payload: str) -> str:
    """Replace what may be read neither in the journal nor on a command: the password of a
    charger, and the login of a file server in an address that a charger is given.

    :param payload: JSON text, of any version
    """
    payload = hide_logins(payload)
    for version in VERSIONS.values():
        payload = version.mask_secrets(action, payload)
    return payload
